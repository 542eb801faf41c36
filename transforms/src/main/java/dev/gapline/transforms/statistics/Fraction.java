package dev.gapline.transforms.statistics;

import java.math.BigInteger;

/**
 * An exact fraction in lowest terms with a positive denominator, so that "all differences are
 * equal" and "the difference is zero" are facts and not matters of rounding.
 */
record Fraction(BigInteger numerator, BigInteger denominator) {

  static final Fraction ZERO = of(0, 1);

  static Fraction of(long numerator, long denominator) {
    return reduced(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
  }

  private static Fraction reduced(BigInteger numerator, BigInteger denominator) {
    BigInteger divisor = numerator.gcd(denominator);
    return new Fraction(numerator.divide(divisor), denominator.divide(divisor));
  }

  Fraction plus(Fraction other) {
    return reduced(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  Fraction minus(Fraction other) {
    return plus(new Fraction(other.numerator.negate(), other.denominator));
  }

  Fraction dividedBy(long count) {
    return reduced(numerator, denominator.multiply(BigInteger.valueOf(count)));
  }

  /** -1, 0 or 1. */
  int sign() {
    return numerator.signum();
  }

  boolean isZero() {
    return numerator.signum() == 0;
  }

  double value() {
    return numerator.doubleValue() / denominator.doubleValue();
  }
}
