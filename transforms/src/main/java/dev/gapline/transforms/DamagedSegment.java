package dev.gapline.transforms;

import java.io.IOException;

/**
 * A segment of the ledger is torn or was changed. What is whole before the place can be used; it is
 * reported, and no reason to stop. A file that cannot be read at all is another fault.
 */
final class DamagedSegment extends IOException {

  private static final long serialVersionUID = 1L;

  private final long position;

  /** The damage begins in the header, or in the block at that byte. */
  DamagedSegment(String file, long position, Exception cause) {
    super("%s is damaged at byte %d.".formatted(file, position), cause);
    this.position = position;
  }

  /** Where the header or the block begins that is not whole. */
  long position() {
    return position;
  }
}
