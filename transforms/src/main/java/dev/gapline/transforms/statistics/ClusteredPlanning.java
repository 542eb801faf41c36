package dev.gapline.transforms.statistics;

import java.util.function.LongFunction;

/**
 * What a design of paired clusters can find, before it is run: SE^2 = (sd_tier^2 + within / K) / G,
 * the variance of a mean in two stages (Cochran 1977), and t with G - 1 degrees of freedom in place
 * of the noncentral t, from which it differs by less than 0.2% at 10 queries and more. Below 10
 * queries the sign-flip test decides ({@link #isBelowSignFlip}), and these numbers are too good.
 *
 * @param queries G, at least 2
 * @param answers K, the readable answers of one query in one arm, above 0: samples times the
 *     wordings that are averaged over. Not a whole number where some are expected to be missing
 */
public record ClusteredPlanning(ClusterAssumptions assumptions, long queries, double answers) {

  /** With fewer pairs the headline's p is the sign-flip test's. */
  public static final long LEAST_QUERIES = 10;

  /** No study has more: beyond it a gap counts as never found. */
  private static final long MOST_QUERIES = 1_000_000_000_000L;

  public ClusteredPlanning {
    if (queries < 2) {
      throw new IllegalArgumentException(
          "Invalid number of queries: %d. At least 2 is valid.".formatted(queries));
    }
    if (!(answers > 0) || Double.isInfinite(answers)) {
      throw new IllegalArgumentException(
          "Invalid number of answers: %s. A number above 0 is valid.".formatted(answers));
    }
  }

  /** Whether p will be the sign-flip test's, which these formulas do not describe. */
  public boolean isBelowSignFlip() {
    return queries < LEAST_QUERIES;
  }

  /** The planned standard error of the gap, 0 when nothing varies. */
  public double se() {
    double tier = assumptions.sdTier() * assumptions.sdTier();
    return StrictMath.sqrt((tier + assumptions.within() / answers) / queries);
  }

  /**
   * The smallest gap that is found with that power, as {@link MinimalDetectableEffect}. Null when
   * nothing varies.
   *
   * @param alpha two-sided error, above 0 and below 1
   * @param power above 0 and below 1
   */
  public Double mde(double alpha, double power) {
    double se = se();
    return MinimalDetectableEffect.of(se > 0 ? Double.valueOf(se) : null, df(), alpha, power);
  }

  /**
   * The chance that a gap of that size is told from 0, 0 to 1: {@code T(|gap| / SE - t_{1 -
   * alpha/2})}. Null when nothing varies.
   *
   * @param alpha two-sided error, above 0 and below 1
   */
  public Double power(double gap, double alpha) {
    double se = se();
    if (!(se > 0)) {
      return null;
    }
    return below(Math.abs(gap) / se - Quantiles.student(alpha / 2, df()));
  }

  /**
   * The chance that a gap of that size is shown to lie within the margin on either side of 0, by
   * two one-sided tests (Schuirmann 1987): {@code T((margin - gap)/SE - t_{1 - alpha}) + T((margin
   * + gap)/SE - t_{1 - alpha}) - 1}, at least 0. Null when nothing varies.
   *
   * @param alpha error of either test, above 0 and below 0.5
   */
  public Double equivalencePower(double gap, double margin, double alpha) {
    double se = se();
    if (!(se > 0)) {
      return null;
    }
    double t = Quantiles.student(alpha, df());
    return Math.max(0, below((margin - gap) / se - t) + below((margin + gap) / se - t) - 1);
  }

  /** The same assumptions and answers with another number of queries. */
  public ClusteredPlanning withQueries(long others) {
    return new ClusteredPlanning(assumptions, others, answers);
  }

  /**
   * The fewest queries, 2 or more, with which a gap of the expected size is found with that power.
   * Null when no number of queries does it, or when nothing varies.
   *
   * @param alpha two-sided error, above 0 and below 1
   */
  public static Long fewestQueries(
      ClusterAssumptions assumptions, double answers, double alpha, double power) {
    ClusteredPlanning design = new ClusteredPlanning(assumptions, 2, answers);
    return fewest(queries -> design.withQueries(queries).power(assumptions.gap(), alpha), power);
  }

  /**
   * The fewest queries, 2 or more, with which a gap of the expected size is shown to lie within the
   * margin with that power. Null when no number of queries does it, or when nothing varies.
   *
   * @param alpha error of either test, above 0 and below 0.5
   */
  public static Long fewestQueriesForEquivalence(
      ClusterAssumptions assumptions, double answers, double margin, double alpha, double power) {
    ClusteredPlanning design = new ClusteredPlanning(assumptions, 2, answers);
    return fewest(
        queries -> design.withQueries(queries).equivalencePower(assumptions.gap(), margin, alpha),
        power);
  }

  /** The fewest queries at which a power that grows with them is reached; null for never. */
  private static Long fewest(LongFunction<Double> powerByQueries, double power) {
    long high = 2;
    while (!reaches(powerByQueries.apply(high), power)) {
      high *= 2;
      if (high > MOST_QUERIES) {
        return null;
      }
    }
    long low = high / 2;
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (reaches(powerByQueries.apply(middle), power)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private static boolean reaches(Double reached, double wanted) {
    return reached != null && reached >= wanted;
  }

  private double df() {
    return queries - 1.0;
  }

  private double below(double t) {
    return 1 - Quantiles.studentTail(t, df());
  }
}
