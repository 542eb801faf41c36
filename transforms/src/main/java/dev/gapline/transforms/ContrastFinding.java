package dev.gapline.transforms;

import dev.gapline.schemas.Analysis.Weights;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Measure;
import dev.gapline.transforms.statistics.ContrastEstimate;
import dev.gapline.transforms.statistics.Method;
import java.util.List;

/**
 * A comparison before its family is known.
 *
 * @param fixed what both sides share; a null coordinate is compared or averaged over
 * @param levelA null where all values are compared at once
 * @param levelB null likewise
 * @param levels how many values are compared
 * @param contrast of the gaps compared; null where rates or the contrasts themselves are
 * @param condition of the rates compared; null where gaps or the conditions themselves are
 * @param flags further ones than the estimate's
 */
record ContrastFinding(
    LevelKey fixed,
    String axis,
    String levelA,
    String levelB,
    int levels,
    Quantity quantity,
    String contrast,
    String condition,
    Measure measure,
    Method method,
    Weights weights,
    ContrastEstimate estimate,
    List<String> flags) {

  /** What is compared. */
  enum Quantity {
    GAP,
    RATE,
    COMPLEMENT
  }

  /**
   * The family in which its p-value is adjusted. It does not depend on the data, so a ratio is of
   * the same one whichever interval it has.
   */
  List<String> family() {
    boolean isRatio = method == Method.RATIO_LOG || method == Method.FIELLER;
    return List.of(
        fixed.scenario() == null ? "" : fixed.scenario(),
        axis,
        quantity.name(),
        measure.id(),
        isRatio ? "ratio" : method.id());
  }
}
