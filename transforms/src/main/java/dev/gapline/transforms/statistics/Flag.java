package dev.gapline.transforms.statistics;

import java.util.Collection;
import java.util.List;

/** Why an estimate does not exist, or what a reader must know of it; the column {@code flags}. */
public enum Flag {
  /** The method gives bounds and no estimate between them. */
  BOUNDS_ONLY("bounds only"),
  /** The verdict is another one where the missing answers lie at their worst. */
  BOUNDS_CHANGE_VERDICT("bounds change the verdict"),
  /** Fewer than 10 pairs, or fewer than 5 queries that show a difference (or hold an event). */
  FEW_CLUSTERS("few_clusters"),
  /** Fewer than 5 wordings, which is too few for a claim about wordings like these. */
  FEW_PARAPHRASES("few_paraphrases"),
  /** Some query has fewer than two values in an arm, so that its own error is unknown. */
  FEWER_THAN_TWO_VALUES("fewer than two values per query"),
  /** More answers are missing in one arm than in the other, by more than 2 points and chance. */
  MISSINGNESS_DIFFERS("missingness differs"),
  /** Some query has more than one value in an arm, for which this method has no error. */
  MORE_THAN_ONE_PAIR("more than one pair per query"),
  /** No query has values in both arms. */
  NO_PAIRS("no pairs"),
  /** There is no value, or none in one of the arms. */
  NO_ROWS("no rows"),
  /** Some values are halves, for which this method has no interval. */
  NOT_BINARY("not binary"),
  /** A test, which has no interval. */
  TEST_ONLY("test only"),
  /** One query only: the interval is over its samples and speaks of nothing else. */
  THIS_PROMPT("this prompt"),
  /** So many queries differ that the seeded flips were left out; the t test serves as well. */
  TOO_MANY_FLIPS("too many queries for flips"),
  /** In some replicates of the bootstrap an arm had no value; they are left out. */
  UNDEFINED_REPLICATES("undefined replicates"),
  /** Some query lacks a sub-cell that others have, so its mean is over other wordings. */
  UNBALANCED_SUBCELLS("unbalanced_subcells"),
  /** No event, or nothing but events: the interval counts queries. */
  ZERO_EVENTS("zero events"),
  /** The standard error is zero; a score interval that counts queries stands in, or none does. */
  ZERO_SE("zero standard error");

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
