package dev.gapline.schemas;

import java.util.SortedMap;

/**
 * What a row of a table fixes: a window and some coordinates. A null coordinate is pooled over.
 *
 * @param level place among the study's levels
 * @param windowStartSeconds event time; null for the row over all windows
 */
public record LevelKey(
    int level,
    Long windowStartSeconds,
    String scenario,
    String model,
    String paraphrase,
    Temperature temperature,
    SortedMap<String, String> factors) {

  public LevelKey {
    factors = Sorted.copyOf(factors);
  }
}
