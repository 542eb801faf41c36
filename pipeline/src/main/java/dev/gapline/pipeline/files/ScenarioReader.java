package dev.gapline.pipeline.files;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Rounds;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Scenario.Condition;
import dev.gapline.schemas.Scenario.Exclusion;
import dev.gapline.schemas.Scenario.Level;
import dev.gapline.schemas.Scenario.ScenarioFactor;
import dev.gapline.schemas.Sham;
import dev.gapline.schemas.Tool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The text of a scenario file as a validated {@link Scenario}. */
final class ScenarioReader {

  /** Room for a scenario with a file of queries, as it is kept with a run and read again. */
  static final int MAX_BYTES = 40 << 20;

  private static final Pattern SCENARIO_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,79}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?");

  /** Words that already mean a coordinate of every study. */
  private static final Set<String> COORDINATES =
      Set.of(
          "scenario",
          "model",
          "paraphrase",
          "temperature",
          "condition",
          "query",
          "sample",
          Rounds.NAME);

  private ScenarioReader() {}

  static Scenario read(SourceText source) {
    Fields fields =
        Yaml.read(source, "scenario")
            .fields(
                "a scenario",
                "scenario",
                "version",
                "title",
                "canary",
                "hazard",
                "conditions",
                "contrasts",
                "factors",
                "signals",
                "paraphrases",
                "queries",
                "rubric",
                "simulated",
                "sham",
                "tools",
                "tool_rounds",
                "excluded",
                "min_max_tokens",
                "published",
                "facts");
    List<Condition> conditions = conditions(fields);
    List<ScenarioFactor> factors = fields.read("factors", List.of(), ScenarioReader::factors);
    List<Query> queries = queries(fields);
    Sham sham = fields.read("sham", null, ScenarioReader::sham);
    TemplateCheck check = TemplateCheck.ofPrompts(fields, conditions, factors, queries, sham);
    List<Tool> tools = ToolsReader.read(fields, check);
    Scenario scenario =
        new Scenario(
            name(fields.required("scenario", "A name such as animal-welfare")),
            (int)
                fields
                    .required("version", "A whole number such as 1")
                    .whole("a version", 1, Integer.MAX_VALUE),
            fields.required("title", "One line").words("One line"),
            fields
                .required("canary", "A unique text, such as gapline-canary- and a UUID,")
                .words("A unique text"),
            fields.required("hazard", "low or high").oneOf("a hazard", List.of("low", "high")),
            conditions,
            fields.read("contrasts", List.of(), value -> contrasts(value, names(conditions))),
            factors,
            SignalsReader.read(fields, conditions, factors),
            paraphrases(fields, check, !tools.isEmpty()),
            queries,
            RubricReader.read(
                fields.required("rubric", "A map of the rubric's keys"),
                tools.stream().map(Tool::name).toList()),
            fields.read("simulated", new TreeMap<>(), ScenarioReader::simulated),
            sham,
            tools,
            ToolsReader.rounds(fields, !tools.isEmpty()),
            fields.read("excluded", List.of(), value -> exclusions(value, conditions, factors)),
            fields.whole("min_max_tokens", 1, "a number of tokens", 1_000_000),
            fields.read("published", null, ScenarioReader::published),
            fields.read("facts", List.of(), ScenarioReader::facts));
    refuseLeak(scenario, fields);
    refuseFalse(scenario, fields);
    return scenario;
  }

  /** The canary finds this file in training data; a prompt that holds it would hide that. */
  private static void refuseLeak(Scenario scenario, Fields fields) {
    boolean leaks =
        Stream.of(
                scenario.queries().stream().map(Query::text),
                scenario.paraphrases().stream()
                    .map(text -> text.system() + text.user() + text.followUps() + text.prefill()),
                scenario.tools().stream().map(Tool::toString))
            .flatMap(texts -> texts)
            .anyMatch(text -> text.contains(scenario.canary()));
    if (leaks) {
      throw fields.refuse("canary", "the canary is part of a prompt. Text of its own is valid.");
    }
  }

  private static List<Scenario.Fact> facts(Value value) {
    List<Scenario.Fact> facts = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Value item : value.someItems("A list such as [{id: aim, says: ...}]")) {
      Fields fields = item.fields("a fact", "id", "says");
      Value id = fields.required("id", "A name");
      if (!ids.add(id.name("a fact"))) {
        throw id.refuse("is given twice. Each fact's id once is valid.");
      }
      facts.add(
          new Scenario.Fact(
              id.name("a fact"), fields.required("says", "A sentence").words("A sentence")));
    }
    return facts;
  }

  private static Scenario.Published published(Value value) {
    Fields fields = value.fields("published", "source", "first_public", "sha256", "shingles");
    return new Scenario.Published(
        fields.required("source", "Where it stands,").words("Where it stands"),
        fields.read("first_public", null, date -> date.orNull(ScenarioReader::date)),
        fields.read("sha256", null, digest -> digest.orNull(ScenarioReader::sha256)),
        fields.read("shingles", null, file -> file.orNull(ScenarioReader::shingles)));
  }

  private static String shingles(Value value) {
    String file = value.text("The name of a file");
    if (!FILE_NAME.matcher(file).matches()) {
      throw value.refuse(
          "is not the name of a file beside the scenario. Letters, digits, dots, dashes and"
              + " underscores, such as published.shingles, are valid.");
    }
    return file;
  }

  private static String sha256(Value value) {
    String digest = value.text("A SHA-256");
    if (!SHA256.matcher(digest).matches()) {
      throw value.refuse("is not a SHA-256. 64 small hexadecimal digits are valid.");
    }
    return digest;
  }

  /** A wording may bear the name of the published one only if it is that. */
  private static void refuseFalse(Scenario scenario, Fields fields) {
    String sha256 = scenario.published() == null ? null : scenario.published().sha256();
    for (Paraphrase one : scenario.paraphrases()) {
      if (one.id().equals(Paraphrase.PUBLISHED)
          && (one.system() == null || !PublishedText.sha256(one.system()).equals(sha256))) {
        throw fields.refuse(
            "paraphrases",
            "the wording `published` is not the text whose SHA-256 the scenario holds. Another"
                + " name, such as `supplied`, is valid.");
      }
    }
  }

  private static String name(Value value) {
    String name = value.text("A name");
    if (!SCENARIO_NAME.matcher(name).matches()) {
      throw value.refuse(
          "is not a name of a scenario. At most 80 small letters, digits and dashes are valid.");
    }
    return name;
  }

  private static List<Condition> conditions(Fields fields) {
    String valid = "A map from names to template variables, such as {free: {tier: free}},";
    List<Condition> conditions = new ArrayList<>();
    fields
        .required("conditions", valid)
        .someNamed("a condition", valid)
        .forEach((name, value) -> conditions.add(new Condition(name, variables(value))));
    return conditions;
  }

  /** An attribute that means nothing: a template variable and its two values. */
  private static Sham sham(Value value) {
    Fields fields = value.fields("sham", "variable", "values");
    Value values = fields.required("values", "A pair of texts, such as [\"True\", \"False\"],");
    List<String> texts =
        values.distinct("A pair of texts", item -> item.words("A text that is not empty"));
    if (texts.size() != 2) {
      throw values.refuseUnseen(
          "%d values are given. Exactly two different texts are valid.".formatted(texts.size()));
    }
    return new Sham(
        fields.required("variable", "A name of a template variable").name("a template variable"),
        texts.get(0),
        texts.get(1));
  }

  static List<String> names(List<Condition> conditions) {
    return conditions.stream().map(Condition::name).toList();
  }

  /** Contrasts of the known conditions. */
  static List<Contrast> contrasts(Value value, List<String> conditions) {
    Set<Contrast> contrasts = new LinkedHashSet<>();
    for (Value item : value.items("A list of contrasts, such as [free - paid],")) {
      if (!contrasts.add(contrast(item, conditions))) {
        throw item.refuse("is given twice. Each contrast once is valid.");
      }
    }
    return List.copyOf(contrasts);
  }

  /** A pair of known conditions, as {@code free - paid}. */
  static Contrast contrast(Value value, List<String> conditions) {
    String[] arms = value.text("A pair of conditions, such as free - paid,").split(" - ", 3);
    if (arms.length != 2) {
      throw value.refuse("is not a contrast. A pair of conditions, such as free - paid, is valid.");
    }
    for (int i = 0; i < arms.length; i++) {
      arms[i] = arms[i].strip();
      if (!conditions.contains(arms[i])) {
        throw value.refuse(
            "names the condition \"%s\", which is not known here. %sValid: %s."
                .formatted(
                    Value.clipped(arms[i]),
                    Suggestion.of(arms[i], conditions),
                    String.join(", ", conditions)));
      }
    }
    if (arms[0].equals(arms[1])) {
      throw value.refuse(
          "compares a condition with itself. A pair of two different conditions is valid.");
    }
    return new Contrast(arms[0], arms[1]);
  }

  private static List<ScenarioFactor> factors(Value value) {
    List<ScenarioFactor> factors = new ArrayList<>();
    value
        .named("a factor", "A map from names to factors")
        .forEach(
            (name, factor) -> {
              if (COORDINATES.contains(name)) {
                throw factor.refuseUnseen(
                    "\"%s\" is not a name of a factor: it is a coordinate of every study. Any other"
                            .formatted(name)
                        + " name is valid.");
              }
              factors.add(factor(name, factor));
            });
    return factors;
  }

  private static ScenarioFactor factor(String name, Value value) {
    Fields fields = value.fields("a factor", "reference", "levels");
    String valid = "A map from levels to template variables, such as {full: {}, none: {}},";
    List<Level> levels = new ArrayList<>();
    fields
        .required("levels", valid)
        .someNamed("a level", valid)
        .forEach((level, variables) -> levels.add(new Level(level, variables(variables))));
    String reference =
        fields
            .required("reference", "One of the levels")
            .oneOf("a level of " + name, levels.stream().map(Level::name).toList());
    return new ScenarioFactor(name, reference, levels);
  }

  /** Combinations that make no sense. */
  private static List<Exclusion> exclusions(
      Value value, List<Condition> conditions, List<ScenarioFactor> factors) {
    SortedMap<String, List<String>> axes = new TreeMap<>();
    axes.put(Exclusion.CONDITION, names(conditions));
    factors.forEach(
        factor -> axes.put(factor.name(), factor.levels().stream().map(Level::name).toList()));
    List<Exclusion> exclusions = new ArrayList<>();
    String valid = "A list such as [{tiers: two, condition: [pro, enterprise]}]";
    for (Value item : value.items(valid)) {
      SortedMap<String, List<String>> levels = new TreeMap<>();
      item.someNamed("an axis", valid)
          .forEach(
              (axis, given) -> {
                List<String> known = axes.get(axis);
                if (known == null) {
                  throw given.refuseName(axis, "an axis of this scenario", axes.keySet());
                }
                levels.put(axis, some(given, axis, known));
              });
      exclusions.add(new Exclusion(levels));
    }
    return exclusions;
  }

  private static List<String> some(Value value, String axis, List<String> known) {
    return value.isList()
        ? value.someItems("A list of levels").stream()
            .map(item -> item.oneOf("a level of " + axis, known))
            .toList()
        : List.of(value.oneOf("a level of " + axis, known));
  }

  /** Template variables by name. */
  private static SortedMap<String, String> variables(Value value) {
    SortedMap<String, String> variables = new TreeMap<>();
    value
        .named("a template variable", "A map of template variables, such as {} or {tier: free},")
        .forEach((name, text) -> variables.put(name, text.text("Text")));
    return variables;
  }

  private static List<Paraphrase> paraphrases(
      Fields fields, TemplateCheck check, boolean hasTools) {
    String valid = "A map from names to wordings";
    List<Paraphrase> paraphrases = new ArrayList<>();
    fields
        .required("paraphrases", valid)
        .someNamed("a paraphrase", valid)
        .forEach((id, value) -> paraphrases.add(paraphrase(id, value, check, hasTools)));
    return paraphrases;
  }

  private static Paraphrase paraphrase(
      String id, Value value, TemplateCheck check, boolean hasTools) {
    Fields fields =
        value.fields(
            "a paraphrase",
            "provenance",
            "first_public",
            "system",
            "user",
            "follow_ups",
            "prefill");
    if (hasTools) {
      fields
          .optional("prefill")
          .filter(prefill -> !prefill.isNull())
          .ifPresent(
              prefill -> {
                throw prefill.refuseUnseen(
                    "a reply that may call tools is given no beginning. Leaving it out is valid.");
              });
    }
    return new Paraphrase(
        id,
        fields.required("provenance", "Who wrote it").words("Who wrote it"),
        fields.read("first_public", null, date -> date.orNull(ScenarioReader::date)),
        fields.read("system", null, text -> text.orNull(check::template)),
        check.template(fields.required("user", "A template")),
        fields.read(
            "follow_ups",
            List.of(),
            list -> list.items("A list of templates").stream().map(check::template).toList()),
        fields.read("prefill", null, text -> text.orNull(check::template)));
  }

  private static String date(Value value) {
    String date = value.text("A date such as 2024-12-18");
    if (!DATE.matcher(date).matches()) {
      throw value.refuse("is not a date. A date such as 2024-12-18, or null, is valid.");
    }
    return date;
  }

  private static List<Query> queries(Fields fields) {
    String valid = "A list of queries, such as [{id: q1, text: ...}],";
    List<Query> queries = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Value item : fields.required("queries", valid).someItems(valid)) {
      Fields query = item.fields("a query", "id", "text", "values", "tags");
      Value id = query.required("id", "A name such as q1");
      if (!ids.add(id.name("a query"))) {
        throw id.refuse("is given twice. Each query's id once is valid.");
      }
      queries.add(
          new Query(
              id.name("a query"),
              query.required("text", "What the user asks").words("What the user asks"),
              query.read("values", new TreeMap<>(), ScenarioReader::variables),
              query.read(
                  "tags",
                  List.of(),
                  tags -> tags.distinct("A list of words", tag -> tag.name("a tag")))));
    }
    return queries;
  }

  private static SortedMap<Behaviour, List<String>> simulated(Value value) {
    String[] known =
        Arrays.stream(Behaviour.values())
            .map(behaviour -> behaviour.name().toLowerCase(Locale.ROOT))
            .toArray(String[]::new);
    Fields fields = value.fields("simulated", known);
    TemplateCheck check = TemplateCheck.ofAnswers();
    SortedMap<Behaviour, List<String>> answers = new TreeMap<>();
    for (String name : known) {
      fields
          .optional(name)
          .ifPresent(
              list ->
                  answers.put(
                      Behaviour.valueOf(name.toUpperCase(Locale.ROOT)),
                      list.someItems("A list of answers").stream().map(check::template).toList()));
    }
    return answers;
  }
}
