package dev.gapline.transforms.statistics;

import java.util.Collection;
import java.util.List;

/** Why an estimate does not exist, or what a reader must know of it; the column {@code flags}. */
public enum Flag {
  /** Fewer than 10 pairs, or fewer than 5 queries that show a difference (or hold an event). */
  FEW_CLUSTERS("few_clusters"),
  /** No query has values in both arms. */
  NO_PAIRS("no pairs"),
  /** There is no value, or none in one of the arms. */
  NO_ROWS("no rows"),
  /** Some values are halves, for which this method has no interval. */
  NOT_BINARY("not binary"),
  /** One query only: the interval is over its samples and speaks of nothing else. */
  THIS_PROMPT("this prompt"),
  /** Some query lacks a sub-cell that others have, so its mean is over other wordings. */
  UNBALANCED_SUBCELLS("unbalanced_subcells"),
  /** No event, or nothing but events: the interval counts queries. */
  ZERO_EVENTS("zero events"),
  /** The standard error is zero; a score interval that counts queries stands in, or none does. */
  ZERO_SE("zero standard error"),
  /** One query alone stands behind the comparison, so that queries show no spread. */
  ONE_QUERY("one query"),
  /** No query is shared: the sides are compared as independent ones. */
  NO_SHARED_QUERIES("no shared queries"),
  /** Some comparison repeats others, or does not vary, so that they have no joint test. */
  SINGULAR("singular covariance"),
  /** The denominator's interval touches 0: the ratio has no upper limit. */
  UNBOUNDED("unbounded"),
  /** The denominator is 0: there is no ratio. */
  ZERO_DENOMINATOR("zero denominator");

  private final String id;

  Flag(String id) {
    this.id = id;
  }

  /** The text in tables. */
  public String id() {
    return id;
  }

  static List<String> ids(Collection<Flag> flags) {
    return flags.stream().map(Flag::id).distinct().sorted().toList();
  }
}
