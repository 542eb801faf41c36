package dev.gapline.transforms.statistics;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** The fixed order of summation: by query id. */
final class Ordered {

  private Ordered() {}

  /** The elements in the order of their ids, which must be distinct. */
  static <T> List<T> byQuery(List<T> elements, Function<T, String> id) {
    List<T> sorted = elements.stream().sorted(Comparator.comparing(id)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (id.apply(sorted.get(i)).equals(id.apply(sorted.get(i - 1)))) {
        throw new IllegalArgumentException(
            "Query %s comes twice. Merge its counts first.".formatted(id.apply(sorted.get(i))));
      }
    }
    return sorted;
  }
}
