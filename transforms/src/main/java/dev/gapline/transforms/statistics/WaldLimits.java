package dev.gapline.transforms.statistics;

/**
 * Estimate plus or minus a quantile times its standard error.
 *
 * @param se above 0
 * @param df degrees of freedom of Student's t; null for the normal distribution
 */
record WaldLimits(double estimate, double se, Double df) implements Limits {

  @Override
  public double lower(double tail) {
    return estimate - Quantiles.student(tail, df) * se;
  }

  @Override
  public double upper(double tail) {
    return estimate + Quantiles.student(tail, df) * se;
  }

  @Override
  public double pBelow(double threshold) {
    return Quantiles.studentTail((threshold - estimate) / se, df);
  }

  @Override
  public double pAbove(double threshold) {
    return Quantiles.studentTail((estimate - threshold) / se, df);
  }

  @Override
  public double pDiffers(double threshold) {
    return Math.min(1, 2 * Quantiles.studentTail(Math.abs(estimate - threshold) / se, df));
  }
}
