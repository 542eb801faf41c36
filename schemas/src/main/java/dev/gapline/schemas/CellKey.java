package dev.gapline.schemas;

import java.util.SortedMap;

/** The coordinates of a cell of the grid: all of a trial's but query, condition and sample. */
public record CellKey(
    String scenario,
    String model,
    String paraphrase,
    Temperature temperature,
    SortedMap<String, String> factors) {

  public CellKey {
    factors = Sorted.copyOf(factors);
  }
}
