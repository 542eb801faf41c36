package dev.gapline.transforms;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Places in their order, read one after the other from files that memory need not hold. */
abstract class Places implements Closeable {

  private static final int BUFFER_BYTES = 1 << 16;

  /** The next place; null at the end. */
  abstract Place next() throws IOException;

  /** The first {@code count} places of a file, behind that many segments. */
  static Places read(Path file, long count, int segments) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    ByteBuffer buffer = ByteBuffer.allocate(Place.BYTES);
    return new Places() {
      private long left = count;

      @Override
      Place next() throws IOException {
        if (left == 0) {
          return null;
        }
        left--;
        if (in.readNBytes(buffer.array(), 0, Place.BYTES) < Place.BYTES) {
          throw new IOException(file + " ends too early.");
        }
        return Place.read(buffer.clear()).after(segments);
      }

      @Override
      public void close() throws IOException {
        in.close();
      }
    };
  }

  /** All of them in one order; of equal keys, all. */
  static Places merge(List<Places> sources) throws IOException {
    record Head(Place place, Places rest) {}
    PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparing(Head::place));
    for (Places source : sources) {
      Place first = source.next();
      if (first != null) {
        heads.add(new Head(first, source));
      }
    }
    List<Places> all = new ArrayList<>(sources);
    return new Places() {
      @Override
      Place next() throws IOException {
        Head least = heads.poll();
        if (least == null) {
          return null;
        }
        Place following = least.rest().next();
        if (following != null) {
          heads.add(new Head(following, least.rest()));
        }
        return least.place();
      }

      @Override
      public void close() throws IOException {
        for (Places source : all) {
          source.close();
        }
      }
    };
  }
}
