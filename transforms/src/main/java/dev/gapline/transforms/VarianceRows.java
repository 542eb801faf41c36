package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.transforms.statistics.CellValues;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.StudentEstimate;
import dev.gapline.transforms.statistics.VarianceComponents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The analysis {@code variance-components}: wordings by queries by samples, rounds together, of
 * wordings like these, so that the reference wordings, which were chosen, are left out. Where
 * answers are missing, wordings without any value and then queries without one in some wording are
 * left out, and it is said how many; the cells that remain may hold different numbers of answers.
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
            .toList();
    if (drawn.size() < 2) {
      return List.of();
    }
    List<SortedMap<String, CellValues>> wordings =
        drawn.stream()
            .filter(values -> values.values().stream().anyMatch(cell -> !cell.isEmpty()))
            .toList();
    SortedSet<String> all = new TreeSet<>();
    drawn.forEach(values -> all.addAll(values.keySet()));
    List<String> queries =
        all.stream()
            .filter(query -> wordings.stream().allMatch(values -> has(values, query)))
            .toList();
    List<String> flags = new ArrayList<>();
    flags.addAll(leftOut(drawn.size() - wordings.size(), drawn.size(), "wordings"));
    flags.addAll(leftOut(all.size() - queries.size(), all.size(), "queries"));
    return estimates(slice, wordings, queries).stream()
        .map(finding -> finding.flagged(flags))
        .toList();
  }

  private static boolean has(SortedMap<String, CellValues> values, String query) {
    return values.containsKey(query) && !values.get(query).isEmpty();
  }

  private static List<String> leftOut(int some, int all, String what) {
    return some == 0
        ? List.of()
        : List.of("%d of %d %s left out: a cell is empty".formatted(some, all, what));
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
        wordings.stream().map(values -> inOrder(values, queries)).toList();
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

  private static List<CellValues> inOrder(Map<String, CellValues> values, List<String> queries) {
    return queries.stream().map(values::get).toList();
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
