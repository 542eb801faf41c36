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
    List<String> complete =
        queries.stream()
            .filter(
                query ->
                    byParaphrase.stream()
                        .map(values -> values.getOrDefault(query, outcome.nothing()))
                        .noneMatch(CellValues::isEmpty))
            .toList();
    boolean leavesOut = complete.size() < queries.size();
    if (complete.size() < 2) {
      return nothing(
          byParaphrase.size(),
          complete.size(),
          leavesOut ? Flag.INCOMPLETE_QUERIES : Flag.THIS_PROMPT);
    }
    List<List<CellValues>> table =
        byParaphrase.stream()
            .map(values -> complete.stream().map(query -> values.get(query)).toList())
            .toList();
    VarianceComponents components = VarianceComponents.of(table);
    List<SensitivityFinding> findings = new ArrayList<>();
    for (VarianceComponents.Term term : components.terms()) {
      StudentEstimate estimate =
          new StudentEstimate(
              term.value(),
              null,
              null,
              null,
              null,
              term.p(),
              complete.size(),
              leavesOut ? with(term.flags(), Flag.INCOMPLETE_QUERIES) : term.flags());
      findings.add(
          SensitivityFinding.of(ANALYSIS, term.name(), ANOVA, table.size(), estimate)
              .withShare(term.share()));
    }
    findings.add(
        SensitivityFinding.of(
            ANALYSIS, "grand_mean", ANOVA, table.size(), components.grandMean(slice.alpha())));
    return findings;
  }

  private static List<String> with(List<String> flags, Flag more) {
    List<String> all = new ArrayList<>(flags);
    all.add(more.id());
    return all;
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
