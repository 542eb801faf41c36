package dev.gapline.transforms.statistics;

/**
 * What is known of the values of some trials, and how many are missing.
 *
 * @param counts of the values
 * @param missing trials without one, at least 0
 */
public record PlannedCounts(Counts counts, long missing) {

  public PlannedCounts {
    if (missing < 0) {
      throw new IllegalArgumentException(
          "Invalid number of missing values: %d. 0 and more is valid.".formatted(missing));
    }
  }

  /** Trials, with a value or without. */
  public long planned() {
    return Math.addExact(counts.n(), missing);
  }

  /** As if each missing value were 0: the event did not happen. */
  Counts withMissingAsZero() {
    return counts.plus(new Counts(missing, 0, 0));
  }

  /** As if each missing value were 1: the event happened. */
  Counts withMissingAsOne() {
    return counts.plus(Counts.binary(missing, missing));
  }

  /** Whether each trial has a value: 1 where it is missing, 0 where not. */
  Counts missingness() {
    return Counts.binary(missing, planned());
  }
}
