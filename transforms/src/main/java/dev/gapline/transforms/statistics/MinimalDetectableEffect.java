package dev.gapline.transforms.statistics;

/**
 * The smallest true gap that a study with a given standard error finds with a given probability:
 * (t(1 - alpha/2) + t(power)) SE, which at 10 clusters and more differs from the exact noncentral t
 * by less than 0.2% (Bloom 1995).
 */
public final class MinimalDetectableEffect {

  /** The power for which tables give it. */
  public static final double POWER = 0.8;

  private MinimalDetectableEffect() {}

  /**
   * The effect, above 0.
   *
   * @param se standard error of the gap; null when there is none
   * @param df degrees of freedom of Student's t; null for the normal distribution
   * @param alpha two-sided error, above 0 and below 1
   * @param power the probability to find it, above 0 and below 1
   * @return null without a standard error
   */
  public static Double of(Double se, Double df, double alpha, double power) {
    return se == null
        ? null
        : Double.valueOf(
            (Quantiles.student(alpha / 2, df) + Quantiles.student(1 - power, df)) * se);
  }
}
