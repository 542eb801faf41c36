package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Rounds;
import dev.gapline.schemas.SensitivityRow;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cells among which wordings, rounds or temperatures are compared: everything else is the same
 * in all of them.
 *
 * @param temperature null where temperatures are compared
 * @param factors all but the round
 */
record SensitivitySlice(
    Study study,
    String model,
    Temperature temperature,
    SortedMap<String, String> factors,
    CellTable cells) {

  /** One slice per model and combination of factors, in order. */
  static List<SensitivitySlice> of(Study study, CellTable cells) {
    List<SensitivitySlice> slices = new ArrayList<>();
    cells
        .by(CellKey::model)
        .forEach(
            (model, ofModel) -> {
              SortedMap<String, SortedMap<String, String>> levels = new TreeMap<>();
              ofModel
                  .cells()
                  .forEach(
                      cell -> {
                        SortedMap<String, String> factors = Rounds.without(cell.cell());
                        levels.put(factors.toString(), factors);
                      });
              levels
                  .values()
                  .forEach(
                      factors ->
                          slices.add(
                              new SensitivitySlice(
                                  study,
                                  model,
                                  null,
                                  factors,
                                  ofModel.where(cell -> Rounds.without(cell).equals(factors)))));
            });
    return slices;
  }

  /** The slice cut by temperature, the lowest first. */
  List<SensitivitySlice> byTemperature() {
    return cells.by(CellKey::temperature).entrySet().stream()
        .map(one -> new SensitivitySlice(study, model, one.getKey(), factors, one.getValue()))
        .toList();
  }

  double alpha() {
    return study.analysis().alpha();
  }

  /** The smallest difference of that outcome that matters; null for none declared. */
  Double margin(SensitivityOutcome outcome) {
    return study.analysis().margins().get(outcome.measure().id());
  }

  /** A row of the table. */
  SensitivityRow row(SensitivityOutcome outcome, SensitivityFinding finding) {
    List<String> flags = new ArrayList<>(finding.allFlags());
    if (cells.hasResponseModels()) {
      flags.add("response-models");
    }
    String[] sorted = flags.stream().distinct().toArray(String[]::new);
    Arrays.sort(sorted);
    return new SensitivityRow(
        study.name(),
        cells.scenario(),
        model,
        null,
        temperature == null ? null : Double.valueOf(temperature.value()),
        finding.analysis(),
        finding.term(),
        outcome.quantity(),
        outcome.isRate() ? null : outcome.contrast().name(),
        outcome.condition(),
        outcome.measure().id(),
        finding.method(),
        finding.reference(),
        finding.levels(),
        finding.estimate().clusters(),
        finding.estimate().value(),
        finding.share(),
        finding.estimate().se(),
        finding.estimate().df(),
        finding.estimate().low(),
        finding.estimate().high(),
        finding.estimate().p(),
        finding.pFloor(),
        finding.pAdjusted(),
        finding.judgement() == null ? null : finding.judgement().outcome().id(),
        finding.judgement() == null ? null : finding.judgement().reason().id(),
        "parser=tags; missing=complete-case; weights=macro",
        String.join("; ", sorted),
        factors);
  }
}
