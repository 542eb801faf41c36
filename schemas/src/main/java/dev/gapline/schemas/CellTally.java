package dev.gapline.schemas;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * Exact counts of a cell: for each query, in the order of its id, one tally per condition in the
 * order of the study. Adding is associative and commutative.
 *
 * @param queries counts of all trials
 * @param retried counts of those trials alone that their first call did not settle; a query without
 *     one is not in it, so that it is empty where nothing was retried
 * @param sentFirst counts of those trials of the study's conditions alone that were sent before the
 *     other conditions of their block; a query without one is not in it
 * @param secondHalf counts of those trials alone that lie in the second half of the plan; a query
 *     without one is not in it
 * @param exact sums of probabilities of those trials whose decision can be read from their tokens;
 *     a query without one is not in it
 * @param responseModels under which names the answers came, in order; of more than {@value
 *     #MOST_NAMES} the first ones, which is enough to know that there was more than one
 */
public record CellTally(
    List<QueryTally> queries,
    List<QueryTally> retried,
    List<QueryTally> sentFirst,
    List<QueryTally> secondHalf,
    List<QueryExact> exact,
    List<String> responseModels) {

  /** The most names that a tally holds. */
  public static final int MOST_NAMES = 2;

  /** The counts of one query. */
  public record QueryTally(String query, List<Tally> arms) {

    public QueryTally {
      arms = List.copyOf(arms);
    }

    QueryTally plus(QueryTally other) {
      return with(other, Tally::plus);
    }

    QueryTally minus(QueryTally other) {
      return with(other, Tally::minus);
    }

    private QueryTally with(QueryTally other, BinaryOperator<Tally> step) {
      if (arms.size() != other.arms.size()) {
        throw new IllegalArgumentException(
            "Tallies of %d and of %d conditions cannot be added (query %s)."
                .formatted(arms.size(), other.arms.size(), query));
      }
      List<Tally> results = new ArrayList<>(arms.size());
      for (int arm = 0; arm < arms.size(); arm++) {
        results.add(step.apply(arms.get(arm), other.arms.get(arm)));
      }
      return new QueryTally(query, results);
    }
  }

  /** The sums of one query, one per condition. */
  public record QueryExact(String query, List<ExactSums> arms) {

    public QueryExact {
      arms = List.copyOf(arms);
    }

    QueryExact plus(QueryExact other) {
      List<ExactSums> sums = new ArrayList<>(arms.size());
      for (int arm = 0; arm < arms.size(); arm++) {
        sums.add(arms.get(arm).plus(other.arms.get(arm)));
      }
      return new QueryExact(query, sums);
    }
  }

  /** No queries. */
  public static CellTally empty() {
    return new CellTally(List.of());
  }

  /** Counts of trials none of which was retried, and whose answers bear no names. */
  public CellTally(List<QueryTally> queries) {
    this(queries, List.of(), List.of());
  }

  /** Counts of trials whose place in the order is not told. */
  public CellTally(
      List<QueryTally> queries, List<QueryTally> retried, List<String> responseModels) {
    this(queries, retried, List.of(), List.of(), List.of(), responseModels);
  }

  public CellTally {
    queries = List.copyOf(queries);
    retried = List.copyOf(retried);
    sentFirst = List.copyOf(sentFirst);
    secondHalf = List.copyOf(secondHalf);
    exact = List.copyOf(exact);
    responseModels = List.copyOf(responseModels);
    requireOrder(queries);
    requireOrder(retried);
    requireOrder(sentFirst);
    requireOrder(secondHalf);
    if (responseModels.size() > 1 && !responseModels.equals(firstOf(responseModels))) {
      throw new IllegalArgumentException(
          "Invalid names: %s. At most %d different ones in order are valid."
              .formatted(responseModels, MOST_NAMES));
    }
  }

  /** The sum of both, query by query. */
  public CellTally plus(CellTally other) {
    return new CellTally(
        sum(queries, other.queries),
        sum(retried, other.retried),
        sum(sentFirst, other.sentFirst),
        sum(secondHalf, other.secondHalf),
        sumExact(exact, other.exact),
        names(responseModels, other.responseModels));
  }

  /** Whether some trial was not settled by its first call. */
  public boolean hasRetried() {
    return !retried.isEmpty();
  }

  /** The counts of the trials that their first call settled. */
  public CellTally withoutRetried() {
    return new CellTally(without(retried), List.of(), responseModels);
  }

  /** The counts of the trials that were sent first in their block. */
  public CellTally ofSentFirst() {
    return new CellTally(sentFirst);
  }

  /** The counts of all other trials. */
  public CellTally ofSentLater() {
    return new CellTally(without(sentFirst));
  }

  /** The counts of the trials in the first half of the plan. */
  public CellTally ofFirstHalf() {
    return new CellTally(without(secondHalf));
  }

  /** The counts of the trials in the second half of the plan. */
  public CellTally ofSecondHalf() {
    return new CellTally(secondHalf);
  }

  /** The same counts without what is known of the order. */
  public CellTally withoutOrder() {
    return new CellTally(queries, retried, List.of(), List.of(), exact, responseModels);
  }

  private List<QueryTally> without(List<QueryTally> part) {
    Map<String, QueryTally> left =
        part.stream().collect(Collectors.toMap(QueryTally::query, query -> query));
    List<QueryTally> rest = new ArrayList<>(queries.size());
    for (QueryTally query : queries) {
      QueryTally taken = left.remove(query.query());
      rest.add(taken == null ? query : query.minus(taken));
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException(
          "Queries with trials of a part, but not of the whole: " + new TreeMap<>(left).keySet());
    }
    return rest;
  }

  /** The names of both, as many as a tally holds. */
  public static List<String> names(List<String> some, List<String> others) {
    if (some.equals(others) || others.isEmpty()) {
      return some;
    }
    List<String> all = new ArrayList<>(some);
    all.addAll(others);
    return firstOf(all);
  }

  private static List<String> firstOf(List<String> names) {
    return new TreeSet<>(names).stream().limit(MOST_NAMES).toList();
  }

  private static void requireOrder(List<QueryTally> queries) {
    for (int i = 1; i < queries.size(); i++) {
      if (queries.get(i - 1).query().compareTo(queries.get(i).query()) >= 0) {
        throw new IllegalArgumentException(
            "Queries out of order: %s before %s."
                .formatted(queries.get(i - 1).query(), queries.get(i).query()));
      }
    }
  }

  private static List<QueryExact> sumExact(List<QueryExact> some, List<QueryExact> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return some.isEmpty() ? others : some;
    }
    Map<String, QueryExact> sums = new TreeMap<>();
    some.forEach(query -> sums.put(query.query(), query));
    others.forEach(query -> sums.merge(query.query(), query, QueryExact::plus));
    return List.copyOf(sums.values());
  }

  private static List<QueryTally> sum(List<QueryTally> some, List<QueryTally> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return some.isEmpty() ? others : some;
    }
    List<QueryTally> sum = new ArrayList<>(some.size() + others.size());
    int i = 0;
    int j = 0;
    while (i < some.size() && j < others.size()) {
      QueryTally mine = some.get(i);
      QueryTally theirs = others.get(j);
      int order = mine.query().compareTo(theirs.query());
      if (order == 0) {
        sum.add(mine.plus(theirs));
        i++;
        j++;
      } else if (order < 0) {
        sum.add(mine);
        i++;
      } else {
        sum.add(theirs);
        j++;
      }
    }
    sum.addAll(some.subList(i, some.size()));
    sum.addAll(others.subList(j, others.size()));
    return sum;
  }
}
