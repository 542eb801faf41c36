package dev.gapline.schemas;

import java.io.Serializable;
import java.util.SortedMap;

/**
 * What the user asks; the unit of clustering.
 *
 * @param values further template variables of this query
 */
public record Query(String id, String text, SortedMap<String, String> values)
    implements Serializable {

  public Query {
    values = Sorted.copyOf(values);
  }
}
