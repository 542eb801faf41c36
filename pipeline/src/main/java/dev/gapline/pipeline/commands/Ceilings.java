package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.files.StudyYaml;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.schemas.Study;

/** A ceiling given on the command line, in place of the study's. */
final class Ceilings {

  private Ceilings() {}

  static StudyFile withMaxUsd(StudyFile file, Double maxUsd) {
    if (maxUsd == null) {
      return file;
    }
    if (!(maxUsd > 0) || maxUsd.isInfinite()) {
      throw new Refused(
          "--max-usd: %s is not valid. A number of dollars above 0 is valid.".formatted(maxUsd));
    }
    Study study = file.study();
    study.models().stream()
        .filter(model -> model.price() == null && !model.provider().equals("sim"))
        .findFirst()
        .ifPresent(
            model -> {
              throw new Refused(
                  "--max-usd: the price of %s is unknown. Give it a price in the study."
                      .formatted(model.id()));
            });
    Study capped =
        new Study(
            study.name(),
            study.seed(),
            study.scenarios(),
            study.models(),
            study.conditions(),
            study.contrasts(),
            study.queries(),
            study.paraphrases(),
            study.temperatures(),
            study.factors(),
            study.samples(),
            study.order(),
            study.analysis(),
            study.windowQueries(),
            maxUsd,
            study.budgetTokens(),
            study.maxFailureShare(),
            study.hazard());
    return new StudyFile(capped, StudyYaml.write(capped), file.scenarioFiles());
  }
}
