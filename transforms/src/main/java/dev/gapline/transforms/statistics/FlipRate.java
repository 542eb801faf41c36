package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * How often two answers to one query differ: within a wording, which is the noise floor of asking
 * again, and between wordings. Each is a query's mean over its cells, or over its pairs of
 * wordings, then the mean over queries; the excess is paired by query.
 *
 * @param within share of pairs of answers of one cell that differ, over queries with a cell of two
 *     answers: for binary answers 2 x (n - x) / (n (n - 1))
 * @param between share of pairs of answers of two wordings that differ, over queries with answers
 *     to two wordings: p1 (1 - p2) + p2 (1 - p1)
 * @param excess between less within, over queries with both
 */
public record FlipRate(StudentEstimate within, StudentEstimate between, StudentEstimate excess) {

  /**
   * The flip rates of some queries.
   *
   * @param byQuery one list per query, in the order of their ids, with one entry per wording
   */
  public static FlipRate of(List<List<Counts>> byQuery, double alpha) {
    List<Double> within = new ArrayList<>();
    List<Double> between = new ArrayList<>();
    List<Double> excess = new ArrayList<>();
    for (List<Counts> wordings : byQuery) {
      double[] inside = inside(wordings);
      double[] across = across(wordings);
      if (inside.length > 0) {
        within.add(Means.mean(inside));
      }
      if (across.length > 0) {
        between.add(Means.mean(across));
      }
      if (inside.length > 0 && across.length > 0) {
        excess.add(Means.mean(across) - Means.mean(inside));
      }
    }
    return new FlipRate(
        within.isEmpty()
            ? StudentEstimate.none(0, Flag.NEEDS_TWO_SAMPLES)
            : StudentEstimate.ofMean(array(within), alpha),
        StudentEstimate.ofMean(array(between), alpha),
        within.isEmpty() && !between.isEmpty()
            ? StudentEstimate.none(0, Flag.NEEDS_TWO_SAMPLES)
            : StudentEstimate.ofMean(array(excess), alpha));
  }

  private static double[] inside(List<Counts> wordings) {
    return wordings.stream()
        .filter(counts -> counts.n() > 1)
        .mapToDouble(
            counts -> {
              double same = 0;
              for (double count : categories(counts)) {
                same += count * (count - 1);
              }
              return 1 - same / (counts.n() * (counts.n() - 1.0));
            })
        .toArray();
  }

  private static double[] across(List<Counts> wordings) {
    List<Double> pairs = new ArrayList<>();
    for (int i = 0; i < wordings.size(); i++) {
      for (int j = i + 1; j < wordings.size(); j++) {
        if (!wordings.get(i).isEmpty() && !wordings.get(j).isEmpty()) {
          double[] one = categories(wordings.get(i));
          double[] other = categories(wordings.get(j));
          double same = one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
          pairs.add(1 - same / (wordings.get(i).n() * (double) wordings.get(j).n()));
        }
      }
    }
    return array(pairs);
  }

  /** How many answers are 0, how many 0.5 and how many 1: the counts hold exactly that. */
  private static double[] categories(Counts counts) {
    long ones = (counts.xx4() - counts.x2()) / 2;
    long halves = counts.x2() - 2 * ones;
    return new double[] {counts.n() - halves - ones, halves, ones};
  }

  private static double[] array(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
