package dev.gapline.transforms.statistics;

import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Exact limits of a share (Clopper and Pearson 1934), as distances from the share that is expected.
 *
 * @param events 0 to n
 * @param n at least 1
 * @param expected share, 0 to 1
 */
record BinomialLimits(int events, int n, double expected) implements Limits {

  @Override
  public double lower(double tail) {
    return (events == 0
            ? 0
            : BetaDistribution.of(events, n - events + 1.0).inverseCumulativeProbability(tail))
        - expected;
  }

  @Override
  public double upper(double tail) {
    return (events == n
            ? 1
            : BetaDistribution.of(events + 1.0, n - events).inverseSurvivalProbability(tail))
        - expected;
  }

  @Override
  public double pBelow(double threshold) {
    return distribution(threshold).cumulativeProbability(events);
  }

  @Override
  public double pAbove(double threshold) {
    return distribution(threshold).survivalProbability(events - 1);
  }

  /** Two-sided p-value of "the share is the expected one": twice the smaller tail, at most 1. */
  double pDiffers() {
    return Math.min(1, 2 * Math.min(pBelow(0), pAbove(0)));
  }

  private BinomialDistribution distribution(double threshold) {
    return BinomialDistribution.of(n, Math.max(0, Math.min(1, expected + threshold)));
  }
}
