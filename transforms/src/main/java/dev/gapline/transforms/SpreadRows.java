package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.transforms.statistics.Spread;
import java.util.List;
import java.util.SortedMap;

/** The analysis {@code spread}: the wording with the most less that with the least. */
final class SpreadRows {

  private SpreadRows() {}

  /** The term of a slice of one temperature; none where there is one wording. */
  static List<SensitivityFinding> of(SensitivitySlice slice, SensitivityOutcome outcome) {
    List<SortedMap<String, Double>> byWording =
        slice.cells().by(CellKey::paraphrase).values().stream().map(outcome::means).toList();
    if (byWording.size() < 2) {
      return List.of();
    }
    List<String> queries =
        byWording.get(0).keySet().stream()
            .filter(query -> byWording.stream().allMatch(one -> one.containsKey(query)))
            .toList();
    double[][] values =
        byWording.stream()
            .map(one -> SensitivityOutcome.inOrder(one, queries))
            .toArray(double[][]::new);
    return List.of(
        SensitivityFinding.of(
            "spread",
            "max_minus_min",
            "bootstrap",
            values.length,
            Spread.of(queries, values, Long.toString(slice.study().seed()), slice.alpha())));
  }
}
