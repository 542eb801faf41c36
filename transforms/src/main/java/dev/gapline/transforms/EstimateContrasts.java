package dev.gapline.transforms;

import dev.gapline.schemas.ContrastRow;
import dev.gapline.schemas.Study;
import java.util.List;

/**
 * The rows of {@code contrasts}: comparisons between models, temperatures, wordings, factors and
 * contrasts.
 */
final class EstimateContrasts {

  private EstimateContrasts() {}

  /** All rows of one scenario, from its cells over all windows. */
  static List<ContrastRow> of(Study study, CellTable cells) {
    return List.of();
  }
}
