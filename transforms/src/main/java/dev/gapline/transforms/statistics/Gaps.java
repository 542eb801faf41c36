package dev.gapline.transforms.statistics;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;

/**
 * Gaps between two arms over the same queries, -1 to 1. Every method takes the queries in any
 * order; {@code alpha} is the two-sided error of the interval, above 0 and below 0.5.
 */
public final class Gaps {

  /** Fewer wordings support no claim about wordings like these. */
  static final int FEWEST_WORDINGS = 5;

  /** Fewer queries are few. */
  static final int FEWEST_CLUSTERS = 10;

  /** Up to so many differing queries the sign-flip test stands as a row of its own. */
  static final int MOST_FLIPPED = 1_000;

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
    return pairedClusterMacro(PairedDifferences.of(queries), alpha, seed);
  }

  static GapEstimate pairedClusterMacro(PairedDifferences pairs, double alpha, String seed) {
    if (pairs.pairs() == 0) {
      return GapDraft.missing(pairs, Flag.NO_PAIRS);
    }
    double[] differences = pairs.differences();
    GapDraft draft = macro(pairs, alpha);
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
    return pairedClusterMicro(PairedDifferences.of(queries), alpha, seed);
  }

  static GapEstimate pairedClusterMicro(PairedDifferences pairs, double alpha, String seed) {
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
    return newcombe(PairedDifferences.of(queries), alpha);
  }

  static GapEstimate newcombe(PairedDifferences pairs, double alpha) {
    Counts treatment = pairs.treatmentTotal();
    Counts control = pairs.controlTotal();
    if (treatment.isEmpty() || control.isEmpty()) {
      return GapDraft.missing(pairs, Flag.NO_ROWS);
    }
    if (!treatment.isBinary() || !control.isBinary()) {
      return GapDraft.missing(pairs, Flag.NOT_BINARY);
    }
    double se = waldError(treatment, control);
    return ofRows(pairs, alpha)
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
    return unpairedWald(PairedDifferences.of(queries), alpha);
  }

  static GapEstimate unpairedWald(PairedDifferences pairs, double alpha) {
    Counts treatment = pairs.treatmentTotal();
    Counts control = pairs.controlTotal();
    if (treatment.isEmpty() || control.isEmpty()) {
      return GapDraft.missing(pairs, Flag.NO_ROWS);
    }
    boolean isBinary = treatment.isBinary() && control.isBinary();
    Double p = isBinary ? Double.valueOf(pooledP(treatment, control)) : null;
    double se = waldError(treatment, control);
    GapDraft draft = ofRows(pairs, alpha);
    if (!(se > 0)) {
      return draft.with(Flag.ZERO_SE).estimate(null, null, null, p, null);
    }
    WaldLimits limits = new WaldLimits(draft.gap(), se, null);
    return draft.estimate(se, null, limits, isBinary ? p : limits.pDiffers(0), null);
  }

  /**
   * The mean paired difference for wordings like these: queries and wordings are draws, the
   * variance is clustered by both (Cameron, Gelbach and Miller 2011), t with the smaller number of
   * them minus 1. The study's reference wordings are anchors and no draws; leave their sub-cells
   * out. Below 5 wordings it carries a flag and supports no verdict; with one wording or one query
   * there is no interval. Where all cells are alike the interval is Newcombe's with the smaller
   * number of queries and wordings in either arm, and p that at which it would touch 0.
   *
   * @param wordings of each sub-cell of the queries, parallel to them
   */
  public static GapEstimate twoWay(List<QueryPair> queries, List<String> wordings, double alpha) {
    PairedDifferences pairs = PairedDifferences.of(queries);
    TwoWay cells = TwoWay.of(pairs.queries(), wordings);
    if (pairs.pairs() == 0) {
      return wordings.stream().distinct().count() < FEWEST_WORDINGS
          ? GapDraft.missing(pairs, Flag.NO_PAIRS, Flag.FEW_PARAPHRASES)
          : GapDraft.missing(pairs, Flag.NO_PAIRS);
    }
    GapDraft draft = macro(pairs, alpha).at(cells.gap());
    int clusters = Math.min(cells.queries(), cells.wordings());
    if (cells.wordings() < FEWEST_WORDINGS) {
      draft = draft.with(Flag.FEW_PARAPHRASES);
    }
    if (pairs.isFew()) {
      draft = draft.with(Flag.FEW_CLUSTERS);
    }
    if (cells.queries() == 1) {
      draft = draft.with(Flag.THIS_PROMPT);
    }
    if (clusters == 1) {
      return draft.estimate(null, null, null, null, null);
    }
    if (cells.isWithoutSpread()) {
      return draft.withScoreLimits(clusters);
    }
    return draft.student(StrictMath.sqrt(cells.variance()), clusters - 1.0);
  }

  /**
   * The mean paired difference of these very queries: only their samples are draws, SE^2 = sum of
   * s^2 / n over queries and arms, over the squared number of queries, Student's t with Welch's and
   * Satterthwaite's degrees of freedom. Null where some query has fewer than two values in an arm.
   * Where no query's values vary the interval is Newcombe's with the number of queries in either
   * arm, and p that at which it would touch 0.
   */
  public static GapEstimate withinQuery(List<QueryPair> queries, double alpha) {
    return withinQuery(PairedDifferences.of(queries), alpha);
  }

  static GapEstimate withinQuery(PairedDifferences pairs, double alpha) {
    if (pairs.pairs() == 0) {
      return GapDraft.missing(pairs, Flag.NO_PAIRS);
    }
    WithinQuery error = WithinQuery.of(pairs);
    if (error == null) {
      return GapDraft.missing(pairs, Flag.FEWER_THAN_TWO_VALUES);
    }
    GapDraft draft = macro(pairs, alpha);
    if (pairs.pairs() == 1) {
      PairedDifferences.Difference only = pairs.paired().get(0);
      return draft.ofThisPrompt(only.treatmentRows(), only.controlRows());
    }
    return error.variance() > 0
        ? draft.student(StrictMath.sqrt(error.variance()), error.df())
        : draft.withScoreLimits(pairs.pairs());
  }

  /**
   * One value per query and arm: the difference of the two shares, SE = sqrt(b + c - (b - c)^2 / n)
   * / n, Newcombe's hybrid score interval for pairs (1998, method 10 of the paired paper, with the
   * corrected phi) and the p-value of {@link #mcNemar}. Null where some query has more values than
   * one, or halves. Queries without a pair are left out.
   */
  public static GapEstimate newcombePaired(List<QueryPair> queries, double alpha) {
    return newcombePaired(PairedDifferences.of(queries), alpha);
  }

  static GapEstimate newcombePaired(PairedDifferences pairs, double alpha) {
    Flag reason = notOnePairEach(pairs);
    if (reason != null) {
      return GapDraft.missing(pairs, reason);
    }
    double discordant = (double) pairs.nonzero();
    double n = pairs.pairs();
    double difference = (double) (pairs.above() - pairs.below());
    double se = StrictMath.sqrt(discordant - difference * difference / n) / n;
    McNemar test = new McNemar(pairs.above(), pairs.below());
    GapDraft draft = macro(pairs, alpha);
    return (pairs.isFew() ? draft.with(Flag.FEW_CLUSTERS) : draft)
        .estimate(
            se > 0 ? Double.valueOf(se) : null,
            null,
            pairs.newcombePaired(),
            test.p(),
            test.pFloor());
  }

  /**
   * One value per query and arm: McNemar's exact test (1947), twice the binomial tail of the rarer
   * of the two kinds of discordant pairs. Null where some query has more values than one, or
   * halves.
   */
  public static GapEstimate mcNemar(List<QueryPair> queries, double alpha) {
    return mcNemar(PairedDifferences.of(queries), alpha);
  }

  static GapEstimate mcNemar(PairedDifferences pairs, double alpha) {
    Flag reason = notOnePairEach(pairs);
    if (reason != null) {
      return GapDraft.missing(pairs, reason);
    }
    McNemar test = new McNemar(pairs.above(), pairs.below());
    return macro(pairs, alpha)
        .with(Flag.TEST_ONLY)
        .estimate(null, null, null, test.p(), test.pFloor());
  }

  private static Flag notOnePairEach(PairedDifferences pairs) {
    if (pairs.pairs() == 0) {
      return Flag.NO_PAIRS;
    }
    if (!pairs.hasOneValueEach()) {
      return Flag.MORE_THAN_ONE_PAIR;
    }
    if (!pairs.isBinary()) {
      return Flag.NOT_BINARY;
    }
    return pairs.pairs() == 1 ? Flag.THIS_PROMPT : null;
  }

  /**
   * Fisher's randomisation test (1935) of the queries' differences by flips of signs: all 2^G of up
   * to 16 queries, else 9,999 seeded ones and the identity. Exact if the differences are symmetric
   * about 0. Left out where more than {@value #MOST_FLIPPED} queries differ.
   */
  public static GapEstimate signFlip(List<QueryPair> queries, double alpha, String seed) {
    return signFlip(PairedDifferences.of(queries), alpha, seed, null);
  }

  static GapEstimate signFlip(PairedDifferences pairs, double alpha, String seed, Signs signs) {
    if (pairs.pairs() == 0) {
      return GapDraft.missing(pairs, Flag.NO_PAIRS);
    }
    GapDraft draft = macro(pairs, alpha).with(Flag.TEST_ONLY);
    if (pairs.pairs() == 1) {
      return draft.with(Flag.THIS_PROMPT).estimate(null, null, null, null, null);
    }
    if (pairs.nonzero() > MOST_FLIPPED) {
      return draft.with(Flag.TOO_MANY_FLIPS).estimate(null, null, null, null, null);
    }
    SignFlip test = draft.signFlip(seed, signs);
    return draft.estimate(null, null, null, test.p(), test.pFloor());
  }

  /**
   * The difference of the ratios of sums with the percentile interval of a cluster bootstrap over
   * queries, by Poisson weights; SE is the standard deviation of the {@value
   * PoissonWeights#REPLICATES} replicates. Without any spread, or with one query, there is no
   * interval.
   *
   * @param seed of the study, from which the weights follow
   */
  public static GapEstimate bootstrap(List<QueryPair> queries, double alpha, String seed) {
    return bootstrap(PairedDifferences.of(queries), alpha, seed);
  }

  static GapEstimate bootstrap(PairedDifferences pairs, double alpha, String seed) {
    if (pairs.treatmentTotal().isEmpty() || pairs.controlTotal().isEmpty()) {
      return GapDraft.missing(pairs, Flag.NO_ROWS);
    }
    GapDraft draft = pooled(pairs, alpha);
    if (pairs.clusters() < FEWEST_CLUSTERS) {
      draft = draft.with(Flag.FEW_CLUSTERS);
    }
    if (pairs.clusters() == 1) {
      return draft.with(Flag.THIS_PROMPT).estimate(null, null, null, null, null);
    }
    PoissonBootstrap replicates =
        PoissonBootstrap.of(pairs.queries(), seed, PoissonWeights.REPLICATES);
    if (replicates.undefined() > 0) {
      draft = draft.with(Flag.UNDEFINED_REPLICATES);
    }
    Interval wide = replicates.isWithoutSpread() ? null : replicates.interval(alpha / 2);
    return wide == null || wide.low() == wide.high()
        ? draft.with(Flag.ZERO_SE).estimate(null, null, null, null, null)
        : draft.between(replicates.standardDeviation(), wide, replicates.interval(alpha));
  }

  /** No estimate, for the bounds of what is missing have none between them (Manski 1990). */
  static GapEstimate manski(PairedDifferences pairs) {
    return GapDraft.missing(pairs, Flag.BOUNDS_ONLY);
  }

  private static GapDraft macro(PairedDifferences pairs, double alpha) {
    return new GapDraft(
        pairs,
        pairs.rateTreatment(),
        pairs.rateControl(),
        Means.mean(pairs.differences()),
        alpha,
        pairs.isUnbalanced() ? Set.of(Flag.UNBALANCED_SUBCELLS) : Set.of());
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

  /** Over rows, which speak of one prompt where they are of one query. */
  private static GapDraft ofRows(PairedDifferences pairs, double alpha) {
    GapDraft draft = pooled(pairs, alpha);
    return pairs.clusters() == 1 ? draft.with(Flag.THIS_PROMPT) : draft;
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
