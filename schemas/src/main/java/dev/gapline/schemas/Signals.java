package dev.gapline.schemas;

import java.io.Serializable;
import java.util.SortedMap;

/**
 * Markers by which a reader of the rendered messages can tell the condition and the level of each
 * factor: literal text that is in every prompt of that arm and in no prompt of another.
 *
 * @param conditions marker by condition
 * @param factors marker by factor and level; a level without an entry is the one without a marker
 */
public record Signals(
    SortedMap<String, String> conditions, SortedMap<String, SortedMap<String, String>> factors)
    implements Serializable {

  public Signals {
    conditions = Sorted.copyOf(conditions);
    factors = Sorted.copyOf(factors);
  }
}
