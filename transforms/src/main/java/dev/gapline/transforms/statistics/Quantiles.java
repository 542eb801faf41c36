package dev.gapline.transforms.statistics;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.ContinuousDistribution;
import org.apache.commons.statistics.distribution.FDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Tails and quantiles of the reference distributions of an estimate, from Apache Commons
 * Statistics. Where the library finds a quantile by a root finder that stops at an absolute error
 * of 1e-9, the root is refined here against the library's own distribution function, so that a
 * quantile has full precision however small it is.
 */
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

  /** The value below which a Beta(a, b) variable lies with probability {@code tail}, above 0. */
  static double betaLower(double tail, double a, double b) {
    BetaDistribution beta = BetaDistribution.of(a, b);
    return root(
        beta.inverseCumulativeProbability(tail),
        x -> beta.cumulativeProbability(x) - tail,
        beta::density);
  }

  /** The value above which a Beta(a, b) variable lies with probability {@code tail}, above 0. */
  static double betaUpper(double tail, double a, double b) {
    BetaDistribution beta = BetaDistribution.of(a, b);
    return root(
        beta.inverseSurvivalProbability(tail),
        x -> tail - beta.survivalProbability(x),
        beta::density);
  }

  /** The probability of at most {@code most} heads in {@code n} throws of a fair coin. */
  static double coinTail(int most, int n) {
    return BinomialDistribution.of(n, 0.5).cumulativeProbability(most);
  }

  /**
   * The root in (0, 1) of an increasing function: Newton's method from the guess, with the bracket
   * halved (in the logarithm, for roots may be tiny) wherever a step would leave it.
   */
  private static double root(double guess, DoubleUnaryOperator excess, DoubleUnaryOperator slope) {
    double low = 0;
    double high = 1;
    double x = guess > 0 && guess < 1 ? guess : 0.5;
    for (int step = 0; step < 200; step++) {
      double above = excess.applyAsDouble(x);
      if (above > 0) {
        high = x;
      } else {
        low = x;
      }
      double next = x - above / slope.applyAsDouble(x);
      if (!(next > low && next < high)) {
        next = low == 0 ? high / 16 : StrictMath.sqrt(low * high);
      }
      if (Math.abs(next - x) <= 4 * Math.ulp(x)) {
        return next;
      }
      x = next;
    }
    return x;
  }

  /** The probability above {@code f} of Fisher's F distribution. */
  static double fisherTail(double f, double df1, double df2) {
    return FDistribution.of(df1, df2).survivalProbability(f);
  }
}
