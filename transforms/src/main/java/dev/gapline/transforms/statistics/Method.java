package dev.gapline.transforms.statistics;

import java.util.Locale;

/**
 * How a row of {@code rates} or {@code gaps} was estimated; the column {@code method}, whose
 * documentation gives each one's formula and source.
 */
public enum Method {
  /** Wilson's score interval over all values, as if they were independent. */
  WILSON,
  /** Wilson's score interval with the effective number of values that the queries leave. */
  WILSON_CLUSTER,
  /** The exact binomial interval over all values, as if they were independent. */
  CLOPPER_PEARSON,
  /** Mean over queries of the paired difference, t interval: the headline. */
  PAIRED_CLUSTER_MACRO,
  /** Difference of the ratios of sums, standard error by query. */
  PAIRED_CLUSTER_MICRO,
  /** Mean of the paired differences, standard error by query and by wording. */
  TWO_WAY,
  /** Mean of the paired differences, standard error of these queries' samples alone. */
  WITHIN_QUERY,
  /** One pair per query: Newcombe's hybrid score interval for pairs. */
  NEWCOMBE_PAIRED,
  /** One pair per query: McNemar's exact test. */
  MCNEMAR,
  /** Fisher's randomisation test over the queries' differences. */
  SIGN_FLIP,
  /** Difference of two independent proportions, Newcombe's hybrid score interval. */
  NEWCOMBE,
  /** Difference of two independent proportions, Wald interval. */
  UNPAIRED_WALD,
  /** Difference of the ratios of sums, percentile interval of a bootstrap over queries. */
  BOOTSTRAP,
  /** Difference of the ratios of sums over the readable answers alone. */
  COMPLETE_CASE,
  /** What the missing answers admit, without sampling error. */
  MANSKI,
  /** What the missing answers admit, with the sampling error of either end. */
  HOROWITZ_MANSKI,
  /** The headline's 1 - 2 alpha interval, which is held against the margin. */
  EQUIVALENCE;

  /** The identifier in tables, such as {@code paired-cluster-macro}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
