package dev.gapline.transforms;

import dev.gapline.transforms.stores.Store;
import java.io.Closeable;
import java.io.IOException;
import org.apache.avro.generic.GenericRecord;

/**
 * The segments of one attempt at a unit, {@code <attempt>/<n>.avro}, n counted up from 0: one where
 * an open file can be forced, else one for each group of rows or each megabyte. There, a leg that
 * was overtaken is found out before its next segment counts.
 */
final class AttemptSegments implements Closeable {

  /** Beyond this many bytes a segment that becomes durable by closing is closed. */
  private static final long MOST_BYTES_UNFORCED = 1 << 20;

  private final Store store;
  private final String attempt;
  private final Legs.Standing standing;
  private LedgerSegment open;
  private int begun;

  AttemptSegments(Store store, String attempt, Legs.Standing standing) {
    this.store = store;
    this.attempt = attempt;
    this.standing = standing;
  }

  void append(GenericRecord row) throws IOException {
    if (open == null) {
      open = new LedgerSegment(store, "%s/%d.avro".formatted(attempt, begun++));
    }
    long bytes = open.append(row);
    if (store.durability() == Store.Durability.CLOSED && bytes > MOST_BYTES_UNFORCED) {
      finish();
    }
  }

  /** Keeps everything appended so far through the death of this process. */
  void keep() throws IOException {
    if (open == null) {
      return;
    }
    switch (store.durability()) {
      case FORCED -> open.keep();
      case CLOSED -> finish();
    }
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      finish();
    }
  }

  private void finish() throws IOException {
    LedgerSegment finished = open;
    open = null;
    finished.close();
    if (store.durability() == Store.Durability.CLOSED) {
      standing.requireLast();
    }
  }
}
