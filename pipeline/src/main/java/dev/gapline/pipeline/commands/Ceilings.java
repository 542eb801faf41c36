package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.runs.Refused;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.PlannedCalls;
import dev.gapline.transforms.providers.Charge;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Whether a ceiling is worth beginning under. */
final class Ceilings {

  private Ceilings() {}

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
}
