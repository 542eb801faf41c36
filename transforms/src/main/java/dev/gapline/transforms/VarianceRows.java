package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.transforms.statistics.CellValues;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.StudentEstimate;
import dev.gapline.transforms.statistics.VarianceComponents;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** The analysis {@code variance-components}: wordings by queries by samples, rounds together. */
final class VarianceRows {

  private static final String ANALYSIS = "variance-components";
  private static final String ANOVA = "anova";
  private static final List<String> TERMS =
      List.of("paraphrase", "query", "paraphrase_x_query", "within", "grand_mean");

  private VarianceRows() {}

  /** The terms of a slice of one temperature; none where there is one wording only. */
  static List<SensitivityFinding> of(SensitivitySlice slice, SensitivityOutcome outcome) {
    List<SortedMap<String, CellValues>> byParaphrase =
        slice.cells().by(CellKey::paraphrase).values().stream().map(outcome::values).toList();
    if (byParaphrase.size() < 2) {
      return List.of();
    }
    SortedSet<String> queries = new TreeSet<>();
    byParaphrase.forEach(values -> queries.addAll(values.keySet()));
    List<List<CellValues>> table =
        byParaphrase.stream()
            .map(
                values ->
                    queries.stream()
                        .map(query -> values.getOrDefault(query, outcome.nothing()))
                        .toList())
            .toList();
    if (!VarianceComponents.isBalanced(table)) {
      return nothing(table, queries.size(), Flag.UNBALANCED);
    }
    if (queries.size() < 2) {
      return nothing(table, queries.size(), Flag.THIS_PROMPT);
    }
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
    return findings;
  }

  private static List<SensitivityFinding> nothing(
      List<List<CellValues>> table, int queries, Flag reason) {
    return TERMS.stream()
        .map(
            term ->
                SensitivityFinding.of(
                    ANALYSIS, term, ANOVA, table.size(), StudentEstimate.none(queries, reason)))
        .toList();
  }
}
