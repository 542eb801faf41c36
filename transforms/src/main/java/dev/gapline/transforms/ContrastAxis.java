package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Rounds;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A coordinate of cells whose values are compared while the others are fixed or averaged over.
 *
 * @param name as in the column {@code axis}
 * @param values in the order of the study, two at least
 * @param valueOf a cell's value
 */
record ContrastAxis(String name, List<String> values, Function<CellKey, String> valueOf) {

  static final String SCENARIO = "scenario";
  static final String MODEL = "model";
  static final String TEMPERATURE = "temperature";
  static final String PARAPHRASE = "paraphrase";

  /** The coordinates of a study that have several values. */
  static List<ContrastAxis> of(Study study) {
    List<ContrastAxis> axes = new ArrayList<>();
    axes.add(
        new ContrastAxis(
            SCENARIO, study.scenarios().stream().map(Scenario::name).toList(), CellKey::scenario));
    axes.add(
        new ContrastAxis(
            MODEL, study.models().stream().map(ModelSpec::id).toList(), CellKey::model));
    axes.add(
        new ContrastAxis(
            TEMPERATURE,
            study.temperatures().stream().map(Temperature::text).toList(),
            cell -> cell.temperature().text()));
    axes.add(new ContrastAxis(PARAPHRASE, study.paraphrases(), CellKey::paraphrase));
    for (Factor factor : study.factors()) {
      if (!Rounds.are(factor)) { // How rounds differ is the noise of asking again: sensitivity.
        axes.add(
            new ContrastAxis(
                factor.name(), factor.levels(), cell -> cell.factors().get(factor.name())));
      }
    }
    return axes.stream().filter(axis -> axis.values().size() > 1).toList();
  }

  /** That row's coordinates without this one, and of no level in particular. */
  LevelKey without(LevelKey row) {
    SortedMap<String, String> factors = new TreeMap<>(row.factors());
    factors.remove(name);
    return new LevelKey(
        Levels.ACROSS,
        null,
        is(SCENARIO) ? null : row.scenario(),
        is(MODEL) ? null : row.model(),
        is(PARAPHRASE) ? null : row.paraphrase(),
        is(TEMPERATURE) ? null : row.temperature(),
        factors);
  }

  boolean is(String coordinate) {
    return name.equals(coordinate);
  }
}
