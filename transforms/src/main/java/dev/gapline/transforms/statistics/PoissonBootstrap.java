package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Hashing;
import java.util.Arrays;
import java.util.List;

/**
 * The percentile bootstrap over queries of the difference of the ratios of sums, with Poisson(1)
 * weights in place of drawing (Chamandy and others 2012). A query's weight in a replicate follows
 * from (seed, query, replicate) alone, so the replicates are the same in any order, on any machine
 * and however the queries are split.
 */
final class PoissonBootstrap {

  /** Replicates behind a row of a table. */
  static final int REPLICATES = 1000;

  /** The probability of at most k, by k; weights end at 12. */
  private static final double[] CUMULATIVE = cumulative();

  private final double[] gaps;
  private final int undefined;

  private PoissonBootstrap(double[] gaps, int undefined) {
    this.gaps = gaps;
    this.undefined = undefined;
  }

  static PoissonBootstrap of(List<QueryPair> queries, String seed, int replicates) {
    long[] numbers = new long[replicates];
    for (int b = 0; b < replicates; b++) {
      numbers[b] = Hashing.splitmix64(b);
    }
    long[] n = new long[replicates];
    long[] x2 = new long[replicates];
    long[] nControl = new long[replicates];
    long[] x2Control = new long[replicates];
    for (QueryPair query : queries) {
      Counts treatment = query.treatmentTotal();
      Counts control = query.controlTotal();
      long stream = Hashing.fnv1a64(seed + "|" + query.query());
      for (int b = 0; b < replicates; b++) {
        int weight = weight(stream, numbers[b]);
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

  /** The weight of a query in a replicate, 0 to 12. */
  static int weight(String seed, String query, long replicate) {
    return weight(Hashing.fnv1a64(seed + "|" + query), Hashing.splitmix64(replicate));
  }

  private static int weight(long stream, long number) {
    double uniform = (Hashing.splitmix64(stream ^ number) >>> 11) * 0x1.0p-53;
    int weight = 0;
    while (weight < 12 && uniform >= CUMULATIVE[weight]) {
      weight++;
    }
    return weight;
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
    int beyond = (int) Math.floor(tail * gaps.length);
    return new Interval(gaps[beyond], gaps[gaps.length - 1 - beyond]);
  }

  private static double[] cumulative() {
    double[] cumulative = new double[13];
    double probability = StrictMath.exp(-1);
    double sum = 0;
    for (int k = 0; k < cumulative.length; k++) {
      sum += probability;
      cumulative[k] = sum;
      probability /= k + 1;
    }
    return cumulative;
  }
}
