package dev.gapline.pipeline.files;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Study;
import java.nio.file.Path;

/**
 * A file with an {@code analysis} block that takes the place of a stored study's, read and refused
 * as that of a study is.
 */
public final class AnalysisFile {

  private AnalysisFile() {}

  /** The study with the analysis of that file. */
  public static StudyFile over(StudyFile stored, Path file) {
    Study study = stored.study();
    Fields fields =
        Yaml.read(SourceText.read(file, StudyReader.MAX_BYTES), "file with an analysis")
            .fields("an analysis file", "analysis");
    fields.required("analysis", "A block such as {margins: {compliance: 0.05}}");
    Grid grid =
        new Grid(
            study.scenarios(),
            study.conditions(),
            study.contrasts(),
            study.queries(),
            study.paraphrases(),
            study.temperatures(),
            study.factors());
    Analysis analysis = new AnalysisReader(grid, study.models().size()).read(fields);
    Study analysed = study.with(analysis);
    return new StudyFile(analysed, StudyYaml.write(analysed), stored.scenarioFiles());
  }
}
