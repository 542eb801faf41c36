package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.files.StudyYaml;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.schemas.Study;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which study the command line names, and what it says of money in the study's place. */
final class StudyArgument {

  @Parameters(paramLabel = "STUDY", description = "A study file, or a built-in study: quickstart.")
  private String study;

  @Option(
      names = "--max-usd",
      paramLabel = "X",
      description = "A ceiling in US dollars over all starts, in place of the study's.")
  private Double maxUsd;

  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description =
          "A price file, with its date and source. Default: prices.yaml beside the study, if there"
              + " is one. A price in the study outranks it.")
  private Path prices;

  /** The study, with prices and ceiling. */
  StudyFile open() {
    return withMaxUsd(StudyFile.open(study, prices), maxUsd);
  }

  private static StudyFile withMaxUsd(StudyFile file, Double maxUsd) {
    if (maxUsd == null) {
      return file;
    }
    if (!(maxUsd > 0) || maxUsd.isInfinite()) {
      throw new Refused(
          "--max-usd: %s is not valid. A number of dollars above 0 is valid.".formatted(maxUsd));
    }
    Study study = file.study();
    study.allModels().stream()
        .filter(model -> model.price() == null && !model.isOffline())
        .findFirst()
        .ifPresent(
            model -> {
              throw new Refused(
                  ("--max-usd: the price of %s is unknown. Give it one in the study or in a price"
                          + " file.")
                      .formatted(model.id()));
            });
    Study capped = study.withBudget(maxUsd, study.budgetTokens());
    return new StudyFile(capped, StudyYaml.write(capped), file.scenarioFiles());
  }
}
