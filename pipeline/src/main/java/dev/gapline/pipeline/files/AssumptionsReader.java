package dev.gapline.pipeline.files;

import dev.gapline.pipeline.files.Assumptions.OfCondition;
import dev.gapline.pipeline.files.Assumptions.OfGap;
import dev.gapline.pipeline.files.Assumptions.OfModel;
import dev.gapline.pipeline.files.Assumptions.Pilot;
import dev.gapline.pipeline.files.Assumptions.Use;
import dev.gapline.schemas.Measure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The text of an assumptions file, validated. */
final class AssumptionsReader {

  static final int MAX_BYTES = 8 << 20;

  private static final long MOST = 1_000_000_000_000L;
  private static final String SHARE = "A number from 0 to 1 is valid.";
  private static final String MODELS =
      "A list such as [{model: openai/gpt, gaps: [{contrast: free - paid, ...}]}]";

  private AssumptionsReader() {}

  static Assumptions read(SourceText source) {
    Fields fields =
        Yaml.read(source, "file of assumptions").fields("a file of assumptions", "pilot", "models");
    List<OfModel> models = new ArrayList<>();
    Set<List<Object>> named = new HashSet<>();
    for (Value item : fields.required("models", MODELS).someItems(MODELS)) {
      OfModel model = model(item);
      if (!named.add(Arrays.asList(model.model(), model.scenario(), model.temperature()))) {
        throw item.refuseUnseen(
            "%s is given twice for the same scenario and temperature. Each once is valid."
                .formatted(model.model()));
      }
      models.add(model);
    }
    return new Assumptions(fields.read("pilot", null, AssumptionsReader::pilot), models);
  }

  private static Pilot pilot(Value value) {
    Fields fields = value.fields("a pilot", "study", "seed", "samples", "queries");
    SortedMap<String, List<String>> queries = new TreeMap<>();
    String valid = "A map from scenarios to lists of queries";
    fields
        .required("queries", valid)
        .someNamed("a scenario", valid)
        .forEach(
            (scenario, ids) ->
                queries.put(scenario, ids.distinct("A list of queries", id -> id.name("a query"))));
    return new Pilot(
        fields.required("study", "A name").name("a study"),
        fields.required("seed", "A whole number").whole("a seed", Long.MIN_VALUE, Long.MAX_VALUE),
        fields.required("samples", "A whole number").whole("a number of samples", 1, MOST),
        queries);
  }

  private static OfModel model(Value item) {
    Fields fields =
        item.fields(
            "assumptions of a model",
            "model",
            "scenario",
            "temperature",
            "conditions",
            "use",
            "gaps");
    Value id = fields.required("model", "provider/name");
    if (!ModelsReader.ID.matcher(id.text("provider/name")).matches()) {
      throw id.refuse("is not a model. provider/name, such as openai/gpt-4o, is valid.");
    }
    SortedMap<String, OfCondition> conditions = new TreeMap<>();
    fields
        .optional("conditions")
        .ifPresent(
            value ->
                value
                    .named("a condition", "A map such as {free: {missing: 0.01}}")
                    .forEach((name, arm) -> conditions.put(name, condition(arm))));
    return new OfModel(
        id.text(""),
        fields.read("scenario", null, value -> value.name("a scenario")),
        fields.read("temperature", null, GridReader::temperature),
        conditions,
        fields.read("use", Use.UNKNOWN, AssumptionsReader::use),
        gaps(fields.required("gaps", "A list such as [{contrast: free - paid, ...}]")));
  }

  private static OfCondition condition(Value value) {
    Fields fields = value.fields("a condition", "trials", "missing", "truncated");
    return new OfCondition(
        fields.read("trials", null, trials -> trials.whole("a number of trials", 1, MOST)),
        fields.read("missing", 0.0, AssumptionsReader::share),
        fields.read("truncated", 0.0, AssumptionsReader::share));
  }

  private static Use use(Value value) {
    Fields fields =
        value.fields("the use of an answer", "calls", "prompt_tokens", "completion_tokens", "usd");
    return new Use(
        fields.read(
            "calls",
            null,
            calls -> calls.number("a number of calls", 0, 1e6, "A number, 0 or more, is valid.")),
        fields.read("prompt_tokens", null, AssumptionsReader::tokens),
        fields.read("completion_tokens", null, AssumptionsReader::tokens),
        fields.read(
            "usd",
            null,
            usd -> usd.number("a price", 0, 1e6, "A number of dollars, 0 or more, is valid.")));
  }

  private static double tokens(Value value) {
    return value.number("a number of tokens", 0, 1e9, "A number, 0 or more, is valid.");
  }

  private static List<OfGap> gaps(Value value) {
    List<OfGap> gaps = new ArrayList<>();
    Set<List<Object>> named = new HashSet<>();
    for (Value item : value.someItems("A list of gaps")) {
      OfGap gap = gap(item);
      if (!named.add(List.of(gap.measure(), gap.contrast()))) {
        throw item.refuseUnseen(
            "%s of %s is given twice. Each once is valid."
                .formatted(gap.measure().id(), gap.contrast()));
      }
      gaps.add(gap);
    }
    return gaps;
  }

  private static OfGap gap(Value item) {
    Fields fields =
        item.fields(
            "a gap",
            "measure",
            "contrast",
            "p_treatment",
            "p_control",
            "icc",
            "sd_tier",
            "queries");
    List<String> measures = Arrays.stream(Measure.values()).map(Measure::id).toList();
    return new OfGap(
        fields.read(
            "measure", Measure.COMPLIANCE, value -> Measure.of(value.oneOf("a measure", measures))),
        contrast(fields.required("contrast", "A pair of conditions, such as free - paid,")),
        known(fields, "p_treatment"),
        known(fields, "p_control"),
        known(fields, "icc"),
        known(fields, "sd_tier"),
        fields.read("queries", null, value -> value.whole("a number of queries", 1, MOST)));
  }

  private static String contrast(Value value) {
    String text = value.text("A pair of conditions, such as free - paid,");
    String[] arms = text.split(" - ", 3);
    if (arms.length != 2 || arms[0].isBlank() || arms[1].isBlank()) {
      throw value.refuse("is not a contrast. A pair of conditions, such as free - paid, is valid.");
    }
    return arms[0].strip() + " - " + arms[1].strip();
  }

  /** A number that must be given, if only as null: a pilot could not measure it. */
  private static Double known(Fields fields, String key) {
    return fields.required(key, "A number from 0 to 1, or null,").orNull(AssumptionsReader::share);
  }

  private static double share(Value value) {
    return value.number("a share", 0, 1, SHARE);
  }
}
