package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Hashing;

/**
 * The weights of a Poisson bootstrap (Chamandy and others 2012; SCIENCE 5.4): a cluster's weight in
 * a replicate is a Poisson number of mean 1 by inversion of a uniform one that follows from (seed,
 * cluster, replicate) alone, so that replicates are the same in any order and on any machine.
 */
final class PoissonWeights {

  /** Replicates behind a row of a table. */
  static final int REPLICATES = 1000;

  private static final int MOST = 12;

  /** The probability of at most k, by k; weights end at 12. */
  private static final double[] CUMULATIVE = cumulative();

  private PoissonWeights() {}

  /** What is drawn from for one cluster. */
  static long stream(String seed, String cluster) {
    return Hashing.fnv1a64(seed + "|" + cluster);
  }

  /** What is drawn in one replicate, counted from 0. */
  static long number(long replicate) {
    return Hashing.splitmix64(replicate);
  }

  /** The weight of a cluster's stream in a replicate of that number, 0 to 12. */
  static int weight(long stream, long number) {
    double uniform = (Hashing.splitmix64(stream ^ number) >>> 11) * 0x1.0p-53;
    int weight = 0;
    while (weight < MOST && uniform >= CUMULATIVE[weight]) {
      weight++;
    }
    return weight;
  }

  /** The replicates that leave the share {@code tail} beyond them on either side. */
  static Interval percentiles(double[] ascending, double tail) {
    int beyond = (int) Math.floor(tail * ascending.length);
    return new Interval(ascending[beyond], ascending[ascending.length - 1 - beyond]);
  }

  private static double[] cumulative() {
    double[] cumulative = new double[MOST];
    double probability = StrictMath.exp(-1);
    double sum = 0;
    for (int k = 0; k < MOST; k++) {
      sum += probability;
      cumulative[k] = sum;
      probability /= k + 1;
    }
    return cumulative;
  }
}
