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
  /**
   * A cell is empty, or cells hold different numbers of answers: the mean squares need equal ones.
   */
  UNBALANCED("unbalanced"),
  /** One answer a cell: what repeats of one prompt vary by cannot be told. */
  NEEDS_TWO_SAMPLES("needs two samples"),
  /** One answer a cell: the interaction holds what repeats of one prompt vary by. */
  INCLUDES_WITHIN("includes within"),
  /** A component below zero, of which the square root is taken as 0. */
  BELOW_ZERO("variance below zero"),
  /** Fewer than five wordings: nothing is said of wordings like these. */
  TOO_FEW_PARAPHRASES("too few paraphrases"),
  /** Fewer than five rounds: what is said of drift is weak. */
  TOO_FEW_ROUNDS("too few rounds"),
  /** One round only, so that a provider's drift is not seen. */
  NO_ROUNDS("no rounds at T=0: drift is not in the interval"),
  /** No temperature 0 in the study, to which the others would be compared. */
  NO_ZERO_TEMPERATURE("no T=0"),
  /** The reference is not the published wording, so exposure to it is not judged. */
  NO_EXPOSURE_VERDICT("no exposure verdict: the published wording is not loaded");

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
