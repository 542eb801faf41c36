package dev.gapline.schemas;

import java.util.Arrays;

/**
 * Exact counts of one query in one condition of one cell: how many trials were planned, how each
 * was read, and for every measure the number of values, twice their sum, and the sum of their
 * doubled squares. Adding is associative and commutative.
 */
public final class Tally {

  private static final int STATUSES = ParseStatus.values().length;
  private static final int MEASURES = Measure.values().length;
  private static final int LENGTH = 1 + STATUSES + 3 * MEASURES;

  /** Most tallies are of studies without further measures, and keep no room for them. */
  private static final int USUAL_LENGTH = place(Measure.AF_VOTES) + 3;

  private static final Tally EMPTY = new Tally(new long[USUAL_LENGTH]);

  private final long[] counts;

  private Tally(long[] counts) {
    this.counts = counts;
  }

  /** No trials. */
  public static Tally empty() {
    return EMPTY;
  }

  /** One trial. */
  public static Tally of(Verdict verdict) {
    long[] counts = new long[LENGTH];
    counts[0] = 1;
    counts[place(verdict.parseStatus())] = 1;
    for (Measure measure : Measure.values()) {
      Integer twice = verdict.twice(measure);
      if (twice != null) {
        int at = place(measure);
        counts[at] = 1;
        counts[at + 1] = twice;
        counts[at + 2] = (long) twice * twice;
      }
    }
    return new Tally(trimmed(counts));
  }

  /**
   * From the numbers of {@link #toArray}.
   *
   * @throws IllegalArgumentException when they are not as many
   */
  public static Tally fromArray(long[] numbers) {
    if (numbers.length != LENGTH) {
      throw new IllegalArgumentException(
          "Invalid tally of %d numbers. %d are valid.".formatted(numbers.length, LENGTH));
    }
    Tally tally = new Tally(trimmed(numbers));
    return tally.isEmpty() ? EMPTY : tally;
  }

  /** All counts, in a fixed order and of a fixed number. */
  public long[] toArray() {
    return Arrays.copyOf(counts, LENGTH);
  }

  /** A copy, short where there is nothing of further measures: equal counts are equal arrays. */
  private static long[] trimmed(long[] numbers) {
    for (int i = USUAL_LENGTH; i < numbers.length; i++) {
      if (numbers[i] != 0) {
        return Arrays.copyOf(numbers, LENGTH);
      }
    }
    return Arrays.copyOf(numbers, USUAL_LENGTH);
  }

  /** The sum of both; of one and nothing it is that one, so that equal counts share memory. */
  public Tally plus(Tally other) {
    if (isEmpty() || other.isEmpty()) {
      return isEmpty() ? other : this;
    }
    boolean isLonger = counts.length >= other.counts.length;
    long[] sum = isLonger ? counts.clone() : other.counts.clone();
    long[] added = isLonger ? other.counts : counts;
    for (int i = 0; i < added.length; i++) {
      sum[i] = Math.addExact(sum[i], added[i]);
    }
    return new Tally(sum);
  }

  /**
   * The counts of this tally without those of a part of it.
   *
   * @throws IllegalArgumentException when it is no part of it
   */
  public Tally minus(Tally part) {
    long[] rest = toArray();
    for (int i = 0; i < part.counts.length; i++) {
      rest[i] = Math.subtractExact(rest[i], part.counts[i]);
      if (rest[i] < 0) {
        throw new IllegalArgumentException("%s is no part of %s.".formatted(part, this));
      }
    }
    return new Tally(trimmed(rest));
  }

  private boolean isEmpty() {
    return Arrays.equals(counts, EMPTY.counts);
  }

  /** Trials planned. */
  public long planned() {
    return counts[0];
  }

  /** Trials that were read so. */
  public long of(ParseStatus status) {
    return counts[place(status)];
  }

  /** Values of the measure. */
  public long n(Measure measure) {
    return at(place(measure));
  }

  /** Twice the sum of the measure's values. */
  public long x2(Measure measure) {
    return at(place(measure) + 1);
  }

  /** The sum of the squares of the measure's doubled values. */
  public long xx4(Measure measure) {
    return at(place(measure) + 2);
  }

  private long at(int place) {
    return place < counts.length ? counts[place] : 0;
  }

  @SuppressWarnings("EnumOrdinal") // A tally lives in flight only; files name their columns.
  private static int place(ParseStatus status) {
    return 1 + status.ordinal();
  }

  @SuppressWarnings("EnumOrdinal")
  private static int place(Measure measure) {
    return 1 + STATUSES + 3 * measure.ordinal();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tally tally && Arrays.equals(counts, tally.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "Tally" + Arrays.toString(counts);
  }
}
