package dev.gapline.schemas;

import java.io.Serializable;

/**
 * A model that judges answers by a rubric.
 *
 * @param model that is asked; its calls keep to the limits of its own
 * @param votes how often it is asked about one answer, at least 1
 * @param threshold share of all votes that must say yes, above 0 and up to 1; a choice is decided
 *     by the median vote and has no use for it
 * @param temperature of the votes
 * @param tries how often one vote is asked before it counts as unreadable, at least 1
 */
public record JudgeSpec(
    JudgeRubric rubric,
    ModelSpec model,
    int votes,
    double threshold,
    Temperature temperature,
    int tries)
    implements Serializable {

  public JudgeSpec {
    if (votes < 1 || tries < 1 || !(threshold > 0 && threshold <= 1)) {
      throw new IllegalArgumentException(
          "Invalid judge: %d votes, threshold %s, %d tries.".formatted(votes, threshold, tries));
    }
  }

  /** Votes that must say yes. */
  public int votesNeeded() {
    // A share such as 0.4 of 20 is 8, whatever its last binary digit.
    return Math.max(1, (int) Math.ceil(threshold * votes - 1e-9));
  }

  /**
   * Rubric, version and model: what tells the judges of a study apart, and their name in tables.
   */
  public String label() {
    return rubric.label() + " " + model.id();
  }
}
