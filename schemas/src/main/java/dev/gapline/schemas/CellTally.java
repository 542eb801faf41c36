package dev.gapline.schemas;

import java.util.ArrayList;
import java.util.List;

/**
 * Exact counts of a cell: for each query, in the order of its id, one tally per condition in the
 * order of the study. Adding is associative and commutative.
 */
public record CellTally(List<QueryTally> queries) {

  /** The counts of one query. */
  public record QueryTally(String query, List<Tally> arms) {

    public QueryTally {
      arms = List.copyOf(arms);
    }

    QueryTally plus(QueryTally other) {
      if (arms.size() != other.arms.size()) {
        throw new IllegalArgumentException(
            "Tallies of %d and of %d conditions cannot be added (query %s)."
                .formatted(arms.size(), other.arms.size(), query));
      }
      List<Tally> sums = new ArrayList<>(arms.size());
      for (int arm = 0; arm < arms.size(); arm++) {
        sums.add(arms.get(arm).plus(other.arms.get(arm)));
      }
      return new QueryTally(query, sums);
    }
  }

  /** No queries. */
  public static CellTally empty() {
    return new CellTally(List.of());
  }

  public CellTally {
    queries = List.copyOf(queries);
    for (int i = 1; i < queries.size(); i++) {
      if (queries.get(i - 1).query().compareTo(queries.get(i).query()) >= 0) {
        throw new IllegalArgumentException(
            "Queries out of order: %s before %s."
                .formatted(queries.get(i - 1).query(), queries.get(i).query()));
      }
    }
  }

  /** The sum of both, query by query. */
  public CellTally plus(CellTally other) {
    if (queries.isEmpty()) {
      return other;
    }
    List<QueryTally> sum = new ArrayList<>(queries.size() + other.queries.size());
    int i = 0;
    int j = 0;
    while (i < queries.size() && j < other.queries.size()) {
      QueryTally mine = queries.get(i);
      QueryTally theirs = other.queries.get(j);
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
    sum.addAll(queries.subList(i, queries.size()));
    sum.addAll(other.queries.subList(j, other.queries.size()));
    return new CellTally(sum);
  }
}
