package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Hashing;
import java.util.List;

/**
 * A check of the standard error: with the signs of the paired differences drawn at random there is
 * no gap, so a t test at 5% should find one in 5% of the draws. With few or sparse differences a
 * right standard error leaves the band, too; then nothing is said.
 *
 * @param pairs paired queries
 * @param nonzero of those, with a difference
 * @param isRepeated whether most queries have more than one value in an arm
 * @param share of the draws whose t test gives p below 5%; null below two pairs, or when all
 *     differences are zero
 */
public record SignFlipCheck(long pairs, long nonzero, boolean isRepeated, Double share) {

  private static final int DRAWS = 999;
  private static final double LEVEL = 0.05;
  private static final double LOWEST = 0.031;
  private static final double HIGHEST = 0.071;
  private static final long FEWEST = 30;

  /** Checks the differences of these queries. */
  public static SignFlipCheck of(List<QueryPair> queries, String seed) {
    PairedDifferences pairs = PairedDifferences.of(queries);
    long repeated =
        pairs.paired().stream()
            .filter(pair -> pair.treatmentRows().n() > 1 && pair.controlRows().n() > 1)
            .count();
    Double share =
        pairs.pairs() < 2 || pairs.nonzero() == 0
            ? null
            : Double.valueOf(
                share(
                    pairs.paired().stream().map(PairedDifferences.Difference::query).toList(),
                    pairs.differences(),
                    seed));
    return new SignFlipCheck(pairs.pairs(), pairs.nonzero(), 2 * repeated > pairs.pairs(), share);
  }

  /** Whether the share can be held against the band. */
  public boolean isTelling() {
    return share != null && nonzero >= FEWEST && isRepeated;
  }

  /** Whether the share lies in the band. */
  public boolean isWithinBand() {
    return share != null && share >= LOWEST && share <= HIGHEST;
  }

  private static double share(List<String> queries, double[] differences, String seed) {
    long[] streams =
        queries.stream().mapToLong(query -> Hashing.fnv1a64(seed + "|check|" + query)).toArray();
    int m = differences.length;
    double squares = 0;
    for (double difference : differences) {
      squares += difference * difference;
    }
    double bar = Quantiles.student(LEVEL / 2, m - 1.0);
    int found = 0;
    for (int draw = 1; draw <= DRAWS; draw++) {
      long number = Hashing.splitmix64(draw);
      double sum = 0;
      for (int i = 0; i < m; i++) {
        sum += Hashing.splitmix64(streams[i] ^ number) >= 0 ? -differences[i] : differences[i];
      }
      double mean = sum / m;
      double error = StrictMath.sqrt(Math.max(0, squares - m * mean * mean) / (m - 1.0) / m);
      found += Math.abs(mean) > bar * error ? 1 : 0;
    }
    return found / (double) DRAWS;
  }
}
