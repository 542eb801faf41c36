package dev.gapline.transforms;

import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Study;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cells that are compared along one axis: what they share, and one table per value of the axis, in
 * the order of the study. Coordinates that are neither fixed nor compared are averaged over within
 * each query.
 *
 * @param values parallel to {@code sides}
 */
record Comparison(LevelKey fixed, ContrastAxis axis, List<String> values, List<CellTable> sides) {

  /** All comparisons along an axis at the levels of the hypotheses. */
  static List<Comparison> along(ContrastAxis axis, Study study, Levels levels, CellTable cells) {
    Set<LevelKey> seen = new HashSet<>();
    List<Comparison> comparisons = new ArrayList<>();
    for (int level : levels.ofHypotheses()) {
      Map<LevelKey, Map<String, List<SubCell>>> groups = new LinkedHashMap<>();
      for (SubCell cell : cells.cells()) {
        groups
            .computeIfAbsent(
                axis.without(levels.key(level, null, cell.cell())), key -> new LinkedHashMap<>())
            .computeIfAbsent(axis.valueOf().apply(cell.cell()), value -> new ArrayList<>())
            .add(cell);
      }
      groups.forEach(
          (fixed, byValue) -> {
            if (byValue.size() > 1 && seen.add(fixed)) {
              comparisons.add(of(fixed, axis, study, byValue));
            }
          });
    }
    return comparisons;
  }

  private static Comparison of(
      LevelKey fixed, ContrastAxis axis, Study study, Map<String, List<SubCell>> byValue) {
    List<String> values = axis.values().stream().filter(byValue::containsKey).toList();
    return new Comparison(
        fixed,
        axis,
        values,
        values.stream().map(value -> CellTable.of(study, byValue.get(value))).toList());
  }

  /** The rows at the levels of the hypotheses, each with the cells that it averages over. */
  static Map<LevelKey, CellTable> rows(Study study, Levels levels, CellTable cells) {
    Map<LevelKey, List<SubCell>> rows = new LinkedHashMap<>();
    for (int level : levels.ofHypotheses()) {
      for (SubCell cell : cells.cells()) {
        rows.computeIfAbsent(levels.key(level, null, cell.cell()), key -> new ArrayList<>())
            .add(cell);
      }
    }
    Map<LevelKey, CellTable> tables = new LinkedHashMap<>();
    rows.forEach((key, some) -> tables.put(key, CellTable.of(study, some)));
    return tables;
  }
}
