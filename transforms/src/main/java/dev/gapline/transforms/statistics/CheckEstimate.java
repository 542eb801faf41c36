package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Analysis.Expectation;
import java.util.Arrays;
import java.util.List;

/**
 * What should be zero if the instrument is right, and how sure that is. What does not exist is
 * null, with the reason in {@code flags}.
 *
 * @param method the formula's identifier in tables
 * @param clusters queries behind it, or blocks where blocks are counted
 * @param pairs queries with a value on both sides
 * @param se standard error, above 0
 * @param df degrees of freedom of Student's t; null where it is not used
 * @param low lower limit of the 1 - alpha interval
 * @param high upper limit of it
 * @param p two-sided p-value of zero
 * @param limits the confidence limits at every level
 * @param isTooFew whether no verdict on queries like these can rest on it
 * @param flags sorted
 */
public record CheckEstimate(
    String method,
    long clusters,
    long pairs,
    Double estimate,
    Double se,
    Double df,
    Double low,
    Double high,
    Double p,
    Limits limits,
    boolean isTooFew,
    List<String> flags) {

  static final String WELCH = "welch-by-query";
  static final String BINOMIAL = "binomial";

  /**
   * Below so many pairs p is the sign-flip test's: checks are many, so that adjusted p-values come
   * from far tails, and there the t test of a few coarse differences, which now and then are alike
   * by chance, finds too much.
   */
  private static final int FEWEST_FOR_T = 30;

  public CheckEstimate {
    flags = List.copyOf(flags);
  }

  /**
   * The paired difference of two arms, by the formula of the headline; p by sign-flips below 30
   * pairs.
   */
  public static CheckEstimate paired(List<QueryPair> pairs, double alpha, String seed) {
    GapEstimate gap = Gaps.pairedClusterMacro(pairs, alpha, seed);
    return new CheckEstimate(
        Method.PAIRED_CLUSTER_MACRO.id(),
        gap.clusters(),
        gap.pairs(),
        gap.gap(),
        gap.se(),
        gap.df(),
        gap.low(),
        gap.high(),
        pairedP(pairs, gap, seed),
        gap.limits(),
        Verdicts.isTooFew(gap, alpha),
        gap.flags());
  }

  private static Double pairedP(List<QueryPair> pairs, GapEstimate gap, String seed) {
    if (gap.pairs() < 2 || gap.pairs() >= FEWEST_FOR_T) {
      return gap.pSuperiority();
    }
    PairedDifferences differences = PairedDifferences.of(pairs);
    return SignFlip.test(
            differences.paired().stream().map(PairedDifferences.Difference::query).toList(),
            differences.differences(),
            seed)
        .p();
  }

  /**
   * How much further from what is expected a share is than chance allows: exact binomial test, and
   * limits of Clopper and Pearson.
   *
   * @param events 0 to n
   * @param expected share, 0 to 1
   */
  public static CheckEstimate share(long events, long n, double expected, double alpha) {
    if (n == 0) {
      return missing(BINOMIAL, 0, 0, Flag.NO_ROWS);
    }
    BinomialLimits limits =
        new BinomialLimits(Math.toIntExact(events), Math.toIntExact(n), expected);
    return new CheckEstimate(
        BINOMIAL,
        n,
        n,
        events / (double) n - expected,
        null,
        null,
        limits.lower(alpha / 2),
        limits.upper(alpha / 2),
        limits.pDiffers(0),
        limits,
        false,
        List.of());
  }

  /**
   * The mean of differences that are not between two rates: t(m - 1), and with fewer than 30 of
   * them, or fewer than 5 that are not zero, the sign-flip test's p.
   */
  static CheckEstimate mean(List<String> queries, double[] differences, double alpha, String seed) {
    String method = Method.PAIRED_CLUSTER_MACRO.id();
    int pairs = differences.length;
    double[] cleaned = Means.withoutRounding(differences);
    long nonzero = Arrays.stream(cleaned).filter(difference -> difference != 0).count();
    if (pairs < 2) {
      return missing(method, pairs, pairs, Flag.NO_PAIRS);
    }
    double se = Means.standardError(cleaned);
    SignFlip flips = SignFlip.test(queries, cleaned, seed);
    boolean isFew = pairs < 10 || nonzero < 5;
    if (!(se > 0)) {
      return withoutSpread(method, pairs, pairs, Means.mean(cleaned), flips.p());
    }
    WaldLimits limits = new WaldLimits(Means.mean(cleaned), se, pairs - 1.0);
    return new CheckEstimate(
        method,
        pairs,
        pairs,
        limits.estimate(),
        se,
        limits.df(),
        limits.lower(alpha / 2),
        limits.upper(alpha / 2),
        isFew || pairs < FEWEST_FOR_T ? flips.p() : limits.pDiffers(0),
        limits,
        isFew && (nonzero < 6 || flips.pFloor() >= alpha),
        isFew ? Flag.ids(List.of(Flag.FEW_CLUSTERS)) : List.of());
  }

  /** The difference of two means over different queries: Welch's t (1947). */
  static CheckEstimate unpaired(double[] one, double[] other, double alpha) {
    long clusters = one.length + (long) other.length;
    if (one.length < 2 || other.length < 2) {
      return missing(WELCH, clusters, 0, Flag.NO_ROWS);
    }
    double first = square(Means.standardError(one));
    double second = square(Means.standardError(other));
    double difference = Means.mean(one) - Means.mean(other);
    double variance = first + second;
    if (!(variance > 0)) {
      return withoutSpread(WELCH, clusters, 0, difference, null);
    }
    double df =
        square(variance)
            / (square(first) / (one.length - 1.0) + square(second) / (other.length - 1.0));
    WaldLimits limits = new WaldLimits(difference, StrictMath.sqrt(variance), df);
    boolean isFew = one.length < 10 || other.length < 10;
    return new CheckEstimate(
        WELCH,
        clusters,
        0,
        difference,
        limits.se(),
        df,
        limits.lower(alpha / 2),
        limits.upper(alpha / 2),
        limits.pDiffers(0),
        limits,
        isFew,
        isFew ? Flag.ids(List.of(Flag.FEW_CLUSTERS)) : List.of());
  }

  /** The p-value of equivalence within the margin; null without one, or without limits. */
  public Double pEquivalence(Double margin) {
    return limits == null || margin == null
        ? null
        : Double.valueOf(Equivalence.p(limits, 0, Expectation.EQUIVALENT, margin));
  }

  private static CheckEstimate missing(String method, long clusters, long pairs, Flag reason) {
    return new CheckEstimate(
        method,
        clusters,
        pairs,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        true,
        Flag.ids(List.of(reason)));
  }

  private static CheckEstimate withoutSpread(
      String method, long clusters, long pairs, double estimate, Double p) {
    return new CheckEstimate(
        method,
        clusters,
        pairs,
        estimate,
        null,
        null,
        null,
        null,
        p,
        null,
        false,
        Flag.ids(List.of(Flag.ZERO_SE)));
  }

  private static double square(double value) {
    return value * value;
  }
}
