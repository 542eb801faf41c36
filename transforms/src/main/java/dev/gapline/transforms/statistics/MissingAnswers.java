package dev.gapline.transforms.statistics;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What missing answers can do to a gap. Nothing is assumed of them: bounds hold whatever they would
 * have been (Manski 1990).
 */
public final class MissingAnswers {

  /** A difference between the arms' missing shares that is small enough to pass. */
  private static final double TOLERATED = 0.02;

  private MissingAnswers() {}

  /** How a gap is estimated from the counts of queries. */
  public interface Estimator extends Function<List<QueryPair>, GapEstimate> {}

  /**
   * The estimate at either end of what the missing answers admit.
   *
   * @param lowest as if they were 0 in the treatment and 1 in the control
   * @param highest as if they were 1 in the treatment and 0 in the control
   */
  public record Ends(GapEstimate lowest, GapEstimate highest) {}

  /** Whether some answer is missing. */
  public static boolean exist(List<PlannedPair> queries) {
    return queries.stream().anyMatch(PlannedPair::hasMissing);
  }

  /** Both ends, each as {@code estimator} has it. */
  public static Ends ends(List<PlannedPair> queries, Estimator estimator) {
    return new Ends(
        estimator.apply(queries.stream().map(PlannedPair::lowest).toList()),
        estimator.apply(queries.stream().map(PlannedPair::highest).toList()));
  }

  /**
   * Worst-case bounds with their sampling error (Horowitz and Manski 2000): from the lower limit of
   * the lowest end to the upper limit of the highest, each by the method of the ends. There is no
   * estimate between them. Where nothing is missing the interval is that method's own.
   *
   * @param alpha two-sided error of the interval
   */
  public static GapEstimate horowitzManski(Ends ends, double alpha) {
    GapEstimate lowest = ends.lowest();
    GapEstimate highest = ends.highest();
    if (lowest.limits() == null || highest.limits() == null) {
      return interval(ends, null, null, null);
    }
    BoundLimits limits = new BoundLimits(lowest.limits(), highest.limits());
    Interval wide = new Interval(limits.lower(alpha / 2), limits.upper(alpha / 2)).within(-1, 1);
    Interval narrow = new Interval(limits.lower(alpha), limits.upper(alpha)).within(-1, 1);
    return interval(ends, wide, narrow, limits);
  }

  private static GapEstimate interval(Ends ends, Interval wide, Interval narrow, Limits limits) {
    GapEstimate lowest = ends.lowest();
    List<String> flags =
        Stream.of(lowest.flags(), ends.highest().flags(), List.of(Flag.BOUNDS_ONLY.id()))
            .flatMap(List::stream)
            .distinct()
            .sorted()
            .toList();
    return new GapEstimate(
        null,
        null,
        lowest.df(),
        wide == null ? null : Double.valueOf(wide.low()),
        wide == null ? null : Double.valueOf(wide.high()),
        narrow == null ? null : Double.valueOf(narrow.low()),
        narrow == null ? null : Double.valueOf(narrow.high()),
        null,
        null,
        lowest.clusters(),
        lowest.pairs(),
        lowest.unpairedQueries(),
        lowest.nonzero(),
        null,
        null,
        limits,
        flags);
  }

  /**
   * Whether the arms miss answers unequally: the shares differ by more than 2 points, and over
   * queries by more than chance at {@code alpha} (the headline's test of the missing shares).
   */
  public static boolean differ(List<PlannedPair> queries, double alpha, String seed) {
    List<QueryPair> missing = queries.stream().map(PlannedPair::missingness).toList();
    Counts treatment = total(missing, QueryPair::treatmentTotal);
    Counts control = total(missing, QueryPair::controlTotal);
    if (treatment.isEmpty()
        || control.isEmpty()
        || Math.abs(treatment.mean() - control.mean()) <= TOLERATED) {
      return false;
    }
    Double p = Gaps.pairedClusterMacro(missing, alpha, seed).pSuperiority();
    return p != null && p < alpha;
  }

  private static Counts total(List<QueryPair> queries, Function<QueryPair, Counts> arm) {
    return queries.stream().map(arm).reduce(Counts.none(), Counts::plus);
  }
}
