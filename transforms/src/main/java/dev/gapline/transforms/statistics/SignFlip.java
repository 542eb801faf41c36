package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Fisher's randomisation test for pairs, by flips of signs, of "the differences are symmetric about
 * 0": how often a random choice of signs gives a sum at least as far from 0. Exact under that
 * symmetry, at any number of queries; with one pair per query it equals McNemar's exact test.
 *
 * @param extreme flips whose sum is at least as far from 0, the identity included
 * @param flips all flips: 2^G for G differences up to 16, else 10,000
 * @param nonzero differences that are not 0; zeros cannot flip
 */
public record SignFlip(long extreme, long flips, long nonzero) {

  /** Up to so many differences, all flips are tried. */
  private static final int EXACT = 16;

  /** Seeded flips beyond that, besides the identity. */
  private static final int SEEDED = 9_999;

  /** Sums closer than this share of the sum of all |d| are the same number. */
  private static final double TOLERANCE = 1e-12;

  /**
   * Tests the differences.
   *
   * @param queries their ids, by which the signs are drawn when not all flips are tried
   * @param differences parallel to {@code queries}, at least one
   * @param seed of the study
   * @throws IllegalArgumentException when there is no difference, or not one per query
   */
  public static SignFlip test(List<String> queries, double[] differences, String seed) {
    return test(queries, differences, seed, null);
  }

  /** The same with the signs of these queries and others at hand; null for none at hand. */
  static SignFlip test(List<String> queries, double[] differences, String seed, Signs signs) {
    if (differences.length == 0 || queries.size() != differences.length) {
      throw new IllegalArgumentException(
          "%d queries and %d differences. As many of each, and at least one, are valid."
              .formatted(queries.size(), differences.length));
    }
    double sum = 0;
    double size = 0;
    long nonzero = 0;
    for (double difference : differences) {
      sum += difference;
      size += Math.abs(difference);
      nonzero += difference == 0 ? 0 : 1;
    }
    double bar = Math.abs(sum) - TOLERANCE * size;
    return differences.length <= EXACT
        ? new SignFlip(exact(differences, bar), 1L << differences.length, nonzero)
        : new SignFlip(
            1
                + (signs == null
                    ? seeded(queries, differences, seed, bar)
                    : signs.reaching(bar, queries, differences)),
            1 + SEEDED,
            nonzero);
  }

  /** Two-sided p-value, above 0. */
  public double p() {
    return extreme / (double) flips;
  }

  /**
   * The smallest p-value that m differences other than 0 can reach: 2/2^m, and never below the one
   * flip in 10,000 that is the identity.
   */
  public double pFloor() {
    double symmetric = Math.min(1, 2 * StrictMath.pow(0.5, (double) nonzero));
    return flips == 1 + SEEDED ? Math.max(symmetric, 1.0 / (double) flips) : symmetric;
  }

  /** The seeded signs of queries, to be used for several tests. */
  static Signs signs(List<String> queries, String seed) {
    return Signs.of(queries, seed, SEEDED);
  }

  private static long exact(double[] differences, double bar) {
    int half = differences.length / 2;
    double[] some = Signs.sums(differences, 0, half);
    double[] others = Signs.sums(differences, half, differences.length - half);
    long extreme = 0;
    for (double one : some) {
      for (double other : others) {
        extreme += Math.abs(one + other) >= bar ? 1 : 0;
      }
    }
    return extreme;
  }

  /** Only the differences that are not 0 need signs. */
  private static long seeded(List<String> queries, double[] differences, String seed, double bar) {
    List<String> moving = new ArrayList<>();
    List<Double> moved = new ArrayList<>();
    for (int i = 0; i < differences.length; i++) {
      if (differences[i] != 0) {
        moving.add(queries.get(i));
        moved.add(differences[i]);
      }
    }
    return signs(moving, seed)
        .reaching(bar, moving, moved.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
