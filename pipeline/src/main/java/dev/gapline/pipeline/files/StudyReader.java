package dev.gapline.pipeline.files;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Checks;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Rounds;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** The text of a study file and its scenarios as a validated {@link Study}. */
final class StudyReader {

  static final int MAX_BYTES = 1 << 20;

  private static final long MAX_SAMPLES = 1_000_000_000L;
  private static final BigInteger MAX_TRIALS = BigInteger.TEN.pow(15);
  private static final long MAX_COUNT = 1_000_000_000_000_000L;

  private StudyReader() {}

  static Study read(SourceText source, ScenarioReferences references, Prices prices) {
    Fields fields =
        Yaml.read(source, "study")
            .fields(
                "a study",
                "study",
                "seed",
                "scenarios",
                "models",
                "conditions",
                "contrasts",
                "queries",
                "paraphrases",
                "temperatures",
                "factors",
                "samples",
                "rounds",
                "order",
                "classify",
                "analysis",
                "windows",
                "budget",
                "failures",
                "checks",
                "hazard",
                "acknowledge");
    String name = fields.required("study", "A name").name("a study");
    List<Scenario> scenarios =
        references.read(
            fields.required("scenarios", "A list of scenarios, such as [animal-welfare],"));
    String hazard = hazard(fields, scenarios);
    Grid grid = new GridReader(fields, scenarios).read();
    ModelsReader readsModels = new ModelsReader(grid, prices, references.folder());
    List<ModelSpec> models =
        readsModels.read(
            fields.required("models", "A list of models, such as [{id: openai/gpt}],"));
    refuseOtherTools(fields, scenarios, models);
    long samples =
        fields.read("samples", 1L, value -> value.whole("a number of samples", 1, MAX_SAMPLES));
    refuseTooMany(fields, grid, models.size(), samples);
    Study.Order order =
        fields.read(
            "order",
            Study.Order.REPLICATE,
            value -> AnalysisReader.word(value, "an order", Study.Order.class));
    if (order == Study.Order.QUERY && grid.factors().stream().anyMatch(Rounds::are)) {
      throw fields.refuse(
          "order",
          "query asks all samples of a query together, so that its rounds would not be apart in"
              + " time. `order: replicate` or `rounds: 1` is valid.");
    }
    List<JudgeSpec> judges =
        fields.read(
            "classify",
            List.of(),
            value -> new JudgesReader(readsModels, models, references.folder()).read(value));
    List<ModelSpec> asked = new ArrayList<>(models);
    judges.forEach(judge -> asked.add(judge.model()));
    refuseUnacknowledged(fields, "hazard", hazard, asked);
    Fields budget = block(fields, "budget", "usd", "tokens");
    Study study =
        new Study(
            name,
            fields.read("seed", 1L, value -> value.whole("a seed", Long.MIN_VALUE, Long.MAX_VALUE)),
            scenarios,
            models,
            grid.conditions(),
            grid.contrasts(),
            grid.queries(),
            grid.paraphrases(),
            grid.temperatures(),
            grid.factors(),
            samples,
            order,
            new AnalysisReader(grid, models.size()).read(fields),
            block(fields, "windows", "queries")
                .read("queries", null, value -> value.whole("a number of queries", 1, MAX_COUNT)),
            budget.read("usd", null, value -> dollars(value, asked)),
            budget.read("tokens", null, value -> value.whole("a number of tokens", 1, MAX_COUNT)),
            block(fields, "failures", "max_share")
                .read(
                    "max_share",
                    0.05,
                    value -> value.number("a share", 0, 1, "A number from 0 to 1 is valid.")),
            hazard,
            fields.read("checks", Checks.standard(), StudyReader::checks),
            judges);
    refuseUnjudgeable(fields, study);
    return study;
  }

  /** Tools that a scenario answers and tools that nobody does would come under one name. */
  private static void refuseOtherTools(
      Fields fields, List<Scenario> scenarios, List<ModelSpec> models) {
    for (Scenario scenario : scenarios) {
      for (ModelSpec model : models) {
        if (!scenario.tools().isEmpty() && model.parameters().containsKey("tools")) {
          throw fields.refuse(
              "models",
              "%s has tools among its parameters, and scenario %s offers its own. A model without them is valid."
                  .formatted(model.id(), scenario.name()));
        }
      }
    }
  }

  /** What no judge and no rule of a study could say is refused before it is asked. */
  static void refuseUnjudgeable(Fields fields, Study study) {
    refuseUnmeasured(fields, study);
    refuseUntold(fields, study);
  }

  private static void refuseUnmeasured(Fields fields, Study study) {
    for (Analysis.Hypothesis hypothesis : study.analysis().primary()) {
      if (!study.measures().contains(hypothesis.measure())) {
        throw fields.refuse(
            "analysis",
            "no judge of this study sets %s, and no expressions of its scenarios, so that nothing could be said of it. A judge that sets it, or another measure, is valid."
                .formatted(hypothesis.measure().id()));
      }
    }
  }

  /** A judge who must know what the model was told to aim at can only judge where that is said. */
  private static void refuseUntold(Fields fields, Study study) {
    for (JudgeSpec judge : study.judges()) {
      for (Scenario scenario : study.scenarios()) {
        if (judge.rubric().showsObjective() && scenario.rubric().objective() == null) {
          throw fields.refuse(
              "classify",
              "the rubric %s shows its judge the objective, and scenario %s has none. A scenario whose rubric has an objective is valid."
                  .formatted(judge.rubric().name(), scenario.name()));
        }
      }
    }
  }

  /** {@code none}, or a share of the queries and the kinds of checks that they are asked. */
  private static Checks checks(Value value) {
    if (!value.isMap()) {
      value.oneOf("a map of checks", List.of("none"));
      return Checks.none();
    }
    Fields fields = value.fields("checks", "share", "arms");
    String valid = "A number above 0 and up to 1, of at most six decimals, is valid.";
    return new Checks(
        fields.read("share", Checks.standard().share(), given -> share(given, valid)),
        fields.read(
            "arms",
            Checks.standard().kinds(),
            given ->
                given.distinct(
                    "A list of arms, such as [repeat, sham],",
                    item -> AnalysisReader.word(item, "an arm", Checks.Kind.class))));
  }

  private static double share(Value value, String valid) {
    double share = value.number("a share", 0, 1, valid);
    if (share == 0 || value.decimal("a share", valid).stripTrailingZeros().scale() > 6) {
      throw value.refuse("is not a share. " + valid);
    }
    return share;
  }

  /** A block of optional keys of which at least one is given. */
  private static Fields block(Fields fields, String key, String... known) {
    Value value = fields.optional(key).orElse(null);
    if (value == null) {
      return Fields.none();
    }
    value.someNamed("a key", "A map of " + String.join(", ", known));
    return value.fields(key, known);
  }

  private static String hazard(Fields fields, List<Scenario> scenarios) {
    String hazard =
        fields.read("hazard", "low", value -> value.oneOf("a hazard", List.of("low", "high")));
    List<String> high =
        scenarios.stream()
            .filter(scenario -> scenario.hazard().equals("high"))
            .map(Scenario::name)
            .toList();
    if (hazard.equals("low") && !high.isEmpty()) {
      throw fields.refuse(
          "hazard",
          "low is not the hazard of %s. `hazard: high` with `acknowledge: provider-policy` is valid."
              .formatted(String.join(", ", high)));
    }
    if (hazard.equals("high") && high.isEmpty()) {
      throw fields.refuse(
          "hazard", "high is not the hazard of any scenario of this study. low is valid.");
    }
    return hazard;
  }

  /** What providers forbid is asked of what they host only by who says to know it. */
  static void refuseUnacknowledged(
      Fields fields, String key, String hazard, List<ModelSpec> asked) {
    boolean isAcknowledged =
        fields
            .optional("acknowledge")
            .map(value -> value.oneOf("an acknowledgement", List.of("provider-policy")))
            .isPresent();
    if (hazard.equals("high") && !isAcknowledged) {
      asked.stream()
          .filter(ModelSpec::isHosted)
          .findFirst()
          .ifPresent(
              model -> {
                throw fields.refuse(
                    key,
                    "a hazard that is high is asked of %s, which others host. `acknowledge: provider-policy` beside it is valid."
                        .formatted(model.id()));
              });
    }
  }

  private static void refuseTooMany(Fields fields, Grid grid, int models, long samples) {
    BigInteger trials = BigInteger.ZERO;
    for (Scenario scenario : grid.scenarios()) {
      trials = trials.add(BigInteger.valueOf(grid.queries().countOf(scenario.queries().size())));
    }
    for (long size :
        new long[] {
          models,
          grid.conditions().size(),
          grid.paraphrases().size(),
          grid.temperatures().size(),
          samples
        }) {
      trials = trials.multiply(BigInteger.valueOf(size));
    }
    for (Factor factor : grid.factors()) {
      trials = trials.multiply(BigInteger.valueOf(factor.levels().size()));
    }
    if (trials.compareTo(MAX_TRIALS) > 0) {
      throw fields.refuse(
          "samples", "the grid has %s trials. At most %s is valid.".formatted(trials, MAX_TRIALS));
    }
  }

  /** The study with the ceilings of that block alone, over calls of these models. */
  static Study withBudget(Study study, Fields fields, List<ModelSpec> asked) {
    Fields budget = block(fields, "budget", "usd", "tokens");
    return study.withBudget(
        budget.read("usd", null, value -> dollars(value, asked)),
        budget.read("tokens", null, value -> value.whole("a number of tokens", 1, MAX_COUNT)));
  }

  private static double dollars(Value value, List<ModelSpec> models) {
    String valid = "A number of dollars above 0 is valid.";
    double usd = value.number("a budget", 0, 1e9, valid);
    if (usd == 0) {
      throw value.refuse("is not a budget. " + valid);
    }
    for (ModelSpec model : models) {
      if (model.price() == null && !model.isOffline()) {
        throw value.refuse(
            "dollars cannot be kept: the price of %s is unknown. A `price` of that model,"
                    .formatted(model.id())
                + " a price file that has it, or no `usd`, is valid.");
      }
    }
    return usd;
  }
}
