package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The rate of every query in one arm: the mean over its sub-cells with values. Queries without a
 * value are not in it.
 */
public final class QueryRates {

  /**
   * One query's.
   *
   * @param subcells those with values
   * @param rate mean of their rates
   * @param n all values
   * @param x2 twice their sum
   */
  record Rate(String query, Set<Integer> subcells, Fraction rate, long n, long x2) {

    private Rate complement() {
      return new Rate(query, subcells, Fraction.of(1, 1).minus(rate), n, 2 * n - x2);
    }
  }

  private final NavigableMap<String, Rate> byQuery = new TreeMap<>();

  private QueryRates(Collection<Rate> rates) {
    rates.forEach(rate -> byQuery.put(rate.query(), rate));
  }

  /** The rates of these queries, given in any order. */
  public static QueryRates of(List<QueryCounts> queries) {
    List<Rate> rates = new ArrayList<>();
    for (QueryCounts query : Ordered.byQuery(queries, QueryCounts::query)) {
      List<Integer> present =
          IntStream.range(0, query.subcells().size())
              .filter(i -> !query.subcells().get(i).isEmpty())
              .boxed()
              .toList();
      if (!present.isEmpty()) {
        rates.add(rate(query, present));
      }
    }
    return new QueryRates(rates);
  }

  private static Rate rate(QueryCounts query, List<Integer> present) {
    Fraction sum = Fraction.ZERO;
    Counts total = Counts.none();
    for (int i : present) {
      sum = sum.plus(query.subcells().get(i).rate());
      total = total.plus(query.subcells().get(i));
    }
    return new Rate(
        query.query(), Set.copyOf(present), sum.dividedBy(present.size()), total.n(), total.x2());
  }

  /** The share of what is left: 1 - rate, such as noncompliance. */
  public QueryRates complement() {
    return new QueryRates(byQuery.values().stream().map(Rate::complement).toList());
  }

  /** The queries that both sides have, in the order of their ids. */
  static List<String> shared(QueryRates a, QueryRates b) {
    Set<String> shared = new TreeSet<>(a.byQuery.keySet());
    shared.retainAll(b.byQuery.keySet());
    return List.copyOf(shared);
  }

  /** These queries alone. */
  QueryRates only(List<String> queries) {
    return new QueryRates(queries.stream().map(byQuery::get).toList());
  }

  /** The rates, in the order of the queries' ids. */
  Collection<Rate> rates() {
    return Collections.unmodifiableCollection(byQuery.values());
  }

  int clusters() {
    return byQuery.size();
  }

  /** Queries with an event. */
  long withEvents() {
    return byQuery.values().stream().filter(rate -> !rate.rate().isZero()).count();
  }
}
