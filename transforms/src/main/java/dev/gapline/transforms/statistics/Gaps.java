package dev.gapline.transforms.statistics;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;

/**
 * Gaps between two arms over the same queries. Every method takes the queries in any order; {@code
 * alpha} is the two-sided error of the interval, above 0 and below 0.5.
 */
public final class Gaps {

  private Gaps() {}

  /**
   * The headline: the mean over pairs of the query's difference, SE = SD / sqrt(m), t(m - 1).
   *
   * <p>With fewer than 10 pairs, or fewer than 5 that differ, p is the sign-flip test's, and at one
   * binary pair per query the interval is Newcombe's for pairs. Where all differences are equal the
   * interval is Newcombe's with the number of pairs in either arm, and p the sign-flip test's. One
   * pair alone: Newcombe's over its values, of this prompt only, and no p.
   *
   * @param seed of the study, for the sign-flip test
   */
  public static GapEstimate pairedClusterMacro(List<QueryPair> queries, double alpha, String seed) {
    PairedDifferences pairs = PairedDifferences.of(queries);
    if (pairs.pairs() == 0) {
      return GapDraft.missing(pairs, Flag.NO_PAIRS);
    }
    double[] differences = pairs.differences();
    Set<Flag> flags = pairs.isUnbalanced() ? Set.of(Flag.UNBALANCED_SUBCELLS) : Set.of();
    GapDraft draft =
        new GapDraft(
            pairs,
            pairs.rateTreatment(),
            pairs.rateControl(),
            Means.mean(differences),
            alpha,
            flags);
    if (pairs.pairs() == 1) {
      PairedDifferences.Difference only = pairs.paired().get(0);
      return draft.ofThisPrompt(only.treatmentRows(), only.controlRows());
    }
    return pairs.allEqual()
        ? draft.withoutSpread(pairs.pairs(), seed)
        : draft.withSpread(Means.standardError(differences), pairs.pairs() - 1.0, seed);
  }

  /**
   * The difference of the ratios of sums, with the sandwich standard error by query: V = G/(G - 1)
   * sum u_q^2, u_q = (xF - pF nF)/NF - (xP - pP nP)/NP, t(G - 1), over the queries with values in
   * either arm (Liang and Zeger 1986, with the usual correction for the number of clusters). Few
   * clusters, no spread and one query: as for the headline.
   *
   * @param seed of the study, for the sign-flip test
   */
  public static GapEstimate pairedClusterMicro(List<QueryPair> queries, double alpha, String seed) {
    PairedDifferences pairs = PairedDifferences.of(queries);
    Counts treatment = pairs.treatmentTotal();
    Counts control = pairs.controlTotal();
    if (treatment.isEmpty() || control.isEmpty()) {
      return GapDraft.missing(pairs, Flag.NO_ROWS);
    }
    GapDraft draft = pooled(pairs, alpha);
    if (pairs.clusters() == 1) {
      return draft.ofThisPrompt(treatment, control);
    }
    if (pairs.pairs() == 0) {
      draft = draft.with(Flag.NO_PAIRS);
    }
    double se = sandwich(pairs);
    return se == 0
        ? draft.withoutSpread(pairs.clusters(), seed)
        : draft.withSpread(se, pairs.clusters() - 1.0, seed);
  }

  /**
   * As published: two independent proportions over all values, Newcombe's hybrid score interval
   * (1998), p from the pooled z. It ignores that rows share queries. Null when some value is a
   * half.
   */
  public static GapEstimate newcombe(List<QueryPair> queries, double alpha) {
    PairedDifferences pairs = PairedDifferences.of(queries);
    Counts treatment = pairs.treatmentTotal();
    Counts control = pairs.controlTotal();
    if (treatment.isEmpty() || control.isEmpty()) {
      return GapDraft.missing(pairs, Flag.NO_ROWS);
    }
    if (!treatment.isBinary() || !control.isBinary()) {
      return GapDraft.missing(pairs, Flag.NOT_BINARY);
    }
    double se = waldError(treatment, control);
    return pooled(pairs, alpha)
        .estimate(
            se > 0 ? Double.valueOf(se) : null,
            null,
            NewcombeLimits.of(treatment, control),
            pooledP(treatment, control),
            null);
  }

  /**
   * As published: two independent proportions over all values, gap plus or minus z SE, p from the
   * pooled z. It ignores that rows share queries. For halves the sample variance takes the place of
   * p(1 - p), and p is that of the interval. Without any spread there is no interval.
   */
  public static GapEstimate unpairedWald(List<QueryPair> queries, double alpha) {
    PairedDifferences pairs = PairedDifferences.of(queries);
    Counts treatment = pairs.treatmentTotal();
    Counts control = pairs.controlTotal();
    if (treatment.isEmpty() || control.isEmpty()) {
      return GapDraft.missing(pairs, Flag.NO_ROWS);
    }
    boolean isBinary = treatment.isBinary() && control.isBinary();
    Double p = isBinary ? Double.valueOf(pooledP(treatment, control)) : null;
    double se = waldError(treatment, control);
    GapDraft draft = pooled(pairs, alpha);
    if (!(se > 0)) {
      return draft.with(Flag.ZERO_SE).estimate(null, null, null, p, null);
    }
    WaldLimits limits = new WaldLimits(draft.gap(), se, null);
    return draft.estimate(se, null, limits, isBinary ? p : limits.pDiffers(0), null);
  }

  private static GapDraft pooled(PairedDifferences pairs, double alpha) {
    Counts treatment = pairs.treatmentTotal();
    Counts control = pairs.controlTotal();
    return new GapDraft(
        pairs,
        treatment.mean(),
        control.mean(),
        treatment.rate().minus(control.rate()).value(),
        alpha,
        Set.of());
  }

  /** Exact in integers until the root, so that no spread is exactly 0. */
  private static double sandwich(PairedDifferences pairs) {
    Counts treatment = pairs.treatmentTotal();
    Counts control = pairs.controlTotal();
    BigInteger treatmentSquare = BigInteger.valueOf(treatment.n()).pow(2);
    BigInteger controlSquare = BigInteger.valueOf(control.n()).pow(2);
    BigInteger sum = BigInteger.ZERO;
    for (QueryPair query : pairs.queries()) {
      BigInteger influence =
          residual(query.treatmentTotal(), treatment)
              .multiply(controlSquare)
              .subtract(residual(query.controlTotal(), control).multiply(treatmentSquare));
      sum = sum.add(influence.pow(2));
    }
    double scale = 2 * treatmentSquare.multiply(controlSquare).doubleValue();
    double clusters = (double) pairs.clusters();
    return StrictMath.sqrt(clusters / (clusters - 1) * sum.doubleValue()) / scale;
  }

  /** Twice (x - p n) N, an integer. */
  private static BigInteger residual(Counts query, Counts total) {
    return BigInteger.valueOf(query.x2())
        .multiply(BigInteger.valueOf(total.n()))
        .subtract(BigInteger.valueOf(total.x2()).multiply(BigInteger.valueOf(query.n())));
  }

  private static double waldError(Counts treatment, Counts control) {
    return StrictMath.sqrt(squaredError(treatment) + squaredError(control));
  }

  private static double squaredError(Counts arm) {
    if (arm.isBinary()) {
      return arm.mean() * (1 - arm.mean()) / arm.n();
    }
    return arm.n() == 1 ? Double.NaN : arm.variance() / arm.n();
  }

  /** Two-sided p of z = gap / sqrt(p (1 - p) (1/nT + 1/nC)) with the pooled p. */
  private static double pooledP(Counts treatment, Counts control) {
    double pooled = treatment.plus(control).mean();
    double variance = pooled * (1 - pooled) * (1.0 / treatment.n() + 1.0 / control.n());
    double gap = treatment.rate().minus(control.rate()).value();
    return gap == 0
        ? 1
        : Math.min(1, 2 * Quantiles.normalTail(Math.abs(gap) / StrictMath.sqrt(variance)));
  }
}
