package dev.gapline.transforms;

import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.ExactSums;
import dev.gapline.schemas.Measure;
import dev.gapline.transforms.statistics.StudentEstimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The analyses {@code exact} and {@code exact-curve}: compliance by the probabilities of the tokens
 * that decide it, beside what was sampled, and as a function of the temperature.
 */
final class ExactRows {

  /** More than this unseen is said of a row. */
  private static final double SAID = 0.001;

  private final SensitivitySlice slice;
  private final SensitivityOutcome outcome;

  /** By query, the sums of every arm in every cell that has any. */
  private final TreeMap<String, List<List<ExactSums>>> queries = new TreeMap<>();

  private ExactRows(SensitivitySlice slice, SensitivityOutcome outcome) {
    this.slice = slice;
    this.outcome = outcome;
    for (SubCell cell : slice.cells().cells()) {
      for (CellTally.QueryExact query : cell.tally().exact()) {
        queries.computeIfAbsent(query.query(), id -> new ArrayList<>()).add(query.arms());
      }
    }
  }

  /** The terms at one temperature; none where no decision is known, or of another measure. */
  static List<SensitivityFinding> of(SensitivitySlice slice, SensitivityOutcome outcome) {
    return outcome.measure() == Measure.COMPLIANCE
        ? new ExactRows(slice, outcome).findings()
        : List.of();
  }

  private List<SensitivityFinding> findings() {
    List<SensitivityFinding> findings = new ArrayList<>();
    add("exact", "exact", ExactValues::exact, ExactValues::unseen, findings);
    add("exact", "sampled", ExactValues::sampled, null, findings);
    for (int place = 0; place < ExactValues.TEMPERATURES.size(); place++) {
      int at = place;
      add(
          "exact-curve",
          ExactValues.TEMPERATURES.get(place),
          values -> values.exactAt(at),
          values -> values.unseenAt(at),
          findings);
    }
    return findings;
  }

  private void add(
      String analysis,
      String term,
      Function<ExactValues, Double> value,
      Function<ExactValues, Double> unseen,
      List<SensitivityFinding> findings) {
    double[] values = byQuery(value, (treatment, control) -> treatment - control);
    if (values.length == 0) {
      return;
    }
    SensitivityFinding finding =
        SensitivityFinding.of(
            analysis,
            term,
            "by-query",
            slice.cells().cells().size(),
            StudentEstimate.ofMean(values, slice.alpha()));
    if (unseen != null) {
      double most = Arrays.stream(byQuery(unseen, Double::sum)).average().orElse(0);
      if (most > SAID) {
        finding =
            finding.flagged(List.of(String.format(Locale.ROOT, "up to %.4f of it unseen", most)));
      }
    }
    findings.add(finding);
  }

  private interface Pair {
    double of(double treatment, double control);
  }

  /** Each query's mean over the cells that have a value, of both arms where there are two. */
  private double[] byQuery(Function<ExactValues, Double> value, Pair pair) {
    return queries.values().stream()
        .map(
            cells ->
                cells.stream()
                    .map(arms -> inCell(arms, value, pair))
                    .filter(Objects::nonNull)
                    .mapToDouble(Double::doubleValue)
                    .average())
        .flatMapToDouble(OptionalDouble::stream)
        .toArray();
  }

  /** The rate, or the pair of both arms; null where a value is missing. */
  private Double inCell(List<ExactSums> arms, Function<ExactValues, Double> value, Pair pair) {
    if (outcome.isRate()) {
      return inArm(arms, outcome.condition(), value);
    }
    Double treatment = inArm(arms, outcome.contrast().treatment(), value);
    Double control = inArm(arms, outcome.contrast().control(), value);
    return treatment == null || control == null
        ? null
        : Double.valueOf(pair.of(treatment, control));
  }

  private Double inArm(List<ExactSums> arms, String arm, Function<ExactValues, Double> value) {
    return value.apply(new ExactValues(arms.get(slice.study().arms().indexOf(arm))));
  }
}
