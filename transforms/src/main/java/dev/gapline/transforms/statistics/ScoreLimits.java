package dev.gapline.transforms.statistics;

import java.util.function.DoubleUnaryOperator;

/** Limits that have a formula per level but none for the p-value, which is found by bisection. */
interface ScoreLimits extends Limits {

  /** The difference itself, to which both limits shrink. */
  double estimate();

  @Override
  default double pBelow(double threshold) {
    return estimate() <= threshold
        ? tailAt(tail -> threshold - upper(tail))
        : 1 - tailAt(tail -> lower(tail) - threshold);
  }

  @Override
  default double pAbove(double threshold) {
    return estimate() >= threshold
        ? tailAt(tail -> lower(tail) - threshold)
        : 1 - tailAt(tail -> threshold - upper(tail));
  }

  /** The smallest tail at which the limit has room to the threshold; 100 halvings of its log. */
  private static double tailAt(DoubleUnaryOperator room) {
    double out = Double.MIN_NORMAL;
    double in = 0.5;
    if (room.applyAsDouble(out) >= 0) {
      return 0;
    }
    for (int step = 0; step < 100; step++) {
      double middle = StrictMath.sqrt(out * in);
      if (room.applyAsDouble(middle) >= 0) {
        in = middle;
      } else {
        out = middle;
      }
    }
    return in;
  }
}
