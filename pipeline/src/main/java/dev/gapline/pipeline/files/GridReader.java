package dev.gapline.pipeline.files;

import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.QuerySelection;
import dev.gapline.schemas.Rounds;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Scenario.Level;
import dev.gapline.schemas.Scenario.ScenarioFactor;
import dev.gapline.schemas.Temperature;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The axes of a study file; what it leaves out comes from the scenarios, if they agree. */
final class GridReader {

  private static final int MAX_DECIMALS = 6;
  private static final long MAX_QUERIES = 1_000_000_000_000L;

  private final Fields fields;
  private final List<Scenario> scenarios;

  GridReader(Fields fields, List<Scenario> scenarios) {
    this.fields = fields;
    this.scenarios = scenarios;
  }

  Grid read() {
    List<Factor> factors = factors();
    List<String> conditions =
        fields
            .optional("conditions")
            .map(this::conditions)
            .orElseGet(() -> defaultConditions(factors));
    List<Contrast> contrasts =
        fields
            .optional("contrasts")
            .map(value -> ScenarioReader.contrasts(value, conditions))
            .orElseGet(() -> defaultContrasts(conditions));
    return new Grid(
        scenarios,
        conditions,
        contrasts,
        fields.optional("queries").map(this::queries).orElseGet(QuerySelection::all),
        fields.optional("paraphrases").map(this::paraphrases).orElseGet(this::defaultParaphrases),
        fields.read("temperatures", List.of(Temperature.of("1")), GridReader::temperatures),
        factors);
  }

  private List<String> conditions(Value value) {
    return value.distinct(
        "A list of conditions, such as [free, paid],",
        item -> inEveryScenario(item, "a condition", GridReader::conditionsOf));
  }

  /** Those that are asked at the first level of every factor. */
  private List<String> defaultConditions(List<Factor> factors) {
    Map<String, String> levels = new HashMap<>();
    factors.forEach(factor -> levels.put(factor.name(), factor.levels().get(0)));
    List<String> first = asked(scenarios.get(0), levels);
    for (Scenario scenario : scenarios) {
      if (!new HashSet<>(first).equals(new HashSet<>(asked(scenario, levels)))) {
        throw undecided("conditions", scenario);
      }
    }
    return first;
  }

  private static List<String> asked(Scenario scenario, Map<String, String> levels) {
    return conditionsOf(scenario).stream()
        .filter(condition -> scenario.isAsked(condition, levels))
        .toList();
  }

  private List<Contrast> defaultContrasts(List<String> conditions) {
    List<Contrast> first = contrastsOf(scenarios.get(0), conditions);
    for (Scenario scenario : scenarios) {
      if (!new HashSet<>(first).equals(new HashSet<>(contrastsOf(scenario, conditions)))) {
        throw undecided("contrasts", scenario);
      }
    }
    if (first.isEmpty() && conditions.size() > 1) {
      throw fields.refuse(
          "contrasts",
          "nothing is given, and %s has no contrast of %s. Contrasts that are named here are valid."
              .formatted(scenarios.get(0).name(), String.join(", ", conditions)));
    }
    return first;
  }

  private static List<Contrast> contrastsOf(Scenario scenario, List<String> conditions) {
    return scenario.contrasts().stream()
        .filter(contrast -> conditions.contains(contrast.treatment()))
        .filter(contrast -> conditions.contains(contrast.control()))
        .toList();
  }

  private InvalidInput undecided(String key, Scenario other) {
    return fields.refuse(
        key,
        "nothing is given, and %s and %s have different %s. %s that are named here are valid."
            .formatted(
                scenarios.get(0).name(),
                other.name(),
                key,
                key.substring(0, 1).toUpperCase(Locale.ROOT) + key.substring(1)));
  }

  private QuerySelection queries(Value value) {
    Fields selection = value.fields("a selection of queries", "draw", "take", "synthetic");
    QuerySelection chosen = null;
    for (QuerySelection.Kind kind :
        List.of(
            QuerySelection.Kind.DRAW, QuerySelection.Kind.TAKE, QuerySelection.Kind.SYNTHETIC)) {
      Value count = selection.optional(kind.name().toLowerCase(Locale.ROOT)).orElse(null);
      if (count != null) {
        if (chosen != null) {
          throw count.refuseUnseen("draw, take and synthetic are given together. One is valid.");
        }
        chosen = new QuerySelection(kind, count.whole("a number of queries", 1, MAX_QUERIES));
        refuseTooMany(count, chosen);
      }
    }
    if (chosen == null) {
      throw value.refuseUnseen(
          "the map is empty. One of {draw: n}, {take: n} and {synthetic: n} is valid.");
    }
    return chosen;
  }

  private void refuseTooMany(Value count, QuerySelection chosen) {
    if (chosen.kind() == QuerySelection.Kind.SYNTHETIC) {
      return;
    }
    for (Scenario scenario : scenarios) {
      int available = scenario.queries().size();
      if (chosen.count() > available) {
        throw count.refuse(
            "is more queries than %s has. At most %d is valid."
                .formatted(scenario.name(), available));
      }
    }
  }

  private List<String> paraphrases(Value value) {
    if (!value.isList() && value.text("A list of paraphrases, or all,").equals("all")) {
      List<String> first = paraphrasesOf(scenarios.get(0));
      for (Scenario scenario : scenarios) {
        if (!first.equals(paraphrasesOf(scenario))) {
          throw value.refuse(
              "cannot be told: %s and %s have different ones. A list is valid."
                  .formatted(scenarios.get(0).name(), scenario.name()));
        }
      }
      return first;
    }
    return value.distinct(
        "A list of paraphrases, such as [base],",
        item -> inEveryScenario(item, "a paraphrase", GridReader::paraphrasesOf));
  }

  private List<String> defaultParaphrases() {
    for (Scenario scenario : scenarios) {
      if (!paraphrasesOf(scenario).contains("base")) {
        throw fields.refuse(
            "paraphrases",
            "nothing is given, and %s has no \"base\". A list of %s is valid."
                .formatted(scenario.name(), String.join(", ", paraphrasesOf(scenario))));
      }
    }
    return List.of("base");
  }

  private static List<Temperature> temperatures(Value value) {
    return value.distinct(
        "A list of numbers from 0 to 2, such as [0, 1],", GridReader::temperature);
  }

  static Temperature temperature(Value value) {
    String valid = "A number from 0 to 2 is valid.";
    BigDecimal number = value.decimal("a temperature", valid);
    if (number.signum() < 0 || number.compareTo(BigDecimal.valueOf(2)) > 0) {
      throw value.refuse("is not a temperature. " + valid);
    }
    if (number.stripTrailingZeros().scale() > MAX_DECIMALS) {
      throw value.refuse(
          "is too exact for a temperature. A number from 0 to 2 with at most %d decimals is valid."
              .formatted(MAX_DECIMALS));
    }
    return Temperature.of(number.stripTrailingZeros().toPlainString());
  }

  /** In the order of the scenarios' own file, so that the order of a study's map never matters. */
  private List<Factor> factors() {
    List<ScenarioFactor> known = scenarios.get(0).factors();
    List<String> names = known.stream().map(ScenarioFactor::name).toList();
    for (Scenario scenario : scenarios) {
      if (!new HashSet<>(names).equals(new HashSet<>(factorsOf(scenario)))) {
        throw fields.refuse(
            "scenarios",
            "%s and %s have different factors. Scenarios with the same factors are valid in one"
                    .formatted(scenarios.get(0).name(), scenario.name())
                + " study.");
      }
    }
    Map<String, Value> named =
        fields.read(
            "factors",
            Map.of(),
            value -> value.named("a factor", "A map from factors to lists of levels"));
    named.forEach(
        (name, value) -> {
          if (!names.contains(name)) {
            throw value.refuseName(name, "a factor of " + scenarios.get(0).name(), names);
          }
        });
    List<Factor> factors = new ArrayList<>();
    for (ScenarioFactor factor : known) {
      factors.add(
          named.containsKey(factor.name())
              ? new Factor(factor.name(), levels(factor.name(), named.get(factor.name())))
              : new Factor(factor.name(), List.of(reference(factor))));
    }
    int rounds = fields.whole("rounds", 1, "a number of rounds", Rounds.MOST);
    if (rounds > 1) {
      factors.add(Rounds.factor(rounds));
    }
    return factors;
  }

  private List<String> levels(String factor, Value value) {
    return value.distinct(
        "A list of levels",
        item ->
            inEveryScenario(item, "a level of " + factor, scenario -> levelsOf(scenario, factor)));
  }

  private String reference(ScenarioFactor factor) {
    for (Scenario scenario : scenarios) {
      if (!factor(scenario, factor.name()).reference().equals(factor.reference())) {
        throw fields.refuse(
            "factors",
            "nothing is given for %s, and %s and %s have different references. A level that is"
                    .formatted(factor.name(), scenarios.get(0).name(), scenario.name())
                + " named here is valid.");
      }
    }
    return factor.reference();
  }

  /** A name that every scenario knows. */
  private String inEveryScenario(
      Value item, String what, Function<Scenario, List<String>> namesOf) {
    String name = item.text("The name of " + what);
    for (Scenario scenario : scenarios) {
      List<String> names = namesOf.apply(scenario);
      if (!names.contains(name)) {
        throw item.refuse(
            "is not %s of %s. %sValid: %s."
                .formatted(
                    what, scenario.name(), Suggestion.of(name, names), String.join(", ", names)));
      }
    }
    return name;
  }

  private static List<String> conditionsOf(Scenario scenario) {
    return ScenarioReader.names(scenario.conditions());
  }

  private static List<String> paraphrasesOf(Scenario scenario) {
    return scenario.paraphrases().stream().map(Paraphrase::id).toList();
  }

  private static List<String> factorsOf(Scenario scenario) {
    return scenario.factors().stream().map(ScenarioFactor::name).toList();
  }

  private static List<String> levelsOf(Scenario scenario, String factor) {
    return factor(scenario, factor).levels().stream().map(Level::name).toList();
  }

  private static ScenarioFactor factor(Scenario scenario, String name) {
    return scenario.factors().stream()
        .filter(factor -> factor.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
