package dev.gapline.transforms.statistics;

import java.util.Arrays;
import java.util.List;

/**
 * The percentile bootstrap over queries of the difference of the ratios of sums, with Poisson(1)
 * weights in place of drawing, so that the replicates are the same however the queries are split;
 * see {@link PoissonWeights}.
 */
final class PoissonBootstrap {

  private final double[] gaps;
  private final int undefined;

  private PoissonBootstrap(double[] gaps, int undefined) {
    this.gaps = gaps;
    this.undefined = undefined;
  }

  static PoissonBootstrap of(List<QueryPair> queries, String seed, int replicates) {
    long[] numbers = new long[replicates];
    for (int b = 0; b < replicates; b++) {
      numbers[b] = PoissonWeights.number(b);
    }
    long[] n = new long[replicates];
    long[] x2 = new long[replicates];
    long[] nControl = new long[replicates];
    long[] x2Control = new long[replicates];
    for (QueryPair query : queries) {
      Counts treatment = query.treatmentTotal();
      Counts control = query.controlTotal();
      long stream = PoissonWeights.stream(seed, query.query());
      for (int b = 0; b < replicates; b++) {
        int weight = PoissonWeights.weight(stream, numbers[b]);
        n[b] += weight * treatment.n();
        x2[b] += weight * treatment.x2();
        nControl[b] += weight * control.n();
        x2Control[b] += weight * control.x2();
      }
    }
    double[] gaps = new double[replicates];
    int defined = 0;
    for (int b = 0; b < replicates; b++) {
      if (n[b] > 0 && nControl[b] > 0) {
        gaps[defined++] = x2[b] / (2.0 * n[b]) - x2Control[b] / (2.0 * nControl[b]);
      }
    }
    double[] sorted = Arrays.copyOf(gaps, defined);
    Arrays.sort(sorted);
    return new PoissonBootstrap(sorted, replicates - defined);
  }

  /** The gaps of the replicates in which both arms have values, ascending. */
  double[] gaps() {
    return gaps.clone();
  }

  /** Replicates in which an arm has no value; they are left out. */
  int undefined() {
    return undefined;
  }

  /** Whether all replicates are the same number, or there are none. */
  boolean isWithoutSpread() {
    return gaps.length < 2 || gaps[0] == gaps[gaps.length - 1];
  }

  /** Standard deviation of the replicates, which two at least need. */
  double standardDeviation() {
    double mean = Means.mean(gaps);
    double squares = 0;
    for (double gap : gaps) {
      squares += (gap - mean) * (gap - mean);
    }
    return StrictMath.sqrt(squares / (gaps.length - 1.0));
  }

  /** The replicates that leave the share {@code tail} beyond them on either side. */
  Interval interval(double tail) {
    return PoissonWeights.percentiles(gaps, tail);
  }
}
