package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Analysis.Weights;
import dev.gapline.transforms.statistics.QueryRates.Rate;
import java.util.Collection;

/**
 * A rate over queries and how much each query moves it: the terms that a sandwich standard error
 * sums. Macro: (y_q - y) / m over the queries' rates y_q; micro: (x_q - y n_q) / N.
 */
final class Influences {

  private final double rate;

  /** One per query, in the order of their ids; their sum is 0. */
  private final double[] values;

  private Influences(double rate, double[] values) {
    this.rate = rate;
    this.values = values;
  }

  static Influences of(Collection<Rate> rates, Weights weights) {
    double[] sums = new double[rates.size()];
    double[] sizes = new double[rates.size()];
    int at = 0;
    for (Rate rate : rates) {
      sums[at] = weights == Weights.MACRO ? rate.rate().value() : rate.x2() / 2.0;
      sizes[at] = weights == Weights.MACRO ? 1 : (double) rate.n();
      at++;
    }
    double total = sum(sizes);
    double mean = sum(sums) / total;
    double[] values = new double[sums.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (sums[i] - mean * sizes[i]) / total;
    }
    return new Influences(mean, values);
  }

  /** The rate, 0 to 1. */
  double rate() {
    return rate;
  }

  /** By how much the query at that place moves the rate. */
  double at(int query) {
    return values[query];
  }

  /**
   * The covariance of both rates, sampled over the same queries: m / (m - 1) times the sum of
   * products; two queries at least.
   */
  double covariance(Influences other) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * other.values[i];
    }
    return values.length / (values.length - 1.0) * sum;
  }

  private static double sum(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    return sum;
  }
}
