package dev.gapline.transforms;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The part of a table of wordings by queries that has no empty cell: wordings without any value are
 * left out, then queries without one in some wording. So a wording whose answers were all lost does
 * not take the others with it, and nothing is left out silently.
 *
 * @param wordings each query's value, by its id; all of them where none has a value
 * @param queries that every wording has, in order
 * @param flags what was left out
 */
record CompleteWordings<V>(
    List<SortedMap<String, V>> wordings, List<String> queries, List<String> flags) {

  CompleteWordings {
    wordings = List.copyOf(wordings);
    queries = List.copyOf(queries);
    flags = List.copyOf(flags);
  }

  /** Of these wordings, which name the queries that have a value and no others. */
  static <V> CompleteWordings<V> of(Collection<SortedMap<String, V>> all) {
    List<SortedMap<String, V>> some = all.stream().filter(values -> !values.isEmpty()).toList();
    List<SortedMap<String, V>> wordings = some.isEmpty() ? List.copyOf(all) : some;
    SortedSet<String> asked = new TreeSet<>();
    all.forEach(values -> asked.addAll(values.keySet()));
    List<String> queries =
        asked.stream()
            .filter(query -> wordings.stream().allMatch(values -> values.containsKey(query)))
            .toList();
    List<String> flags = new ArrayList<>();
    flags.addAll(leftOut(all.size() - wordings.size(), all.size(), "wordings"));
    flags.addAll(leftOut(asked.size() - queries.size(), asked.size(), "queries"));
    return new CompleteWordings<>(wordings, queries, flags);
  }

  /** The values of these queries, all of which have one. */
  static <V> List<V> inOrder(Map<String, V> values, List<String> queries) {
    return queries.stream().map(values::get).toList();
  }

  private static List<String> leftOut(int some, int all, String what) {
    return some == 0
        ? List.of()
        : List.of("%d of %d %s left out: a cell is empty".formatted(some, all, what));
  }
}
