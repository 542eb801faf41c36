package dev.gapline.transforms.statistics;

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
    return ClopperPearson.interval(events, n, tail).low() - expected;
  }

  @Override
  public double upper(double tail) {
    return ClopperPearson.interval(events, n, tail).high() - expected;
  }

  @Override
  public double pBelow(double threshold) {
    return distribution(threshold).cumulativeProbability(events);
  }

  @Override
  public double pAbove(double threshold) {
    return distribution(threshold).survivalProbability(events - 1);
  }

  private BinomialDistribution distribution(double threshold) {
    return BinomialDistribution.of(n, Math.max(0, Math.min(1, expected + threshold)));
  }
}
