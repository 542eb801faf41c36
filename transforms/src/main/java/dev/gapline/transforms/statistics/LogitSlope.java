package dev.gapline.transforms.statistics;

import java.util.List;

/**
 * The slope of a rate's logit on temperature: least squares over the temperatures of log((x + 1/2)
 * / (n - x + 1/2)) (the halves after Haldane 1956 and Anscombe 1956), x and n summed over queries;
 * standard error by the jackknife over queries (Tukey 1958), t(G - 1). In logits per unit of
 * temperature.
 */
public final class LogitSlope {

  private LogitSlope() {}

  /**
   * The slope over two temperatures at least.
   *
   * @param byQuery one list per query, in the order of their ids, with one entry per temperature
   */
  public static StudentEstimate of(
      double[] temperatures, List<List<Counts>> byQuery, double alpha) {
    double[] n = new double[temperatures.length];
    double[] x = new double[temperatures.length];
    byQuery.forEach(query -> add(query, 1, n, x));
    for (double count : n) {
      if (count == 0) {
        return StudentEstimate.none(byQuery.size(), Flag.NO_ROWS);
      }
    }
    double slope = slope(temperatures, n, x);
    int clusters = byQuery.size();
    if (clusters < 2) {
      return StudentEstimate.bare(slope, clusters, Flag.THIS_PROMPT);
    }
    double[] without = new double[clusters];
    for (int q = 0; q < clusters; q++) {
      double[] otherN = n.clone();
      double[] otherX = x.clone();
      add(byQuery.get(q), -1, otherN, otherX);
      without[q] = slope(temperatures, otherN, otherX);
    }
    double se = (clusters - 1.0) * Means.standardError(without);
    return StudentEstimate.of(slope, se, clusters - 1.0, alpha, clusters);
  }

  private static void add(List<Counts> query, int sign, double[] n, double[] x) {
    for (int t = 0; t < n.length; t++) {
      n[t] += sign * (double) query.get(t).n();
      x[t] += sign * (query.get(t).x2() / 2.0);
    }
  }

  private static double slope(double[] temperatures, double[] n, double[] x) {
    double mean = Means.mean(temperatures);
    double products = 0;
    double squares = 0;
    for (int t = 0; t < temperatures.length; t++) {
      double logit = StrictMath.log((x[t] + 0.5) / (n[t] - x[t] + 0.5));
      products += (temperatures[t] - mean) * logit;
      squares += (temperatures[t] - mean) * (temperatures[t] - mean);
    }
    return products / squares;
  }
}
