package dev.gapline.transforms.statistics;

import java.util.Collection;
import java.util.List;

/** Why an estimate does not exist, or what a reader must know of it; the column {@code flags}. */
public enum Flag {
  /** The study repeats no prompt (an A/A arm): nothing shows that the instrument is sound. */
  UNCONTROLLED("uncontrolled"),
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
  /** Some query lacks a sub-cell that the row averages over, so its mean is over other wordings. */
  UNBALANCED_SUBCELLS("unbalanced_subcells"),
  /** No event, or nothing but events: the interval counts queries. */
  ZERO_EVENTS("zero events"),
  /** The standard error is zero; a score interval that counts queries stands in, or none does. */
  ZERO_SE("zero standard error"),
  /** Cells hold different numbers of answers: the F tests of the mean squares are approximate. */
  UNBALANCED("unbalanced"),
  /** One answer a cell: what repeats of one prompt vary by cannot be told. */
  NEEDS_TWO_SAMPLES("needs two samples"),
  /** One answer a cell: the interaction holds what repeats of one prompt vary by. */
  INCLUDES_WITHIN("includes within"),
  /** A component below zero, of which the square root is taken as 0. */
  BELOW_ZERO("variance below zero"),
  /** Fewer than five wordings: nothing is said of wordings like these. */
  TOO_FEW_PARAPHRASES("too few paraphrases"),
  /**
   * Fewer than 10 queries, or fewer than 5 that show a difference, and so few differences that no
   * p-value below 5% can be reached: no verdict rests on it.
   */
  TOO_FEW_QUERIES("too few queries"),
  /** Fewer than five rounds: what is said of drift is weak. */
  TOO_FEW_ROUNDS("too few rounds"),
  /** One round only, so that a provider's drift is not seen. */
  NO_ROUNDS("no rounds at T=0: drift is not in the interval"),
  /** No temperature 0 in the study, to which the others would be compared. */
  NO_ZERO_TEMPERATURE("no T=0"),
  /** The reference is not the published wording, so exposure to it is not judged. */
  NO_EXPOSURE_VERDICT("not testable: the published wording is not loaded"),
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
