package dev.gapline.transforms.statistics;

/**
 * Hotelling's test (1931) of "all means are 0" for several contrasts per query: T^2 = m c' S^-1 c,
 * F = (m - k) / (k (m - 1)) T^2 with k contrasts of m queries, on k and m - k degrees of freedom.
 * It does not depend on which contrasts are taken of the same values.
 *
 * @param tSquared at least 0
 * @param f the statistic of the F distribution
 * @param df1 k, the number of contrasts
 * @param df2 m - k
 */
record Hotelling(double tSquared, double f, double df1, double df2) {

  /** What is left of a variance, as a share, at which a contrast repeats the ones before it. */
  private static final double TOLERANCE = 1e-10;

  /**
   * Tests contrasts, one array per contrast, parallel over the queries.
   *
   * @return null where the covariances are singular: too few queries, no spread, or contrasts that
   *     follow from others
   */
  static Hotelling of(double[][] contrasts) {
    int k = contrasts.length;
    int m = contrasts[0].length;
    if (m <= k) {
      return null;
    }
    double[] means = new double[k];
    for (int i = 0; i < k; i++) {
      means[i] = Means.mean(contrasts[i]);
    }
    double[] whitened = whitened(covariances(contrasts, means), means);
    if (whitened == null) {
      return null;
    }
    double tSquared = 0;
    for (double value : whitened) {
      tSquared += m * value * value;
    }
    double f = (m - k) / (k * (m - 1.0)) * tSquared;
    return new Hotelling(tSquared, f, (double) k, (double) m - k);
  }

  /** The probability of an F at least as large. */
  double p() {
    return Quantiles.fisherTail(f, df1, df2);
  }

  private static double[][] covariances(double[][] contrasts, double[] means) {
    int k = contrasts.length;
    int m = contrasts[0].length;
    double[][] covariances = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int query = 0; query < m; query++) {
          sum += (contrasts[i][query] - means[i]) * (contrasts[j][query] - means[j]);
        }
        covariances[i][j] = sum / (m - 1.0);
      }
    }
    return covariances;
  }

  /**
   * The solution y of L y = c, with L L' the covariances (Cholesky), so that c' S^-1 c = y' y; null
   * where a pivot is no more than rounding. A handful of contrasts needs no library for it.
   */
  private static double[] whitened(double[][] covariances, double[] means) {
    int k = means.length;
    double[][] root = new double[k][k];
    double[] solution = new double[k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < i; j++) {
        root[i][j] = (covariances[i][j] - product(root[i], root[j], j)) / root[j][j];
      }
      double left = covariances[i][i] - product(root[i], root[i], i);
      if (!(left > TOLERANCE * covariances[i][i])) {
        return null;
      }
      root[i][i] = StrictMath.sqrt(left);
      solution[i] = (means[i] - product(root[i], solution, i)) / root[i][i];
    }
    return solution;
  }

  private static double product(double[] a, double[] b, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
