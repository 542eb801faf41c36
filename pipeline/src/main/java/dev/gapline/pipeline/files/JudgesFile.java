package dev.gapline.pipeline.files;

import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Study;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file with a {@code classify} block that takes the place of a stored study's, and perhaps with a
 * budget, read and refused as those of a study are.
 */
public final class JudgesFile {

  private JudgesFile() {}

  /** The study with the judges of that file. Without a budget in it there is none. */
  public static StudyFile over(StudyFile stored, Path file) {
    Study study = stored.study();
    Path parent = file.getParent();
    Path folder = parent == null ? Path.of("") : parent;
    Fields fields =
        Yaml.read(SourceText.read(file, StudyReader.MAX_BYTES), "file with judges")
            .fields("a file with judges", "classify", "budget", "acknowledge");
    Grid grid =
        new Grid(
            study.scenarios(),
            study.conditions(),
            study.contrasts(),
            study.queries(),
            study.paraphrases(),
            study.temperatures(),
            study.factors());
    Study judged =
        study.withJudges(
            new JudgesReader(
                    new ModelsReader(grid, Prices.beside(folder), folder), study.models(), folder)
                .read(fields.required("classify", "A block such as {judge: rules}")));
    List<ModelSpec> asked = new ArrayList<>();
    judged.judges().forEach(judge -> asked.add(judge.model()));
    StudyReader.refuseUnjudgeable(fields, judged);
    if (judged.hazard().equals("high")) {
      StudyReader.refuseUnacknowledged(fields, "classify", judged.hazard(), asked);
    }
    Study capped = StudyReader.withBudget(judged, fields, asked);
    return new StudyFile(capped, StudyYaml.write(capped), stored.scenarioFiles());
  }
}
