package dev.gapline.schemas;

import java.util.Locale;

/**
 * A slice of the plan that travels as one element.
 *
 * @param number place among the units, counted from 0
 * @param firstBlock first block of the slice
 * @param blocks how many
 */
public record WorkUnit(long number, long firstBlock, long blocks) {

  /** The unit's name in files: {@code u0000042}. */
  public String fileName() {
    return String.format(Locale.ROOT, "u%07d", number);
  }
}
