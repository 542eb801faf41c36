package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.transforms.statistics.CellValues;
import dev.gapline.transforms.statistics.Counts;
import dev.gapline.transforms.statistics.FlipRate;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** The analysis {@code flip-rate}: how often answers differ, within a wording and between two. */
final class FlipRows {

  private static final String ANALYSIS = "flip-rate";
  private static final String METHOD = "by-query";

  private FlipRows() {}

  /** The terms of a rate in a slice of one temperature; of one wording the noise floor alone. */
  static List<SensitivityFinding> of(SensitivitySlice slice, SensitivityOutcome outcome) {
    if (!outcome.isRate()) {
      return List.of();
    }
    List<SortedMap<String, CellValues>> byParaphrase =
        slice.cells().by(CellKey::paraphrase).values().stream().map(outcome::values).toList();
    SortedSet<String> queries = new TreeSet<>();
    byParaphrase.forEach(values -> queries.addAll(values.keySet()));
    List<List<Counts>> byQuery =
        queries.stream()
            .map(
                query ->
                    byParaphrase.stream()
                        .map(values -> values.getOrDefault(query, outcome.nothing()).treatment())
                        .toList())
            .toList();
    FlipRate rate = FlipRate.of(byQuery, slice.alpha());
    int wordings = byParaphrase.size();
    SensitivityFinding within =
        SensitivityFinding.of(ANALYSIS, "within", METHOD, wordings, rate.within().withP(null));
    return wordings < 2
        ? List.of(within)
        : List.of(
            within,
            SensitivityFinding.of(
                ANALYSIS, "between", METHOD, wordings, rate.between().withP(null)),
            SensitivityFinding.of(ANALYSIS, "excess", METHOD, wordings, rate.excess()));
  }
}
