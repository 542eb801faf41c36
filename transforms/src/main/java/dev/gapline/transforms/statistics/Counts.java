package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Tally;

/**
 * Exact counts of one measure: enough for every mean and variance, and mergeable in any order.
 *
 * @param n readable values, at least 0
 * @param x2 twice the sum of the values, from 0 to 2n
 * @param xx4 the sum of the squares of the doubled values, from x2 to 2 x2
 */
public record Counts(long n, long x2, long xx4) {

  public Counts {
    if (n < 0 || x2 < 0 || x2 > 2 * n || xx4 < x2 || xx4 > 2 * x2) {
      throw new IllegalArgumentException(
          "Invalid counts: n %d, x2 %d, xx4 %d. Values are 0, 0.5 or 1.".formatted(n, x2, xx4));
    }
  }

  /** No values. */
  public static Counts none() {
    return new Counts(0, 0, 0);
  }

  /** The values of that measure in a tally. */
  public static Counts of(Tally tally, Measure measure) {
    return new Counts(tally.n(measure), tally.x2(measure), tally.xx4(measure));
  }

  /** Values 0 and 1 alone: {@code events} ones of {@code n}. */
  public static Counts binary(long events, long n) {
    return new Counts(n, 2 * events, 4 * events);
  }

  /** The values of both. */
  public Counts plus(Counts other) {
    return new Counts(
        Math.addExact(n, other.n), Math.addExact(x2, other.x2), Math.addExact(xx4, other.xx4));
  }

  /** Whether there is no value. */
  public boolean isEmpty() {
    return n == 0;
  }

  /** Whether no value is a half. */
  public boolean isBinary() {
    return xx4 == 2 * x2;
  }

  /** The mean of the values, 0 to 1; fails when there are none. */
  public double mean() {
    requireValues(1);
    return x2 / (2.0 * n);
  }

  /**
   * The sample variance of the values, {@code (xx4 - x2^2/n) / (4(n - 1))}; fails below two values.
   */
  public double variance() {
    requireValues(2);
    long numerator = Math.subtractExact(Math.multiplyExact(n, xx4), Math.multiplyExact(x2, x2));
    return numerator / (4.0 * n * (n - 1.0));
  }

  /** The mean as an exact fraction; fails when there are no values. */
  Fraction rate() {
    requireValues(1);
    return Fraction.of(x2, Math.multiplyExact(2, n));
  }

  private void requireValues(long least) {
    if (n < least) {
      throw new IllegalStateException("%d values needed, got %d.".formatted(least, n));
    }
  }
}
