package dev.gapline.transforms;

import dev.gapline.schemas.SensitivityRow;
import dev.gapline.schemas.Study;
import java.util.List;

/** The rows of {@code sensitivity}: how far rates and gaps move with what should not matter. */
final class EstimateSensitivity {

  private EstimateSensitivity() {}

  /** All rows of one scenario, from its cells over all windows. */
  static List<SensitivityRow> of(Study study, CellTable cells) {
    return List.of();
  }
}
