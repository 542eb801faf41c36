package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.Spread;
import dev.gapline.transforms.statistics.StudentEstimate;
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
    CompleteWordings<Double> table = CompleteWordings.of(byWording);
    List<String> queries = table.queries();
    double[][] values =
        table.wordings().stream()
            .map(one -> SensitivityOutcome.inOrder(one, queries))
            .toArray(double[][]::new);
    StudentEstimate spread =
        values.length < 2
            ? StudentEstimate.none(queries.size(), Flag.TOO_FEW_PARAPHRASES)
            : Spread.of(queries, values, Long.toString(slice.study().seed()), slice.alpha());
    return List.of(
        SensitivityFinding.of("spread", "max_minus_min", "bootstrap", values.length, spread)
            .flagged(table.flags()));
  }
}
