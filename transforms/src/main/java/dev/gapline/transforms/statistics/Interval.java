package dev.gapline.transforms.statistics;

/** Both limits of an interval. */
record Interval(double low, double high) {

  /** This interval cut to the given range, outside of which no value is possible. */
  Interval within(double least, double most) {
    return new Interval(
        Math.min(most, Math.max(least, low)), Math.max(least, Math.min(most, high)));
  }
}
