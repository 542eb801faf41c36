package dev.gapline.transforms.statistics;

/** Mean and standard error of numbers, summed in the order given. */
final class Means {

  private Means() {}

  static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Differences of rates of so little are rounding: they are 0 in what is returned. */
  static double[] withoutRounding(double[] differences) {
    double[] cleaned = differences.clone();
    for (int i = 0; i < cleaned.length; i++) {
      cleaned[i] = Math.abs(cleaned[i]) > StudentEstimate.ROUNDING ? cleaned[i] : 0;
    }
    return cleaned;
  }

  /**
   * Sample standard deviation over the root of the number of values; two at least. Values that are
   * the same but for rounding have none: it is 0, and no interval of the width of rounding follows.
   */
  static double standardError(double[] values) {
    double least = values[0];
    double most = values[0];
    for (double value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    if (!(most - least > StudentEstimate.ROUNDING)) {
      return 0;
    }
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return StrictMath.sqrt(squares / (values.length - 1.0) / values.length);
  }
}
