package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.GapRow;
import dev.gapline.transforms.statistics.Equivalence;
import dev.gapline.transforms.statistics.GapEstimate;
import dev.gapline.transforms.statistics.Judgement;
import dev.gapline.transforms.statistics.Verdicts;

/**
 * A row of {@code gaps} before its family is known.
 *
 * @param expectation of the hypothesis; null on a row that is not a headline
 * @param tooFew why no verdict can rest on queries or wordings like these; null if one can
 * @param isOfRest whether it is of the family of the exploratory rows
 * @param lowest the headline's estimate if the missing answers lie at their lowest; null where none
 *     is missing, and on other rows
 * @param highest likewise
 */
record GapFinding(
    GapRow row,
    Analysis.Expectation expectation,
    Judgement.Reason tooFew,
    boolean isOfRest,
    End lowest,
    End highest) {

  /** What a verdict needs of an estimate. */
  record End(
      Double gap,
      Double low,
      Double high,
      Double pSuperiority,
      Double pEquivalence,
      Judgement.Reason tooFew) {

    static End of(
        GapEstimate estimate, Analysis.Expectation expectation, Double margin, double alpha) {
      return new End(
          estimate.gap(),
          estimate.low(),
          estimate.high(),
          estimate.pSuperiority(),
          Equivalence.evaluated(estimate, expectation, margin, alpha),
          Verdicts.tooFew(estimate, alpha));
    }
  }

  /** The row's own, which its verdict is drawn from. */
  End own() {
    return new End(
        row.gap(), row.ciLow(), row.ciHigh(), row.pSuperiority(), row.pEquivalence(), tooFew);
  }

  /** The lowest end; the row's own where no answer is missing. */
  End low() {
    return lowest == null ? own() : lowest;
  }

  /** The highest end; the row's own where no answer is missing. */
  End high() {
    return highest == null ? own() : highest;
  }
}
