package dev.gapline.transforms;

import dev.gapline.schemas.Rounds;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.Masking;
import dev.gapline.transforms.statistics.RoundNoise;
import dev.gapline.transforms.statistics.StudentEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The analysis {@code masking}: each temperature above 0 against 0, and the verdict on them. */
final class MaskingRows {

  private static final String ANALYSIS = "masking";
  private static final String ZERO = "0";
  private static final String MAX = "max";

  private MaskingRows() {}

  /** The terms of a slice; none where there is one temperature. */
  static List<SensitivityFinding> of(SensitivitySlice slice, SensitivityOutcome outcome) {
    List<SensitivitySlice> above = new ArrayList<>(slice.byTemperature());
    if (above.size() < 2) {
      return List.of();
    }
    SensitivitySlice zero = above.get(0);
    if (!zero.temperature().text().equals(ZERO)) {
      return List.of(
          SensitivityFinding.of(
              ANALYSIS,
              MAX,
              "by-query",
              above.size(),
              StudentEstimate.none(0, Flag.NO_ZERO_TEMPERATURE)));
    }
    above.remove(0);
    SortedMap<Integer, SortedMap<String, Double>> atZero =
        TemperatureRows.means(zero.cells().by(Rounds::of), outcome);
    List<StudentEstimate> differences = new ArrayList<>();
    for (SensitivitySlice one : above) {
      differences.add(
          Masking.difference(
              TemperatureRows.complete(
                  less(TemperatureRows.means(one.cells().by(Rounds::of), outcome), atZero)),
              slice.alpha()));
    }
    Masking masking = Masking.of(differences, slice.margin(outcome), slice.alpha());
    List<SensitivityFinding> findings = new ArrayList<>();
    for (int i = 0; i < above.size(); i++) {
      findings.add(
          finding(slice, above.get(i).temperature().text(), above.size(), differences.get(i))
              .judged(masking.adjusted().get(i), null));
    }
    boolean isEmpty = masking.largest() < 0;
    findings.add(
        finding(
                slice,
                MAX,
                above.size(),
                isEmpty
                    ? StudentEstimate.none(0, Flag.NO_ROWS)
                    : differences.get(masking.largest()))
            .judged(
                isEmpty ? null : masking.adjusted().get(masking.largest()), masking.judgement()));
    return findings;
  }

  private static SensitivityFinding finding(
      SensitivitySlice slice, String term, int levels, StudentEstimate estimate) {
    boolean isTwoWay = slice.study().rounds() >= RoundNoise.FEWEST_ROUNDS;
    return SensitivityFinding.of(
            ANALYSIS, term, isTwoWay ? "two-way" : "by-query", levels, estimate)
        .comparedWith(ZERO);
  }

  /** Query by query and round by round, where both have a value. */
  private static SortedMap<Integer, SortedMap<String, Double>> less(
      SortedMap<Integer, SortedMap<String, Double>> some,
      SortedMap<Integer, SortedMap<String, Double>> others) {
    SortedMap<Integer, SortedMap<String, Double>> differences = new TreeMap<>();
    some.forEach(
        (round, means) -> {
          SortedMap<String, Double> difference = new TreeMap<>();
          SortedMap<String, Double> other = others.getOrDefault(round, new TreeMap<>());
          means.forEach(
              (query, mean) -> {
                if (other.containsKey(query)) {
                  difference.put(query, mean - other.get(query));
                }
              });
          differences.put(round, difference);
        });
    return differences;
  }
}
