package dev.gapline.transforms.statistics;

/**
 * Sizes of the simplest study, one answer per query and arm: the textbook's two proportions, and
 * pairs of them. Whoever asks a query more than once plans with {@link ClusteredPlanning}.
 */
public final class UnclusteredPlanning {

  private static final int STEPS = 200;

  private UnclusteredPlanning() {}

  /**
   * What is expected of pairs.
   *
   * @param treatmentOnly share of the pairs in which the treatment alone complies
   * @param controlOnly share in which the control alone does
   */
  public record Discordance(double treatmentOnly, double controlOnly) {

    /** Of two rates whose values correlate by {@code phi}, as far as the rates allow it. */
    public static Discordance of(double treatment, double control, double phi) {
      double both =
          treatment * control
              + phi * StrictMath.sqrt(treatment * (1 - treatment) * control * (1 - control));
      double possible =
          Math.max(
              Math.max(0, treatment + control - 1), Math.min(both, Math.min(treatment, control)));
      return new Discordance(treatment - possible, control - possible);
    }
  }

  /**
   * Queries per arm, not rounded, with which two independent rates are told apart: {@code
   * (z_{1-alpha/2} sqrt(2 p(1 - p)) + z_power sqrt(pT(1 - pT) + pC(1 - pC)))^2 / gap^2} with p the
   * mean of both (Fleiss). Null when the rates are equal.
   *
   * @param alpha two-sided error, above 0 and below 1
   */
  public static Double perArm(double treatment, double control, double alpha, double power) {
    double gap = treatment - control;
    if (gap == 0) {
      return null;
    }
    double mean = (treatment + control) / 2;
    double root =
        Quantiles.normal(alpha / 2) * StrictMath.sqrt(2 * mean * (1 - mean))
            + Quantiles.normal(1 - power)
                * StrictMath.sqrt(treatment * (1 - treatment) + control * (1 - control));
    return root * root / (gap * gap);
  }

  /**
   * Pairs, not rounded, with which the sign of their difference is found: {@code (z_{1-alpha/2}
   * sqrt(d) + z_power sqrt(d - gap^2))^2 / gap^2} with d the discordant share (Connor 1987). Null
   * when either direction is as frequent as the other.
   *
   * @param alpha two-sided error, above 0 and below 1
   */
  public static Double pairs(Discordance expected, double alpha, double power) {
    double gap = expected.treatmentOnly() - expected.controlOnly();
    double discordant = expected.treatmentOnly() + expected.controlOnly();
    if (gap == 0) {
      return null;
    }
    double root =
        Quantiles.normal(alpha / 2) * StrictMath.sqrt(discordant)
            + Quantiles.normal(1 - power) * StrictMath.sqrt(discordant - gap * gap);
    return root * root / (gap * gap);
  }

  /**
   * The smallest gap above {@code control} that so many queries per arm find, from {@link #perArm};
   * null when not even a rate of 1 is found.
   *
   * @param perArm queries of either arm, above 0
   * @param control rate of the control, 0 to 1
   * @param alpha two-sided error, above 0 and below 1
   * @param power above 0 and below 1
   */
  public static Double mde(double perArm, double control, double alpha, double power) {
    double low = control;
    double high = 1;
    if (!(control < 1) || perArm(high, control, alpha, power) > perArm) {
      return null;
    }
    for (int step = 0; step < STEPS; step++) {
      double middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) {
        break;
      }
      if (perArm(middle, control, alpha, power) > perArm) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high - control;
  }

  /**
   * The design effect {@code 1 + (K - 1) icc} (Kish 1965): how much K answers of a query repeat
   * each other; 1 when they do not, K when they are one.
   *
   * @param answers K, 1 or more
   * @param icc 0 to 1
   */
  public static double designEffect(double answers, double icc) {
    return 1 + (answers - 1) * icc;
  }

  /**
   * The fewest queries that, without a single event, show a rate to lie below {@code rate}: the
   * smallest n with {@code (1 - rate)^n <= alpha}, one-sided; at 5% some 3 / rate, the rule of
   * three (Hanley and Lippman-Hand 1983).
   *
   * @param rate above 0 and below 1
   * @param alpha above 0 and below 1
   */
  public static long queriesWithoutEvent(double rate, double alpha) {
    return (long) Math.ceil(StrictMath.log(alpha) / StrictMath.log1p(-rate));
  }
}
