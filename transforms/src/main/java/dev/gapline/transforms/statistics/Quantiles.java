package dev.gapline.transforms.statistics;

import org.apache.commons.statistics.distribution.ContinuousDistribution;
import org.apache.commons.statistics.distribution.FDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/** Tails and quantiles of the reference distributions of an estimate. */
final class Quantiles {

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private Quantiles() {}

  /** The standard normal quantile that leaves {@code tail} (0 to 1) above it. */
  static double normal(double tail) {
    return NORMAL.inverseSurvivalProbability(tail);
  }

  /** The probability above {@code z} of the standard normal distribution. */
  static double normalTail(double z) {
    return NORMAL.survivalProbability(z);
  }

  /**
   * The quantile of Student's t that leaves {@code tail} (0 to 1, both excluded) above it; degrees
   * of freedom null for the normal distribution.
   */
  static double student(double tail, Double df) {
    if (df == null) {
      return normal(tail);
    }
    TDistribution distribution = TDistribution.of(df);
    double t = distribution.inverseSurvivalProbability(tail);
    // The library's solver stops at 1e-9; one step of Newton's method brings full precision.
    return t + (distribution.survivalProbability(t) - tail) / distribution.density(t);
  }

  /** The probability above {@code t}; degrees of freedom null for the normal distribution. */
  static double studentTail(double t, Double df) {
    ContinuousDistribution distribution = df == null ? NORMAL : TDistribution.of(df);
    return distribution.survivalProbability(t);
  }

  /** The probability above {@code f} of Fisher's F distribution. */
  static double fisherTail(double f, double df1, double df2) {
    return FDistribution.of(df1, df2).survivalProbability(f);
  }
}
