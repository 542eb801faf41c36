package dev.gapline.schemas;

/**
 * A share of the whole numbers from 0, spread as evenly as can be: of the first n, for every n,
 * {@code round(share n)} are chosen. Every question is answered in constant time, and what is said
 * of the first n numbers does not depend on how many there are.
 */
final class Thinned {

  private final long parts;

  /** The share in millionths, 0 to 1,000,000. */
  Thinned(long parts) {
    this.parts = parts;
  }

  /** The share, 0 to 1. */
  double share() {
    return parts / (double) Checks.PARTS;
  }

  /** How many of the first {@code n} numbers are chosen: {@code round(share n)}. */
  long among(long n) {
    long whole = n / Checks.PARTS;
    long rest = n % Checks.PARTS;
    return whole * parts + (2 * rest * parts + Checks.PARTS) / (2 * Checks.PARTS);
  }

  /** Whether a number is chosen. */
  boolean has(long number) {
    return among(number + 1) > among(number);
  }

  /** The chosen number of which {@code rank} are smaller. */
  long at(long rank) {
    return firstWith(rank + 1) - 1;
  }

  /** The number that is not chosen and of which {@code rank} such are smaller. */
  long otherAt(long rank) {
    long n = (long) (rank / (1 - share()));
    while (n > 0 && n - among(n) > rank) {
      n--;
    }
    while (n - among(n) < rank || has(n)) {
      n++;
    }
    return n;
  }

  /** The least n of whose first n numbers {@code count} are chosen. */
  long firstWith(long count) {
    if (count == 0) {
      return 0;
    }
    long n = (long) ((count - 0.5) / share());
    while (n > 0 && among(n - 1) >= count) {
      n--;
    }
    while (among(n) < count) {
      n++;
    }
    return n;
  }
}
