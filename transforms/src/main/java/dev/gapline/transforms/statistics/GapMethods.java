package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Analysis;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The catalogue of the methods for a gap: each one's estimate from the same counts. The headline's
 * method is the one that speaks for the study's target.
 *
 * @param headline the method of the headline at this level
 * @param alpha two-sided error of the intervals
 * @param seed of the study, for flips and replicates
 * @param signs of the level's queries in seeded flips, which all its gaps share; null for none
 */
public record GapMethods(Method headline, double alpha, String seed, Signs signs) {

  /** The methods for a level at which no gap is flipped. */
  public static GapMethods of(Method headline, double alpha, String seed) {
    return new GapMethods(headline, alpha, seed, null);
  }

  /** The same with the signs of these queries at hand, unless they are very many. */
  public GapMethods withSigns(List<String> queries) {
    return queries.size() > Gaps.MOST_FLIPPED
        ? this
        : new GapMethods(headline, alpha, seed, SignFlip.signs(queries, seed));
  }

  /** The same for the two-way method. */
  public GapMethods twoWay() {
    return new GapMethods(Method.TWO_WAY, alpha, seed, signs);
  }

  /** How much is computed for a gap. */
  public enum Extent {
    /** The headline's method, and what has been published in its place. */
    FEW,
    /** Every method that costs no more than sums. */
    CHEAP,
    /** Randomisation tests too. */
    FULL,
    /** And the bootstrap. */
    RESAMPLED
  }

  /**
   * The estimates of one gap.
   *
   * @param above pairs in which the treatment's rate is the higher
   * @param below pairs in which the control's rate is the higher
   */
  public record Estimates(Map<Method, GapEstimate> byMethod, long above, long below) {}

  /**
   * The method that the headline needs for its target: wordings like these need the variance
   * between wordings, these queries alone only their samples', queries like these the variance
   * between queries.
   *
   * @param poolsWordings whether the level averages over wordings
   */
  public static Method headline(Analysis analysis, boolean poolsWordings) {
    if (poolsWordings && analysis.paraphrases() == Analysis.Target.RANDOM) {
      return Method.TWO_WAY;
    }
    if (analysis.queries() == Analysis.Target.FIXED) {
      return Method.WITHIN_QUERY;
    }
    return analysis.weights() == Analysis.Weights.MACRO
        ? Method.PAIRED_CLUSTER_MACRO
        : Method.PAIRED_CLUSTER_MICRO;
  }

  /**
   * The estimates of the methods that need no counts of missing answers, and not the wordings.
   *
   * @param queries with a value, whatever is missing
   */
  public Estimates estimates(List<QueryPair> queries, Extent extent) {
    PairedDifferences pairs = PairedDifferences.of(queries);
    Map<Method, GapEstimate> all = new EnumMap<>(Method.class);
    Estimates estimates = new Estimates(all, pairs.above(), pairs.below());
    GapEstimate micro = Gaps.pairedClusterMicro(pairs, alpha, seed);
    all.put(Method.PAIRED_CLUSTER_MACRO, Gaps.pairedClusterMacro(pairs, alpha, seed));
    all.put(Method.PAIRED_CLUSTER_MICRO, micro);
    all.put(Method.NEWCOMBE, Gaps.newcombe(pairs, alpha));
    all.put(Method.UNPAIRED_WALD, Gaps.unpairedWald(pairs, alpha));
    if (extent != Extent.FEW || headline == Method.WITHIN_QUERY) {
      all.put(Method.WITHIN_QUERY, Gaps.withinQuery(pairs, alpha));
    }
    if (extent == Extent.FEW) {
      return estimates;
    }
    all.put(Method.NEWCOMBE_PAIRED, Gaps.newcombePaired(pairs, alpha));
    all.put(Method.MCNEMAR, Gaps.mcNemar(pairs, alpha));
    all.put(Method.COMPLETE_CASE, micro);
    all.put(Method.MANSKI, Gaps.manski(pairs));
    if (extent == Extent.CHEAP) {
      return estimates;
    }
    all.put(Method.SIGN_FLIP, Gaps.signFlip(pairs, alpha, seed, signs));
    if (extent == Extent.RESAMPLED) {
      all.put(Method.BOOTSTRAP, Gaps.bootstrap(pairs, alpha, seed));
    }
    return estimates;
  }

  /**
   * The headline's estimate of other counts of the same queries.
   *
   * @param wordings of the sub-cells, for the two-way method
   */
  public GapEstimate headline(List<QueryPair> queries, List<String> wordings) {
    return switch (headline) {
      case PAIRED_CLUSTER_MACRO -> Gaps.pairedClusterMacro(queries, alpha, seed);
      case PAIRED_CLUSTER_MICRO -> Gaps.pairedClusterMicro(queries, alpha, seed);
      case TWO_WAY -> Gaps.twoWay(queries, wordings, alpha);
      case WITHIN_QUERY -> Gaps.withinQuery(queries, alpha);
      default ->
          throw new IllegalStateException(
              "%s is no method of a headline.".formatted(headline.id()));
    };
  }

  /** The 1 - 2 alpha interval in place of the 1 - alpha one, for equivalence. */
  public static GapEstimate equivalence(GapEstimate headline) {
    return new GapEstimate(
        headline.gap(),
        headline.se(),
        headline.df(),
        headline.low90(),
        headline.high90(),
        headline.low90(),
        headline.high90(),
        null,
        null,
        headline.clusters(),
        headline.pairs(),
        headline.unpairedQueries(),
        headline.nonzero(),
        headline.rateTreatment(),
        headline.rateControl(),
        headline.limits(),
        headline.flags());
  }
}
