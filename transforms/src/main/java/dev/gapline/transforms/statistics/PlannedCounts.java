package dev.gapline.transforms.statistics;

/**
 * What is known of the values of some trials, and how many are missing.
 *
 * @param counts of the values
 * @param missing trials without one, at least 0
 * @param filtered those of the missing that the provider's filter kept back
 */
public record PlannedCounts(Counts counts, long missing, long filtered) {

  public PlannedCounts {
    if (missing < 0 || filtered < 0 || filtered > missing) {
      throw new IllegalArgumentException(
          "Invalid number of missing values: %d, %d of them filtered. 0 and more is valid."
              .formatted(missing, filtered));
    }
  }

  /** None of the missing values was filtered. */
  public PlannedCounts(Counts counts, long missing) {
    this(counts, missing, 0);
  }

  /** Trials, with a value or without. */
  public long planned() {
    return Math.addExact(counts.n(), missing);
  }

  /** The same trials with each missing value that value, so that none is missing. */
  public PlannedCounts settledAs(boolean isEvent) {
    return new PlannedCounts(isEvent ? withMissingAsOne() : withMissingAsZero(), 0);
  }

  /** The same trials with each filtered value that value; the others stay missing. */
  public PlannedCounts withFilteredAs(boolean isEvent) {
    return new PlannedCounts(
        counts.plus(Counts.binary(isEvent ? filtered : 0, filtered)), missing - filtered);
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
