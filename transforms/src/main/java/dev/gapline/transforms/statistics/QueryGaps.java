package dev.gapline.transforms.statistics;

import dev.gapline.transforms.statistics.PairedDifferences.Difference;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * The gap of every query at one value of a coordinate: the difference of its two rates, over the
 * sub-cells with values in both arms. Queries without such a sub-cell are not in it.
 */
public final class QueryGaps {

  private final NavigableMap<String, Difference> byQuery = new TreeMap<>();

  private QueryGaps(Collection<Difference> gaps) {
    gaps.forEach(gap -> byQuery.put(gap.query(), gap));
  }

  /** The gaps of these queries, given in any order. */
  public static QueryGaps of(List<QueryPair> queries) {
    return new QueryGaps(PairedDifferences.of(queries).paired());
  }

  /** The queries that have a gap on all sides, in the order of their ids. */
  static List<String> shared(List<QueryGaps> sides) {
    Set<String> shared = new TreeSet<>(sides.get(0).byQuery.keySet());
    sides.forEach(side -> shared.retainAll(side.byQuery.keySet()));
    return List.copyOf(shared);
  }

  /** Whether some side of some query is over other sub-cells than the rest. */
  static boolean isUnbalanced(List<QueryGaps> sides) {
    return sides.stream()
            .flatMap(side -> side.byQuery.values().stream())
            .map(Difference::subcells)
            .distinct()
            .count()
        > 1;
  }

  /** These queries alone. */
  QueryGaps only(List<String> queries) {
    return new QueryGaps(queries.stream().map(byQuery::get).toList());
  }

  /** Queries with a gap. */
  int clusters() {
    return byQuery.size();
  }

  Set<String> queries() {
    return Collections.unmodifiableSet(byQuery.keySet());
  }

  /** A query's gap, exact. */
  Fraction gap(String query) {
    return byQuery.get(query).difference();
  }

  /** All gaps, in the order of the queries' ids. */
  double[] gaps() {
    return each(gap -> gap.difference().value());
  }

  long nonzero() {
    return byQuery.values().stream().filter(gap -> !gap.difference().isZero()).count();
  }

  /** The mean gap. */
  double mean() {
    return Means.mean(gaps());
  }

  /**
   * Limits of the mean gap that count queries and need no spread between them: Newcombe's for two
   * independent proportions, with the number of queries in either arm.
   */
  Limits scoreLimits() {
    double n = clusters();
    return new NewcombeLimits(
        Means.mean(each(gap -> gap.treatment().value())),
        n,
        Means.mean(each(gap -> gap.control().value())),
        n);
  }

  private double[] each(ToDoubleFunction<Difference> value) {
    return byQuery.values().stream().mapToDouble(value).toArray();
  }
}
