package dev.gapline.transforms.statistics;

/**
 * The limits of an interval of bounds (Horowitz and Manski 2000): the lower limit of the lowest
 * estimate that the missing values admit, and the upper limit of the highest.
 */
record BoundLimits(Limits lowest, Limits highest) implements Limits {

  @Override
  public double lower(double tail) {
    return lowest.lower(tail);
  }

  @Override
  public double upper(double tail) {
    return highest.upper(tail);
  }

  @Override
  public double pBelow(double threshold) {
    return highest.pBelow(threshold);
  }

  @Override
  public double pAbove(double threshold) {
    return lowest.pAbove(threshold);
  }
}
