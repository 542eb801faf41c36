package dev.gapline.transforms;

import dev.gapline.schemas.CheckRow;
import dev.gapline.schemas.Study;
import java.util.List;

/** The rows of {@code checks}: the checks of the instrument. */
final class EstimateChecks {

  private EstimateChecks() {}

  /** All rows of one scenario, from its cells over all windows. */
  static List<CheckRow> of(Study study, CellTable cells) {
    return List.of();
  }
}
