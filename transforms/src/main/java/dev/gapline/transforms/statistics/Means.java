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

  /** Sample standard deviation over the root of the number of values; two at least. */
  static double standardError(double[] values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return StrictMath.sqrt(squares / (values.length - 1.0) / values.length);
  }
}
