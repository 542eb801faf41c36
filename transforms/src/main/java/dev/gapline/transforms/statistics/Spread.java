package dev.gapline.transforms.statistics;

import java.util.Arrays;
import java.util.List;

/**
 * The best wording's value less the worst one's, as published by those who measure what formats of
 * a prompt do (Sclar et al. 2024), with the percentile interval of a cluster bootstrap over queries
 * by Poisson weights (Chamandy and others 2012). Noise alone makes it greater than 0, and the more
 * so the more wordings there are: what is beyond noise is the standard deviation between wordings,
 * not this.
 */
public final class Spread {

  private Spread() {}

  /**
   * Of queries that all wordings have.
   *
   * @param queries their ids, by which the weights are drawn
   * @param byWording one row per wording, two at least, parallel to the queries
   * @param seed of the study
   */
  public static StudentEstimate of(
      List<String> queries, double[][] byWording, String seed, double alpha) {
    int m = queries.size();
    if (m == 0) {
      return StudentEstimate.none(0, Flag.NO_ROWS);
    }
    double[] all = new double[m];
    Arrays.fill(all, 1);
    double value = spread(byWording, all);
    if (m == 1) {
      return StudentEstimate.bare(value, 1, Flag.THIS_PROMPT);
    }
    long[] streams =
        queries.stream().mapToLong(query -> PoissonWeights.stream(seed, query)).toArray();
    double[] replicates = new double[PoissonWeights.REPLICATES];
    int defined = 0;
    for (int b = 0; b < replicates.length; b++) {
      long number = PoissonWeights.number(b);
      double[] weights =
          Arrays.stream(streams)
              .mapToDouble(stream -> PoissonWeights.weight(stream, number))
              .toArray();
      if (Arrays.stream(weights).anyMatch(weight -> weight > 0)) {
        replicates[defined++] = spread(byWording, weights);
      }
    }
    double[] sorted = Arrays.copyOf(replicates, defined);
    Arrays.sort(sorted);
    if (sorted[defined - 1] - sorted[0] < StudentEstimate.ROUNDING) {
      return StudentEstimate.bare(value, m, Flag.ZERO_SE);
    }
    Interval interval = PoissonWeights.percentiles(sorted, alpha / 2);
    double se = Means.standardError(sorted) * StrictMath.sqrt(defined);
    return new StudentEstimate(
        value, se, null, interval.low(), interval.high(), null, m, List.of());
  }

  private static double spread(double[][] byWording, double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double[] values : byWording) {
      double sum = 0;
      for (int q = 0; q < values.length; q++) {
        sum += weights[q] * values[q];
      }
      least = Math.min(least, sum / total);
      most = Math.max(most, sum / total);
    }
    return most - least;
  }
}
