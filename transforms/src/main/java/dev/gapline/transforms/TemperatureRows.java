package dev.gapline.transforms;

import dev.gapline.schemas.Rounds;
import dev.gapline.transforms.statistics.CellValues;
import dev.gapline.transforms.statistics.Counts;
import dev.gapline.transforms.statistics.GapEstimate;
import dev.gapline.transforms.statistics.Gaps;
import dev.gapline.transforms.statistics.LogitSlope;
import dev.gapline.transforms.statistics.Method;
import dev.gapline.transforms.statistics.RateEstimate;
import dev.gapline.transforms.statistics.Rates;
import dev.gapline.transforms.statistics.RoundNoise;
import dev.gapline.transforms.statistics.StudentEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The analysis {@code temperature}: the estimate at each temperature, what rounds move it by, and
 * the slope over temperatures. Temperature is a fixed factor: a contrast, never a variance.
 */
final class TemperatureRows {

  private static final String ANALYSIS = "temperature";
  private static final String MEAN = "mean";

  private TemperatureRows() {}

  /** The terms at one temperature of so many; none where neither it nor the round varies. */
  static List<SensitivityFinding> at(
      SensitivitySlice slice, SensitivityOutcome outcome, int temperatures) {
    Map<Integer, CellTable> byRound = slice.cells().by(Rounds::of);
    List<SensitivityFinding> findings = new ArrayList<>();
    if (temperatures > 1 || byRound.size() > 1) {
      findings.add(estimate(slice, outcome, temperatures));
    }
    if (byRound.size() > 1) {
      RoundNoise noise = RoundNoise.of(complete(means(byRound, outcome)), slice.alpha());
      int rounds = byRound.size();
      findings.add(SensitivityFinding.of(ANALYSIS, MEAN, "two-way", rounds, noise.mean()));
      findings.add(
          SensitivityFinding.of(ANALYSIS, "between_rounds", "anova", rounds, noise.deviation()));
      findings.add(
          SensitivityFinding.of(
              ANALYSIS, "range_of_rounds", "max-minus-min", rounds, noise.range()));
    }
    return findings;
  }

  /** The slope of a rate over all temperatures of a slice, of which there are several. */
  static List<SensitivityFinding> across(SensitivitySlice slice, SensitivityOutcome outcome) {
    List<SensitivitySlice> byTemperature = slice.byTemperature();
    if (!outcome.isRate() || byTemperature.size() < 2) {
      return List.of();
    }
    List<SortedMap<String, CellValues>> values =
        byTemperature.stream().map(one -> outcome.values(one.cells())).toList();
    SortedSet<String> queries = new TreeSet<>();
    values.forEach(one -> queries.addAll(one.keySet()));
    List<List<Counts>> byQuery =
        queries.stream()
            .map(
                query ->
                    values.stream()
                        .map(one -> one.getOrDefault(query, outcome.nothing()).treatment())
                        .toList())
            .filter(counts -> counts.stream().anyMatch(one -> !one.isEmpty()))
            .toList();
    double[] temperatures =
        byTemperature.stream().mapToDouble(one -> one.temperature().value()).toArray();
    return List.of(
        SensitivityFinding.of(
            ANALYSIS,
            "logit_slope",
            "jackknife",
            temperatures.length,
            LogitSlope.of(temperatures, byQuery, slice.alpha())));
  }

  private static SensitivityFinding estimate(
      SensitivitySlice slice, SensitivityOutcome outcome, int temperatures) {
    if (outcome.isRate()) {
      RateEstimate rate =
          Rates.wilsonCluster(
              slice.cells().counts(outcome.condition(), outcome.measure()), slice.alpha());
      return SensitivityFinding.of(
          ANALYSIS,
          MEAN,
          Method.WILSON_CLUSTER.id(),
          temperatures,
          new StudentEstimate(
              rate.rate(),
              rate.se(),
              rate.df(),
              rate.low(),
              rate.high(),
              null,
              rate.clusters(),
              rate.flags()));
    }
    GapEstimate gap =
        Gaps.pairedClusterMacro(
            slice.cells().pairs(outcome.contrast(), outcome.measure()),
            slice.alpha(),
            Long.toString(slice.study().seed()));
    SensitivityFinding finding =
        SensitivityFinding.of(
            ANALYSIS,
            MEAN,
            Method.PAIRED_CLUSTER_MACRO.id(),
            temperatures,
            new StudentEstimate(
                gap.gap(),
                gap.se(),
                gap.df(),
                gap.low(),
                gap.high(),
                gap.pSuperiority(),
                gap.pairs(),
                gap.flags()));
    return gap.pFloor() == null ? finding : finding.withFloor(gap.pFloor());
  }

  /** Each query's mean, round by round. */
  static SortedMap<Integer, SortedMap<String, Double>> means(
      Map<Integer, CellTable> byRound, SensitivityOutcome outcome) {
    SortedMap<Integer, SortedMap<String, Double>> means = new TreeMap<>();
    byRound.forEach((round, cells) -> means.put(round, outcome.means(cells)));
    return means;
  }

  /** One row per round, one column per query that all rounds have. */
  static double[][] complete(SortedMap<Integer, SortedMap<String, Double>> byRound) {
    List<String> queries =
        byRound.values().iterator().next().keySet().stream()
            .filter(query -> byRound.values().stream().allMatch(one -> one.containsKey(query)))
            .toList();
    return byRound.values().stream()
        .map(one -> SensitivityOutcome.inOrder(one, queries))
        .toArray(double[][]::new);
  }
}
