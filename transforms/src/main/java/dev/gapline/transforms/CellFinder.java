package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The cells of a study by what rows of {@code trials} say of them; each is made once. */
final class CellFinder {

  private record Coordinates(
      String scenario, String model, String paraphrase, double temperature, List<String> levels) {}

  private final Map<Coordinates, CellKey> cells = new HashMap<>();
  private final Map<Double, Temperature> temperatures = new HashMap<>();
  private final List<String> factors;

  /** Finds the cells of that study. */
  CellFinder(Study study) {
    study.temperatures().forEach(value -> temperatures.put(value.value(), value));
    factors = study.factors().stream().map(Factor::name).sorted().toList();
  }

  /**
   * The cell of a trial; equal trials' cells are the same object.
   *
   * @throws IllegalArgumentException if the study has no such temperature
   */
  CellKey of(StoredTrial trial) {
    List<String> levels = new ArrayList<>(factors.size());
    for (int i = 0; i < factors.size(); i++) {
      levels.add(trial.factor(i));
    }
    return cells.computeIfAbsent(
        new Coordinates(
            trial.scenario(), trial.model(), trial.paraphrase(), trial.temperature(), levels),
        this::cell);
  }

  private CellKey cell(Coordinates coordinates) {
    Temperature temperature = temperatures.get(coordinates.temperature());
    if (temperature == null) {
      throw new IllegalArgumentException(
          "temperature %s is not of the study".formatted(coordinates.temperature()));
    }
    SortedMap<String, String> levels = new TreeMap<>();
    for (int i = 0; i < factors.size(); i++) {
      levels.put(factors.get(i), coordinates.levels().get(i));
    }
    return new CellKey(
        coordinates.scenario(), coordinates.model(), coordinates.paraphrase(), temperature, levels);
  }
}
