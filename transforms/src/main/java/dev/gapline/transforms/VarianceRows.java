package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.transforms.statistics.CellValues;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.StudentEstimate;
import dev.gapline.transforms.statistics.VarianceComponents;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The analysis {@code variance-components}: wordings by queries by samples, rounds together, of
 * wordings like these, so that the reference wordings, which were chosen, are left out. They are of
 * the {@link CompleteWordings}, whose cells may hold different numbers of answers.
 */
final class VarianceRows {

  private static final String ANALYSIS = "variance-components";
  private static final String ANOVA = "anova";
  private static final List<String> TERMS =
      List.of("paraphrase", "query", "paraphrase_x_query", "within", "grand_mean");

  private VarianceRows() {}

  /** The terms of a slice of one temperature; none where fewer than two wordings are drawn. */
  static List<SensitivityFinding> of(SensitivitySlice slice, SensitivityOutcome outcome) {
    List<SortedMap<String, CellValues>> drawn =
        slice
            .cells()
            .where(cell -> !EstimateGap.ANCHORS.contains(cell.paraphrase()))
            .by(CellKey::paraphrase)
            .values()
            .stream()
            .map(outcome::values)
            .map(VarianceRows::withoutEmpty)
            .toList();
    if (drawn.size() < 2) {
      return List.of();
    }
    CompleteWordings<CellValues> table = CompleteWordings.of(drawn);
    return estimates(slice, table.wordings(), table.queries()).stream()
        .map(finding -> finding.flagged(table.flags()))
        .toList();
  }

  private static SortedMap<String, CellValues> withoutEmpty(SortedMap<String, CellValues> values) {
    SortedMap<String, CellValues> filled = new TreeMap<>(values);
    filled.values().removeIf(CellValues::isEmpty);
    return filled;
  }

  private static List<SensitivityFinding> estimates(
      SensitivitySlice slice, List<SortedMap<String, CellValues>> wordings, List<String> queries) {
    if (wordings.size() < 2) {
      return nothing(wordings.size(), queries.size(), Flag.TOO_FEW_PARAPHRASES);
    }
    if (queries.size() < 2) {
      return nothing(
          wordings.size(), queries.size(), queries.isEmpty() ? Flag.NO_ROWS : Flag.THIS_PROMPT);
    }
    List<List<CellValues>> table =
        wordings.stream().map(values -> CompleteWordings.inOrder(values, queries)).toList();
    VarianceComponents components = VarianceComponents.of(table);
    List<SensitivityFinding> findings = new ArrayList<>();
    for (VarianceComponents.Term term : components.terms()) {
      StudentEstimate estimate =
          new StudentEstimate(
              term.value(), null, null, null, null, term.p(), queries.size(), term.flags());
      findings.add(
          SensitivityFinding.of(ANALYSIS, term.name(), ANOVA, table.size(), estimate)
              .withShare(term.share()));
    }
    findings.add(
        SensitivityFinding.of(
            ANALYSIS, "grand_mean", ANOVA, table.size(), components.grandMean(slice.alpha())));
    return VarianceComponents.isBalanced(table)
        ? findings
        : findings.stream().map(finding -> finding.flagged(Flag.UNBALANCED)).toList();
  }

  private static List<SensitivityFinding> nothing(int wordings, int queries, Flag reason) {
    return TERMS.stream()
        .map(
            term ->
                SensitivityFinding.of(
                    ANALYSIS, term, ANOVA, wordings, StudentEstimate.none(queries, reason)))
        .toList();
  }
}
