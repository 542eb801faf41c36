package dev.gapline.transforms;

import dev.gapline.schemas.SensitivityRow;
import dev.gapline.schemas.Study;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The rows of {@code sensitivity}: how far rates and gaps move with what should not matter. */
final class EstimateSensitivity {

  private final List<Found> found = new ArrayList<>();

  private EstimateSensitivity() {}

  /** A finding with the coordinates of its row. */
  private record Found(
      SensitivitySlice slice, SensitivityOutcome outcome, SensitivityFinding finding) {

    SensitivityRow row() {
      return slice.row(outcome, finding);
    }
  }

  /** All rows of one scenario, from its cells over all windows. */
  static List<SensitivityRow> of(Study study, CellTable cells) {
    EstimateSensitivity all = new EstimateSensitivity();
    for (SensitivitySlice slice : SensitivitySlice.of(study, cells)) {
      for (SensitivityOutcome outcome : SensitivityOutcome.of(study, slice.cells())) {
        List<SensitivitySlice> byTemperature = slice.byTemperature();
        for (SensitivitySlice one : byTemperature) {
          all.add(one, outcome, VarianceRows.of(one, outcome));
          all.add(one, outcome, FlipRows.of(one, outcome));
          all.add(one, outcome, SpreadRows.of(one, outcome));
          all.add(one, outcome, ReferenceRows.of(one, outcome));
          all.add(one, outcome, ExactRows.of(one, outcome));
          all.add(one, outcome, TemperatureRows.at(one, outcome, byTemperature.size()));
        }
        all.add(slice, outcome, TemperatureRows.across(slice, outcome));
        all.add(slice, outcome, MaskingRows.of(slice, outcome));
      }
    }
    return all.rows();
  }

  private void add(
      SensitivitySlice slice, SensitivityOutcome outcome, List<SensitivityFinding> findings) {
    findings.forEach(finding -> found.add(new Found(slice, outcome, finding)));
  }

  /** The rows, those of the reference judged family by family. */
  private List<SensitivityRow> rows() {
    List<SensitivityRow> rows = new ArrayList<>();
    TreeMap<String, List<Found>> families = new TreeMap<>();
    for (Found one : found) {
      if (ReferenceRows.isJudged(one.finding())) {
        families.computeIfAbsent(one.outcome().family(), name -> new ArrayList<>()).add(one);
      } else {
        rows.add(one.row());
      }
    }
    for (List<Found> family : families.values()) {
      SensitivitySlice slice = family.get(0).slice();
      List<SensitivityFinding> judged =
          ReferenceRows.judge(
              family.stream().map(Found::finding).toList(),
              slice.margin(family.get(0).outcome()),
              slice.alpha());
      for (int i = 0; i < family.size(); i++) {
        rows.add(new Found(family.get(i).slice(), family.get(i).outcome(), judged.get(i)).row());
      }
    }
    return rows;
  }
}
