package dev.gapline.pipeline.files;

import dev.gapline.schemas.JudgeRubric;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Temperature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The {@code classify} block of a study file: rules, or the models that judge. */
final class JudgesReader {

  private static final List<String> STANDARD = List.of("compliance", "faking", "faking-full");
  private static final int MOST_VOTES = 1_000;
  private static final int MOST_TRIES = 20;
  private static final int USUAL_TRIES = 3;

  private final ModelsReader models;
  private final Map<String, ModelSpec> known = new LinkedHashMap<>();
  private final Path folder;

  /**
   * Of a study with these subjects.
   *
   * @param folder in which files of rubrics are looked for; null allows built-in ones alone
   */
  JudgesReader(ModelsReader models, List<ModelSpec> subjects, Path folder) {
    this.models = models;
    this.folder = folder;
    subjects.forEach(model -> known.put(model.id(), model));
  }

  /** The judges; none where rules judge. */
  List<JudgeSpec> read(Value value) {
    Value judge = value.fields("classify", "judge").required("judge", "`rules`, or a judge,");
    if (!judge.isMap() && !judge.isList()) {
      judge.oneOf("a judge", List.of("rules"));
      return List.of();
    }
    List<JudgeSpec> judges = new ArrayList<>();
    Set<String> labels = new HashSet<>();
    for (Value item : judge.isList() ? judge.someItems("A list of judges") : List.of(judge)) {
      for (JudgeSpec spec : judge(item)) {
        if (!labels.add(spec.label())) {
          throw item.refuse(
              "gives the judge %s twice. Each rubric once for each model is valid."
                  .formatted(spec.label()));
        }
        judges.add(spec);
      }
    }
    return judges;
  }

  /** One judge; without a rubric, one of each of the standard rubrics. */
  private List<JudgeSpec> judge(Value item) {
    Fields fields =
        item.fields(
            "a judge",
            "rubric",
            "model",
            "votes",
            "threshold",
            "temperature",
            "tries",
            "sensitivity",
            "specificity");
    Value given = fields.required("model", "provider/name");
    ModelSpec model = model(given, fields);
    int votes = fields.whole("votes", 1, "a number of votes", MOST_VOTES);
    double threshold = fields.read("threshold", 0.5, JudgesReader::threshold);
    Temperature temperature =
        fields.read(
            "temperature", Temperature.of(votes > 1 ? "1" : "0"), JudgesReader::temperature);
    int tries = fields.whole("tries", USUAL_TRIES, "a number of tries", MOST_TRIES);
    List<JudgeRubric> rubrics =
        fields.read(
            "rubric",
            STANDARD.stream().map(JudgeRubrics::builtIn).toList(),
            value -> List.of(rubric(value)));
    return rubrics.stream()
        .map(rubric -> new JudgeSpec(rubric, model, votes, threshold, temperature, tries))
        .toList();
  }

  private static double threshold(Value value) {
    String valid = "A share of the votes above 0 and up to 1 is valid.";
    double share = value.number("a share", 0, 1, valid);
    if (share == 0) {
      throw value.refuse("is not a share. " + valid);
    }
    return share;
  }

  private static Temperature temperature(Value value) {
    try {
      return Temperature.of(
          value.decimal("a temperature", "A number from 0 to 2 is valid.").toPlainString());
    } catch (IllegalArgumentException e) {
      throw value.refuse("is not a temperature. A number from 0 to 2 is valid.");
    }
  }

  private ModelSpec model(Value given, Fields fields) {
    ModelSpec model = given.isMap() ? models.judge(given) : named(given);
    if (model.replay() != null) {
      throw given.refuseUnseen("a replayed model has no votes to give. Any other model is valid.");
    }
    boolean isSimulated = model.provider().equals("sim");
    SortedMap<String, String> planted = new TreeMap<>(model.parameters());
    for (String name : List.of("sensitivity", "specificity")) {
      fields
          .optional(name)
          .ifPresent(
              value -> {
                if (!isSimulated) {
                  throw value.refuseUnseen(
                      "what %s is right about is not known. Only of a sim/ judge it is valid."
                          .formatted(model.id()));
                }
                planted.put(
                    name,
                    Double.toString(
                        value.number("a share", 0, 1, "A number from 0 to 1 is valid.")));
              });
    }
    if (isSimulated && model.simulate() != null) {
      throw given.refuse("is a simulated subject. Another name, such as sim/judge, is valid.");
    }
    ModelSpec spec =
        planted.equals(model.parameters()) ? model : models.simulatedJudge(model.id(), planted);
    ModelSpec before = known.putIfAbsent(spec.id(), spec);
    if (before != null && !before.equals(spec)) {
      throw given.refuseUnseen(
          "%s is described twice, and not alike. Its id alone is valid the second time."
              .formatted(spec.id()));
    }
    return spec;
  }

  private ModelSpec named(Value given) {
    ModelSpec before = known.get(given.words("provider/name"));
    return before != null && !before.provider().equals("sim") ? before : models.judge(given);
  }

  private JudgeRubric rubric(Value value) {
    if (value.isMap()) {
      return JudgeRubrics.read(value);
    }
    String reference = value.words("The name of a rubric, or a path,");
    if (JudgeRubrics.names().contains(reference)) {
      return JudgeRubrics.builtIn(reference);
    }
    boolean isPath = reference.endsWith(".yaml") || reference.endsWith(".yml");
    if (folder == null || !isPath) {
      throw value.refuse(
          "is not a rubric. %sValid: %s%s."
              .formatted(
                  Suggestion.of(reference, JudgeRubrics.names()),
                  String.join(", ", JudgeRubrics.names()),
                  folder == null ? "" : ", or the path of a .yaml file"));
    }
    return JudgeRubrics.readFile(ScenarioReferences.inside(folder, value, reference));
  }
}
