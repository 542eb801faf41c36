package dev.gapline.transforms.statistics;

import java.util.Arrays;

/**
 * What a study's repeats in time move by, with rounds random; two-way standard errors after
 * Cameron, Gelbach and Miller (2011), components by the method of moments.
 *
 * @param mean over rounds and queries: two-way standard error by query and round, df = min(queries,
 *     rounds) - 1
 * @param deviation standard deviation between rounds beyond noise, root of (MS_R - MS_RQ) / m, with
 *     the p-value of its F test
 * @param range largest less smallest of the rounds' means, noise included
 */
public record RoundNoise(StudentEstimate mean, StudentEstimate deviation, StudentEstimate range) {

  /** Fewer rounds say little of drift. */
  public static final int FEWEST_ROUNDS = 5;

  /**
   * Of queries that all rounds have.
   *
   * @param byRound one row per round, two at least, one value per query, parallel
   */
  public static RoundNoise of(double[][] byRound, double alpha) {
    Flag[] few = byRound.length < FEWEST_ROUNDS ? new Flag[] {Flag.TOO_FEW_ROUNDS} : new Flag[] {};
    int queries = byRound[0].length;
    if (queries == 0) {
      StudentEstimate none = StudentEstimate.none(0, Flag.NO_ROWS);
      return new RoundNoise(none, none, none);
    }
    CrossedTable table = CrossedTable.of(byRound);
    double range =
        Arrays.stream(table.rowMeans()).max().orElseThrow()
            - Arrays.stream(table.rowMeans()).min().orElseThrow();
    if (queries == 1) {
      return new RoundNoise(
          StudentEstimate.bare(table.mean(), 1, Flag.THIS_PROMPT),
          StudentEstimate.none(1, Flag.THIS_PROMPT),
          StudentEstimate.bare(range, 1, few));
    }
    double raw = table.rowVariance();
    Flag[] flags = raw < 0 ? Arrays.copyOf(few, few.length + 1) : few;
    if (raw < 0) {
      flags[few.length] = Flag.BELOW_ZERO;
    }
    return new RoundNoise(
        mean(byRound, alpha),
        StudentEstimate.bare(StrictMath.sqrt(Math.max(0, raw)), queries, flags)
            .withP(table.pRows()),
        StudentEstimate.bare(range, queries, few));
  }

  /** The mean alone, of two rounds and two queries at least. */
  static StudentEstimate mean(double[][] byRound, double alpha) {
    CrossedTable table = CrossedTable.of(byRound);
    return byRound.length < FEWEST_ROUNDS
        ? StudentEstimate.of(
            table.mean(),
            table.standardErrorTwoWay(),
            table.scarcerDf(),
            alpha,
            table.columns(),
            Flag.TOO_FEW_ROUNDS)
        : StudentEstimate.of(
            table.mean(), table.standardErrorTwoWay(), table.scarcerDf(), alpha, table.columns());
  }
}
