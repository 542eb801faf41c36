package dev.gapline.transforms.statistics;

import java.math.BigInteger;

/**
 * An exact fraction in lowest terms with a positive denominator, so that "all differences are
 * equal" and "the difference is zero" are facts and not matters of rounding. Numbers that a long
 * holds are longs, which is nearly always and many times faster; {@code large} is null then.
 *
 * @param large the same where a long does not hold it; the two numbers are 0 then
 */
record Fraction(long numerator, long denominator, Large large) {

  /** Numbers of so many bits are doubles. */
  private static final int MOST_BITS = 1000;

  static final Fraction ZERO = new Fraction(0, 1, null);

  /** A fraction of numbers of any size. */
  record Large(BigInteger numerator, BigInteger denominator) {}

  static Fraction of(long numerator, long denominator) {
    long divisor = divisor(Math.abs(numerator), denominator);
    return new Fraction(numerator / divisor, denominator / divisor, null);
  }

  private static Fraction of(BigInteger numerator, BigInteger denominator) {
    BigInteger divisor = numerator.gcd(denominator);
    BigInteger above = numerator.divide(divisor);
    BigInteger below = denominator.divide(divisor);
    return above.bitLength() < Long.SIZE && below.bitLength() < Long.SIZE
        ? new Fraction(above.longValue(), below.longValue(), null)
        : new Fraction(0, 0, new Large(above, below));
  }

  Fraction plus(Fraction other) {
    if (isShort() && other.isShort()) {
      return of(
          numerator * other.denominator + other.numerator * denominator,
          denominator * other.denominator);
    }
    Large mine = whole();
    Large others = other.whole();
    return of(
        mine.numerator()
            .multiply(others.denominator())
            .add(others.numerator().multiply(mine.denominator())),
        mine.denominator().multiply(others.denominator()));
  }

  Fraction minus(Fraction other) {
    return plus(
        other.large == null
            ? new Fraction(Math.negateExact(other.numerator), other.denominator, null)
            : new Fraction(
                0, 0, new Large(other.large.numerator().negate(), other.large.denominator())));
  }

  Fraction dividedBy(long count) {
    if (isShort() && count < Integer.MAX_VALUE) {
      return of(numerator, denominator * count);
    }
    Large mine = whole();
    return of(mine.numerator(), mine.denominator().multiply(BigInteger.valueOf(count)));
  }

  /** -1, 0 or 1. */
  int sign() {
    return large == null ? Long.signum(numerator) : large.numerator().signum();
  }

  boolean isZero() {
    return sign() == 0;
  }

  double value() {
    if (large == null) {
      return (double) numerator / (double) denominator;
    }
    // What is beyond the range of a double would be infinity over infinity.
    int beyond = Math.max(0, large.denominator().bitLength() - MOST_BITS);
    return large.numerator().shiftRight(beyond).doubleValue()
        / large.denominator().shiftRight(beyond).doubleValue();
  }

  /** Whether the products of two such numbers, and a sum of two of these, are longs. */
  private boolean isShort() {
    return large == null
        && Math.abs(numerator) < Integer.MAX_VALUE
        && denominator < Integer.MAX_VALUE;
  }

  private Large whole() {
    return large == null
        ? new Large(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator))
        : large;
  }

  private static long divisor(long a, long b) {
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }
}
