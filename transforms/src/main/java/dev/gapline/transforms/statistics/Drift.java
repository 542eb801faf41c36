package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether what is measured changes between the first and the second half of a plan, by query:
 * paired where most queries are asked in both halves, as two samples of queries otherwise.
 */
public final class Drift {

  private Drift() {}

  /** The rate in the second half minus that in the first. */
  public static CheckEstimate ofRate(
      List<QueryCounts> first, List<QueryCounts> second, double alpha, String seed) {
    return of(rates(first), rates(second), alpha, seed);
  }

  /** The gap in the second half minus that in the first. */
  public static CheckEstimate ofGap(
      List<QueryPair> first, List<QueryPair> second, double alpha, String seed) {
    return of(gaps(first), gaps(second), alpha, seed);
  }

  private static CheckEstimate of(
      SortedMap<String, Double> first,
      SortedMap<String, Double> second,
      double alpha,
      String seed) {
    Set<String> both = new TreeSet<>(first.keySet());
    both.retainAll(second.keySet());
    long all = first.size() + (long) second.size() - both.size();
    if (2L * both.size() < all) {
      return CheckEstimate.unpaired(numbers(second), numbers(first), alpha);
    }
    return CheckEstimate.mean(
        new ArrayList<>(both),
        both.stream().mapToDouble(query -> second.get(query) - first.get(query)).toArray(),
        alpha,
        seed);
  }

  /** Each query's mean over its sub-cells with values. */
  private static SortedMap<String, Double> rates(List<QueryCounts> queries) {
    SortedMap<String, Double> rates = new TreeMap<>();
    for (QueryCounts query : queries) {
      double[] subcells =
          query.subcells().stream()
              .filter(counts -> !counts.isEmpty())
              .mapToDouble(Counts::mean)
              .toArray();
      if (subcells.length > 0) {
        rates.put(query.query(), Means.mean(subcells));
      }
    }
    return rates;
  }

  private static SortedMap<String, Double> gaps(List<QueryPair> queries) {
    SortedMap<String, Double> gaps = new TreeMap<>();
    PairedDifferences.of(queries)
        .paired()
        .forEach(pair -> gaps.put(pair.query(), pair.difference().value()));
    return gaps;
  }

  private static double[] numbers(SortedMap<String, Double> values) {
    return values.values().stream().mapToDouble(Double::doubleValue).toArray();
  }
}
