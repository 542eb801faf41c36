package dev.gapline.pipeline.tables;

import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.TableSchema;
import dev.gapline.transforms.providers.ReportedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;

/** Which models a run's answers came from, as their providers say. */
public final class ResponseModels {

  private static final int MOST_NAMES = 5;

  private ResponseModels() {}

  /** Whether some model of the study could answer under a name that is not its own. */
  public static boolean mayDiffer(Study study) {
    return study.models().stream().anyMatch(model -> model.simulate() == null);
  }

  /**
   * One sentence on the models that answered under several names or under another's, with the
   * number of answers; none when each answered under its own.
   */
  public static Optional<String> sentence(Study study, RunFolder folder, RunState state)
      throws IOException {
    Map<String, Map<String, Long>> answers = answers(folder, state);
    List<String> parts = new ArrayList<>();
    for (ModelSpec model : study.models()) {
      Map<String, Long> names = answers.getOrDefault(model.id(), Map.of());
      boolean isOther =
          names.keySet().stream().anyMatch(name -> ReportedModel.isOther(model.name(), name));
      if (model.simulate() == null && (names.size() > 1 || isOther)) {
        parts.add(model.id() + " as " + text(names));
      }
    }
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Answers came under several names, or under another model's: %s."
                .formatted(String.join("; ", parts)));
  }

  private static String text(Map<String, Long> names) {
    List<String> texts =
        new ArrayList<>(
            names.entrySet().stream()
                .sorted(
                    Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_NAMES)
                .map(name -> String.format(Locale.ROOT, "%s (%,d)", name.getKey(), name.getValue()))
                .toList());
    if (names.size() > MOST_NAMES) {
      texts.add("%d further names".formatted(names.size() - MOST_NAMES));
    }
    return String.join(", ", texts);
  }

  /** For each model the number of its answers under each name. */
  private static Map<String, Map<String, Long>> answers(RunFolder folder, RunState state)
      throws IOException {
    Schema trials = TableSchema.published("trials");
    Schema columns =
        Schema.createRecord(
            trials.getName(),
            trials.getDoc(),
            trials.getNamespace(),
            false,
            List.of("model", "response_model").stream()
                .map(trials::getField)
                .map(field -> new Schema.Field(field, field.schema()))
                .toList());
    Map<String, Map<String, Long>> answers = new TreeMap<>();
    Tables.forEach(
        state.files(folder, "trials"),
        columns,
        trial -> {
          if (trial.get("response_model") != null) {
            answers
                .computeIfAbsent(trial.get("model").toString(), model -> new TreeMap<>())
                .merge(trial.get("response_model").toString(), 1L, Long::sum);
          }
        });
    return answers;
  }
}
