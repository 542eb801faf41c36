package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.files.StudyYaml;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.PlannedCalls;
import dev.gapline.transforms.providers.Charge;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What the command line says of money: a price file, and a ceiling in place of the study's. */
final class Ceilings {

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

  /** The study of that argument, with prices and ceiling. */
  StudyFile open(String study) {
    return withMaxUsd(StudyFile.open(study, prices), maxUsd);
  }

  /**
   * Refuses a ceiling under which not every lane could begin a block: such a run would spend what
   * it has on nothing.
   */
  static void refuseTooLow(StudyPlan plan, int parallelism) {
    Study study = plan.study();
    if (study.budgetUsd() == null && study.budgetTokens() == null) {
      return;
    }
    long lanes = Math.min(parallelism, plan.units(parallelism).count());
    Charge block = PlannedCalls.of(plan).worstBlock();
    if (study.budgetTokens() != null && study.budgetTokens() < lanes * block.tokens()) {
      throw new Refused(
          tooLow(
              "%,d tokens".formatted(study.budgetTokens()),
              "%,d tokens".formatted(block.tokens()),
              lanes,
              "%,d tokens".formatted(lanes * block.tokens())));
    }
    if (study.budgetUsd() != null && study.budgetUsd() < lanes * block.usd()) {
      throw new Refused(
          tooLow(
              dollars(study.budgetUsd()),
              dollars(block.usd()),
              lanes,
              dollars(Math.nextUp(lanes * block.usd()))));
    }
  }

  private static String tooLow(String ceiling, String block, long lanes, String needed) {
    return "budget: %s do not cover one block for each of %d lanes: at worst a block uses %s. At least %s, a smaller max_tokens or a smaller --parallelism is valid."
        .formatted(ceiling, lanes, block, needed);
  }

  private static String dollars(double usd) {
    return "$" + BigDecimal.valueOf(usd).setScale(6, RoundingMode.CEILING).toPlainString();
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
