package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * The difference of two gaps, method {@code diff-of-diffs}, -2 to 2: between models, settings,
 * temperatures, wordings, levels of a factor, or two contrasts of one cell.
 */
public final class DifferenceOfDifferences {

  private static final int FEW_QUERIES = 10;
  private static final int FEW_DIFFERENCES = 5;

  private final QueryGaps allA;
  private final QueryGaps allB;
  private final QueryGaps a;
  private final QueryGaps b;
  private final long pairs;
  private final double alpha;
  private final List<Flag> flags = new ArrayList<>();

  private DifferenceOfDifferences(
      QueryGaps allA, QueryGaps allB, List<String> shared, double alpha) {
    this.allA = allA;
    this.allB = allB;
    this.a = shared.isEmpty() ? allA : allA.only(shared);
    this.b = shared.isEmpty() ? allB : allB.only(shared);
    this.pairs = shared.size();
    this.alpha = alpha;
    if (QueryGaps.isUnbalanced(List.of(a, b))) {
      flags.add(Flag.UNBALANCED_SUBCELLS);
    }
  }

  /**
   * The first gap minus the second.
   *
   * <p>Over the queries that both sides share: the mean of dd_q = d_q(a) - d_q(b), SE = SD /
   * sqrt(m), t(m - 1). With fewer than 10 of them, or fewer than 5 that differ, p is the sign-flip
   * test's. Where no query is shared, the sides are independent: the difference of the mean gaps, t
   * with Welch's degrees of freedom. Without any spread the limits are recovered from Newcombe's of
   * each gap, which count queries. One query: no interval and no p.
   *
   * @param alpha two-sided error of the interval, above 0 and below 0.5
   * @param seed of the study, for the sign-flip test
   */
  public static ContrastEstimate between(QueryGaps a, QueryGaps b, double alpha, String seed) {
    List<String> shared = QueryGaps.shared(List.of(a, b));
    DifferenceOfDifferences difference = new DifferenceOfDifferences(a, b, shared, alpha);
    if (a.clusters() == 0 || b.clusters() == 0) {
      return difference.missing();
    }
    return shared.isEmpty() ? difference.independent() : difference.paired(shared, seed);
  }

  private ContrastEstimate missing() {
    flags.add(Flag.NO_PAIRS);
    flags.add(Flag.FEW_CLUSTERS);
    return new ContrastEstimate(
        allA.clusters(),
        allB.clusters(),
        0,
        0,
        a.clusters() == 0 ? null : Double.valueOf(a.mean()),
        b.clusters() == 0 ? null : Double.valueOf(b.mean()),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        Flag.ids(flags));
  }

  private ContrastEstimate paired(List<String> queries, String seed) {
    List<Fraction> exact = queries.stream().map(query -> a.gap(query).minus(b.gap(query))).toList();
    double[] differences = exact.stream().mapToDouble(Fraction::value).toArray();
    long nonzero = exact.stream().filter(difference -> !difference.isZero()).count();
    double estimate = Means.mean(differences);
    boolean isFew = pairs < FEW_QUERIES || nonzero < FEW_DIFFERENCES;
    if (isFew) {
      flags.add(Flag.FEW_CLUSTERS);
    }
    if (pairs == 1) {
      flags.add(Flag.ONE_QUERY);
      return estimate(estimate, null, null, null, nonzero, null, null);
    }
    boolean isConstant = exact.stream().distinct().count() == 1;
    if (isConstant || isFew) {
      SignFlip test = SignFlip.test(queries, differences, seed);
      if (isConstant) {
        flags.add(Flag.ZERO_SE);
        return estimate(estimate, null, null, recovered(), nonzero, test.p(), test.pFloor());
      }
      WaldLimits student = student(estimate, differences);
      return estimate(
          estimate, student.se(), student.df(), student, nonzero, test.p(), test.pFloor());
    }
    WaldLimits student = student(estimate, differences);
    return estimate(
        estimate, student.se(), student.df(), student, nonzero, student.pDiffers(0), null);
  }

  private ContrastEstimate independent() {
    flags.add(Flag.NO_SHARED_QUERIES);
    long smaller = Math.min(a.clusters(), b.clusters());
    long informative = Math.min(smaller, a.nonzero() + b.nonzero());
    if (smaller < FEW_QUERIES || informative < FEW_DIFFERENCES) {
      flags.add(Flag.FEW_CLUSTERS);
    }
    double estimate = a.mean() - b.mean();
    if (smaller == 1) {
      flags.add(Flag.ONE_QUERY);
      return estimate(estimate, null, null, null, informative, null, null);
    }
    if (isConstant(a) && isConstant(b)) {
      flags.add(Flag.ZERO_SE);
      Limits limits = recovered();
      return estimate(estimate, null, null, limits, informative, limits.pDiffers(0), null);
    }
    WaldLimits welch = welch(estimate);
    return estimate(estimate, welch.se(), welch.df(), welch, informative, welch.pDiffers(0), null);
  }

  private static boolean isConstant(QueryGaps gaps) {
    return gaps.queries().stream().map(gaps::gap).distinct().count() == 1;
  }

  private WaldLimits student(double estimate, double[] differences) {
    return new WaldLimits(estimate, Means.standardError(differences), pairs - 1.0);
  }

  /** Satterthwaite's degrees of freedom for two variances (Welch 1947). */
  private WaldLimits welch(double estimate) {
    double varianceA = squared(isConstant(a) ? 0 : Means.standardError(a.gaps()));
    double varianceB = squared(isConstant(b) ? 0 : Means.standardError(b.gaps()));
    double df =
        squared(varianceA + varianceB)
            / (squared(varianceA) / (a.clusters() - 1.0)
                + squared(varianceB) / (b.clusters() - 1.0));
    return new WaldLimits(estimate, StrictMath.sqrt(varianceA + varianceB), df);
  }

  private static double squared(double value) {
    return value * value;
  }

  private Limits recovered() {
    return new RecoveredLimits(a.mean(), a.scoreLimits(), b.mean(), b.scoreLimits());
  }

  private ContrastEstimate estimate(
      double estimate,
      Double se,
      Double df,
      Limits limits,
      long informative,
      Double p,
      Double pFloor) {
    Interval interval =
        limits == null
            ? null
            : new Interval(limits.lower(alpha / 2), limits.upper(alpha / 2)).within(-2, 2);
    return new ContrastEstimate(
        allA.clusters(),
        allB.clusters(),
        pairs,
        informative,
        a.mean(),
        b.mean(),
        estimate,
        se,
        null,
        df,
        null,
        interval == null ? null : Double.valueOf(interval.low()),
        interval == null ? null : Double.valueOf(interval.high()),
        p,
        pFloor,
        limits,
        Flag.ids(flags));
  }
}
