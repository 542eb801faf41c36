package dev.gapline.pipeline.files;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Analysis.Correction;
import dev.gapline.schemas.Analysis.Expectation;
import dev.gapline.schemas.Analysis.Hypothesis;
import dev.gapline.schemas.Analysis.Target;
import dev.gapline.schemas.Analysis.Weights;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Rounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The {@code analysis} block of a study file. */
final class AnalysisReader {

  private static final double MAX_ALPHA = 0.5;

  private final Grid grid;

  /** How many values each coordinate has, in the order in which levels are written. */
  private final Map<String, Integer> values = new LinkedHashMap<>();

  AnalysisReader(Grid grid, int models) {
    this.grid = grid;
    values.put("model", models);
    values.put("paraphrase", grid.paraphrases().size());
    values.put("temperature", grid.temperatures().size());
    grid.factors().forEach(factor -> values.put(factor.name(), factor.levels().size()));
  }

  /** The block of a study, or the default analysis when it has none. */
  Analysis read(Fields study) {
    return study
        .optional("analysis")
        .map(
            value ->
                of(
                    value.fields(
                        "an analysis",
                        "primary",
                        "weights",
                        "target",
                        "margins",
                        "alpha",
                        "family",
                        "levels",
                        "pool")))
        .orElseGet(() -> of(Fields.none()));
  }

  private Analysis of(Fields fields) {
    List<String> pool =
        fields.read(
            "pool",
            List.of(),
            value ->
                value.items("A list of coordinates").isEmpty() ? List.of() : coordinates(value));
    SortedMap<String, Double> margins =
        fields.read("margins", new TreeMap<>(), AnalysisReader::margins);
    List<Hypothesis> primary =
        fields
            .optional("primary")
            .map(value -> hypotheses(value, pool, margins))
            .orElseGet(() -> defaultHypotheses(pool));
    Fields target = block(fields, "target", "queries", "paraphrases");
    Fields family = block(fields, "family", "primary", "rest");
    return new Analysis(
        primary,
        fields.read("weights", Weights.MACRO, value -> word(value, "a weighting", Weights.class)),
        target.read("queries", Target.RANDOM, value -> word(value, "a target", Target.class)),
        target.read("paraphrases", Target.FIXED, value -> word(value, "a target", Target.class)),
        margins,
        fields.read("alpha", 0.05, AnalysisReader::alpha),
        family.read(
            "primary", Correction.HOLM, value -> word(value, "a correction", Correction.class)),
        family.read("rest", Correction.BH, value -> word(value, "a correction", Correction.class)),
        fields
            .optional("levels")
            .map(value -> levels(value, pool))
            .orElseGet(() -> levelsOf(primary, pool)),
        pool);
  }

  private static Fields block(Fields fields, String key, String... known) {
    return fields.optional(key).map(value -> value.fields(key, known)).orElseGet(Fields::none);
  }

  private List<Hypothesis> hypotheses(
      Value value, List<String> pool, SortedMap<String, Double> margins) {
    Set<Hypothesis> hypotheses = new LinkedHashSet<>();
    Set<List<Object>> asked = new LinkedHashSet<>();
    for (Value item : value.items("A list of hypotheses")) {
      Fields fields = item.fields("a hypothesis", "measure", "contrast", "level", "expect");
      Measure measure = measure(fields.required("measure", "A measure such as compliance"));
      Contrast contrast =
          contrast(fields.required("contrast", "A contrast of this study, such as free - paid,"));
      List<String> level =
          fields
              .optional("level")
              .map(list -> level(list, pool))
              .orElseGet(() -> defaultLevel(pool));
      Expectation expect =
          fields.read(
              "expect",
              Expectation.GREATER,
              word -> word(word, "an expectation", Expectation.class));
      if (expect == Expectation.EQUIVALENT && !margins.containsKey(measure.id())) {
        throw fields.refuse(
            "expect",
            "equivalence of %s needs a margin. `margins: {%s: 0.05}` is valid with it."
                .formatted(measure.id(), measure.id()));
      }
      if (!asked.add(List.of(measure, contrast, level))) {
        throw item.refuseUnseen(
            "the hypothesis %s, %s is given twice. Each once is valid."
                .formatted(measure.id(), contrast.name()));
      }
      hypotheses.add(new Hypothesis(measure, contrast, level, expect));
    }
    return List.copyOf(hypotheses);
  }

  private Contrast contrast(Value value) {
    Contrast contrast = ScenarioReader.contrast(value, grid.conditions());
    if (!grid.contrasts().contains(contrast)) {
      throw value.refuse(
          "is not a contrast of this study. Valid: %s."
              .formatted(String.join(", ", grid.contrastNames())));
    }
    return contrast;
  }

  private List<Hypothesis> defaultHypotheses(List<String> pool) {
    return grid.contrasts().stream()
        .map(
            contrast ->
                new Hypothesis(
                    Measure.COMPLIANCE, contrast, defaultLevel(pool), Expectation.GREATER))
        .toList();
  }

  /** Model, temperature and every factor with more than one level, less what is pooled over. */
  private List<String> defaultLevel(List<String> pool) {
    return values.keySet().stream()
        .filter(name -> !pool.contains(name))
        .filter(name -> !isPooledUnasked(name))
        .filter(name -> name.equals("model") || name.equals("temperature") || values.get(name) > 1)
        .toList();
  }

  /**
   * Wordings and rounds repeat one question: a level that does not name them averages over them.
   */
  private static boolean isPooledUnasked(String coordinate) {
    return coordinate.equals("paraphrase") || coordinate.equals(Rounds.NAME);
  }

  private List<List<String>> levelsOf(List<Hypothesis> primary, List<String> pool) {
    return primary.isEmpty()
        ? List.of(defaultLevel(pool))
        : primary.stream().map(Hypothesis::level).distinct().toList();
  }

  private List<List<String>> levels(Value value, List<String> pool) {
    return value.distinct(
        "A list of levels, such as [[model, temperature]],", item -> level(item, pool));
  }

  private List<String> level(Value value, List<String> pool) {
    List<String> level =
        value.items("A list of coordinates, such as [model, temperature],").isEmpty()
            ? List.of()
            : coordinates(value);
    for (Map.Entry<String, Integer> coordinate : values.entrySet()) {
      String name = coordinate.getKey();
      boolean pooled = !level.contains(name) && coordinate.getValue() > 1;
      if (pooled && !isPooledUnasked(name) && !pool.contains(name)) {
        throw value.refuseUnseen(
            "level [%s] would pool over %s (%d values): add it to the level or say `pool: [%s]`."
                .formatted(String.join(", ", level), name, coordinate.getValue(), name));
      }
    }
    return level;
  }

  /** Coordinates, in the one order in which they are always written. */
  private List<String> coordinates(Value value) {
    List<String> known = new ArrayList<>(values.keySet());
    List<String> given =
        value.distinct("A list of coordinates", item -> item.oneOf("a coordinate", known));
    return known.stream().filter(given::contains).toList();
  }

  private static SortedMap<String, Double> margins(Value value) {
    SortedMap<String, Double> margins = new TreeMap<>();
    value
        .named("a measure", "A map such as {compliance: 0.05}")
        .forEach(
            (name, margin) -> {
              List<String> known = measures();
              if (!known.contains(name)) {
                throw margin.refuseUnseen(
                    "\"%s\" is not a measure. %sValid: %s."
                        .formatted(name, Suggestion.of(name, known), String.join(", ", known)));
              }
              String valid = "A number between 0 and 1, both excluded, is valid.";
              double number = margin.number("a margin", 0, 1, valid);
              if (number == 0 || number == 1) {
                throw margin.refuse("is not a margin. " + valid);
              }
              margins.put(name, number);
            });
    return margins;
  }

  private static double alpha(Value value) {
    String valid = "A number between 0 and 0.5, both excluded, is valid.";
    double alpha = value.number("an error level", 0, MAX_ALPHA, valid);
    if (alpha == 0 || alpha == MAX_ALPHA) {
      throw value.refuse("is not an error level. " + valid);
    }
    return alpha;
  }

  private static Measure measure(Value value) {
    return Measure.of(value.oneOf("a measure", measures()));
  }

  private static List<String> measures() {
    return Arrays.stream(Measure.values()).map(Measure::id).toList();
  }

  /** One of an enum's constants, in small letters. */
  static <E extends Enum<E>> E word(Value value, String what, Class<E> words) {
    List<String> known =
        Arrays.stream(words.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .toList();
    String word = value.oneOf(what, known);
    return Enum.valueOf(words, word.toUpperCase(Locale.ROOT));
  }
}
