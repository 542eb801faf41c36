package dev.gapline.transforms.statistics;

import java.util.Locale;

/** How a row of a table was estimated; the column {@code method}. */
public enum Method {
  /** Wilson's score interval over all values, as if they were independent. */
  WILSON,
  /** Wilson's score interval with the effective number of values that the queries leave. */
  WILSON_CLUSTER,
  /** Mean over queries of the paired difference, t interval: the headline. */
  PAIRED_CLUSTER_MACRO,
  /** Difference of the ratios of sums, standard error by query. */
  PAIRED_CLUSTER_MICRO,
  /** Difference of two independent proportions, Newcombe's hybrid score interval. */
  NEWCOMBE,
  /** Difference of two independent proportions, Wald interval. */
  UNPAIRED_WALD,
  /** Mean over shared queries of the difference of two gaps. */
  DIFF_OF_DIFFS,
  /** Ratio of two rates, t interval of its logarithm. */
  RATIO_LOG,
  /** Ratio of two rates, Fieller's interval, which may have no upper limit. */
  FIELLER,
  /** Whether several gaps are all the same: Hotelling's T squared. */
  WALD_INTERACTION;

  /** The identifier in tables, such as {@code paired-cluster-macro}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
