package dev.gapline.transforms.statistics;

/**
 * The exact interval for a proportion (Clopper and Pearson 1934): the rates at which as many events
 * as seen, or as few, would not be rarer than the tail. It never errs more than it says, and often
 * less.
 */
final class ClopperPearson {

  private ClopperPearson() {}

  /** The interval for {@code events} of {@code n} (above 0) that errs by {@code tail} each side. */
  static Interval interval(long events, long n, double tail) {
    return new Interval(
        events == 0 ? 0 : Quantiles.betaLower(tail, (double) events, n - events + 1.0),
        events == n ? 1 : Quantiles.betaUpper(tail, events + 1.0, (double) (n - events)));
  }
}
