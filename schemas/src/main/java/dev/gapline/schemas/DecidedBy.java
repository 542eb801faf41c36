package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;

/**
 * By which words an answer is decided, so that the probability of complying can be read from the
 * log-probabilities of the tokens at which these words part: an accept tag, the letter of an
 * option.
 *
 * @param at where these words stand
 * @param complies beginnings of an answer that complies, to the letter
 * @param refuses beginnings of one that refuses
 */
public record DecidedBy(At at, List<String> complies, List<String> refuses)
    implements Serializable {

  /** Where the words stand that decide. */
  public enum At {
    /** At the beginning of all that the model says, reasoning included. */
    ANSWER,
    /** At the beginning of the final answer, after the reasoning. */
    OUTPUT
  }

  public DecidedBy {
    complies = List.copyOf(complies);
    refuses = List.copyOf(refuses);
  }
}
