package dev.gapline.transforms.statistics;

/** Wilson's score interval for a proportion (Wilson 1927). */
final class Wilson {

  private Wilson() {}

  /**
   * The interval for {@code rate} (0 to 1) seen on {@code n} (above 0, need not be whole)
   * independent values, with the two-sided {@code quantile} of the normal or t distribution.
   */
  static Interval interval(double rate, double n, double quantile) {
    double square = quantile * quantile;
    double centre = rate + square / (2 * n);
    double half = quantile * StrictMath.sqrt(rate * (1 - rate) / n + square / (4 * n * n));
    double scale = 1 + square / n;
    return new Interval(
        rate == 0 ? 0 : Math.max(0, (centre - half) / scale),
        rate == 1 ? 1 : Math.min(1, (centre + half) / scale));
  }
}
