package dev.gapline.schemas;

/**
 * A unit's counts of one cell in one window.
 *
 * @param unit number of the unit, by which counts beyond a stop are left out
 * @param windowStartSeconds event time; null in a study of one window
 */
public record UnitTally(long unit, Long windowStartSeconds, CellKey cell, CellTally tally) {

  /** The counts of both, of the same cell and window, under this one's number. */
  public UnitTally plus(UnitTally other) {
    return new UnitTally(unit, windowStartSeconds, cell, tally.plus(other.tally));
  }
}
