package dev.gapline.transforms;

import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.ExactSums;
import dev.gapline.schemas.Measure;
import dev.gapline.transforms.statistics.StudentEstimate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    if (outcome.measure() != Measure.COMPLIANCE || !ExactValues.are(slice.cells())) {
      return List.of();
    }
    return new ExactRows(slice, outcome).findings();
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
      double most = mean(byQuery(unseen, Double::sum));
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
    Map<String, Integer> arms = new HashMap<>();
    List<String> names = slice.study().arms();
    for (int arm = 0; arm < names.size(); arm++) {
      arms.put(names.get(arm), arm);
    }
    List<Double> means = new ArrayList<>();
    for (List<List<ExactSums>> cells : queries.values()) {
      List<Double> values = new ArrayList<>();
      for (List<ExactSums> cell : cells) {
        if (outcome.isRate()) {
          Double rate = value.apply(new ExactValues(cell.get(arms.get(outcome.condition()))));
          if (rate != null) {
            values.add(rate);
          }
        } else {
          Double treatment =
              value.apply(new ExactValues(cell.get(arms.get(outcome.contrast().treatment()))));
          Double control =
              value.apply(new ExactValues(cell.get(arms.get(outcome.contrast().control()))));
          if (treatment != null && control != null) {
            values.add(pair.of(treatment, control));
          }
        }
      }
      if (!values.isEmpty()) {
        means.add(mean(values.stream().mapToDouble(Double::doubleValue).toArray()));
      }
    }
    return means.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? 0 : sum / values.length;
  }
}
