package dev.gapline.transforms.statistics;

import java.util.Arrays;

/**
 * Whether differences by query are too few for any verdict on queries like these (SCIENCE 5.3 e):
 * fewer than 10 queries, or fewer than 5 that differ, and so few that differ that the sign-flip
 * test could not reach the level.
 */
final class FewDifferences {

  private static final int FEW_QUERIES = 10;
  private static final int FEW_DIFFERENCES = 5;

  private FewDifferences() {}

  /** Of one difference per query. */
  static boolean are(double[] byQuery, double alpha) {
    long nonzero =
        Arrays.stream(byQuery).filter(value -> Math.abs(value) > StudentEstimate.ROUNDING).count();
    boolean isFew = byQuery.length < FEW_QUERIES || nonzero < FEW_DIFFERENCES;
    return isFew && 2 * StrictMath.pow(0.5, (double) nonzero) >= alpha;
  }
}
