package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether the gaps at several values of a coordinate are all the same, method {@code
 * wald-interaction}: Hotelling's T^2 of each query's differences from the last value, over the
 * queries with a gap at every value.
 */
public final class WaldInteraction {

  private static final int FEW_QUERIES = 10;
  private static final int FEW_DIFFERENCES = 5;

  private WaldInteraction() {}

  /**
   * Tests two values or more.
   *
   * <p>With fewer than 10 shared queries, or fewer than 5 at which some gap differs, and wherever
   * the covariances are singular, p is the smallest of Holm's adjusted p-values of the pairwise
   * sign-flip tests; F stands beside it where it exists.
   *
   * @param levels one value's gaps each, two at least
   * @param seed of the study, for the sign-flip tests
   * @throws IllegalArgumentException with fewer than two values
   */
  public static ContrastEstimate over(List<QueryGaps> levels, String seed) {
    if (levels.size() < 2) {
      throw new IllegalArgumentException(
          "%d values cannot differ. 2 at least are valid.".formatted(levels.size()));
    }
    List<String> shared = QueryGaps.shared(levels);
    List<QueryGaps> complete = levels.stream().map(level -> level.only(shared)).toList();
    long varying = shared.stream().filter(query -> isVarying(complete, query)).count();
    boolean isFew = shared.size() < FEW_QUERIES || varying < FEW_DIFFERENCES;
    Hotelling test = shared.isEmpty() ? null : Hotelling.of(contrasts(complete));
    List<Flag> flags = new ArrayList<>();
    if (shared.isEmpty()) {
      flags.add(Flag.NO_PAIRS);
    } else if (test == null) {
      flags.add(Flag.SINGULAR);
    }
    if (isFew) {
      flags.add(Flag.FEW_CLUSTERS);
    }
    if (QueryGaps.isUnbalanced(complete)) {
      flags.add(Flag.UNBALANCED_SUBCELLS);
    }
    Double p = test == null ? null : Double.valueOf(test.p());
    Double pFloor = null;
    if (shared.size() > 1 && (isFew || test == null)) {
      List<SignFlip> flips = pairwise(complete, shared, seed);
      p = smallest(flips.stream().map(SignFlip::p).toList());
      pFloor = smallest(flips.stream().map(SignFlip::pFloor).toList());
    } else if (isFew) {
      p = null;
    }
    return new ContrastEstimate(
        levels.stream().mapToInt(QueryGaps::clusters).max().getAsInt(),
        levels.stream().mapToInt(QueryGaps::clusters).min().getAsInt(),
        shared.size(),
        varying,
        null,
        null,
        null,
        null,
        test == null ? null : Double.valueOf(test.f()),
        test == null ? null : Double.valueOf(test.df1()),
        test == null ? null : Double.valueOf(test.df2()),
        null,
        null,
        p,
        pFloor,
        null,
        Flag.ids(flags));
  }

  private static boolean isVarying(List<QueryGaps> levels, String query) {
    return levels.stream().map(level -> level.gap(query)).distinct().count() > 1;
  }

  /** Every value's gaps minus the last's. */
  static double[][] contrasts(List<QueryGaps> levels) {
    int last = levels.size() - 1;
    double[][] contrasts = new double[last][];
    for (int level = 0; level < last; level++) {
      contrasts[level] = differences(levels.get(level), levels.get(last));
    }
    return contrasts;
  }

  private static List<SignFlip> pairwise(List<QueryGaps> levels, List<String> shared, String seed) {
    return LevelPair.among(levels.size()).stream()
        .map(
            pair ->
                SignFlip.test(
                    shared, differences(levels.get(pair.a()), levels.get(pair.b())), seed))
        .toList();
  }

  /** Exact until the last step, so that equal gaps differ by 0. */
  private static double[] differences(QueryGaps a, QueryGaps b) {
    return a.queries().stream()
        .mapToDouble(query -> a.gap(query).minus(b.gap(query)).value())
        .toArray();
  }

  /** The smallest after Holm's adjustment: the smallest times their number, at most 1. */
  private static double smallest(List<Double> p) {
    return Multiplicity.holm(p).stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }
}
