package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;
import java.util.SortedMap;

/**
 * What the user asks; the unit of clustering.
 *
 * @param values further template variables of this query
 * @param tags words that describe it, such as its topic and its form; they are never sent
 */
public record Query(String id, String text, SortedMap<String, String> values, List<String> tags)
    implements Serializable {

  public Query {
    values = Sorted.copyOf(values);
    tags = List.copyOf(tags);
  }

  /** A query that nothing describes. */
  public Query(String id, String text, SortedMap<String, String> values) {
    this(id, text, values, List.of());
  }
}
