package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CellTally;

/** One of the cells that a level averages over, with its counts. */
record SubCell(CellKey cell, CellTally tally) {

  /** A key by which sub-cells are put in a fixed order. */
  String order() {
    return String.join(
        "\u0001",
        cell.scenario(),
        cell.model(),
        cell.paraphrase(),
        cell.temperature().text(),
        cell.factors().toString());
  }
}
