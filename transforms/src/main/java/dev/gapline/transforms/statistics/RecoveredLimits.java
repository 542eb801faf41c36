package dev.gapline.transforms.statistics;

/**
 * Limits of a difference of two estimates from the limits of each, as if they were independent:
 * their distances from the estimates, squared and added (Zou and Donner 2008; Newcombe's hybrid
 * score method is the case of two proportions). For estimates that rise and fall together they are
 * too wide, never too narrow.
 *
 * @param estimateA the first estimate, within its limits
 * @param a its limits
 * @param estimateB the second estimate, within its limits
 * @param b its limits
 */
record RecoveredLimits(double estimateA, Limits a, double estimateB, Limits b)
    implements ScoreLimits {

  @Override
  public double estimate() {
    return estimateA - estimateB;
  }

  @Override
  public double lower(double tail) {
    return estimate() - length(estimateA - a.lower(tail), b.upper(tail) - estimateB);
  }

  @Override
  public double upper(double tail) {
    return estimate() + length(a.upper(tail) - estimateA, estimateB - b.lower(tail));
  }

  private static double length(double a, double b) {
    return StrictMath.sqrt(a * a + b * b);
  }
}
