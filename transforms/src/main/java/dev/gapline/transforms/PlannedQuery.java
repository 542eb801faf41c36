package dev.gapline.transforms;

import dev.gapline.transforms.statistics.PlannedCounts;
import dev.gapline.transforms.statistics.QueryCounts;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One query's counts in one arm, missing values included.
 *
 * @param subcells as in {@link QueryCounts}
 */
record PlannedQuery(String query, List<PlannedCounts> subcells) {

  PlannedQuery {
    subcells = List.copyOf(subcells);
  }

  boolean hasMissing() {
    return subcells.stream().anyMatch(counts -> counts.missing() > 0);
  }

  boolean hasFiltered() {
    return subcells.stream().anyMatch(counts -> counts.filtered() > 0);
  }

  /** The values there are after that change. */
  QueryCounts with(UnaryOperator<PlannedCounts> change) {
    return new QueryCounts(
        query, subcells.stream().map(change).map(PlannedCounts::counts).toList());
  }
}
