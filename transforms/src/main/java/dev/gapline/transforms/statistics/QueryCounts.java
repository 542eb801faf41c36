package dev.gapline.transforms.statistics;

import java.util.List;

/**
 * One query's counts in one arm.
 *
 * @param query its id, unique within a list of them
 * @param subcells paraphrases or other coordinates that a level averages over with equal weights;
 *     parallel over all queries of a list
 */
public record QueryCounts(String query, List<Counts> subcells) {

  public QueryCounts {
    subcells = List.copyOf(subcells);
  }

  /** All values, whatever their sub-cell. */
  public Counts total() {
    return subcells.stream().reduce(Counts.none(), Counts::plus);
  }
}
