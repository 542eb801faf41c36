package dev.gapline.transforms;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * A local file of places sorted by key, one to a key; then, as JSON, what they stand for; then the
 * JSON's length and a checksum of everything before it.
 *
 * @param places how many
 */
record IndexFile(Path file, long places, Contents contents) {

  private static final int VERSION = 2;
  private static final int TAIL_BYTES = 4 + 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What an index stands for.
   *
   * @param stamp of the segments, as they were when they were read; a change changes it
   * @param segments by the numbers in the places
   * @param totals of the segments
   */
  record Contents(int version, String stamp, List<String> segments, LedgerTotals totals) {
    Contents(String stamp, List<String> segments, LedgerTotals totals) {
      this(VERSION, stamp, segments, totals);
    }
  }

  /** Writes the first place of each key. */
  static IndexFile write(Path file, Places sorted, Contents contents) throws IOException {
    long written = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
      ByteBuffer buffer = ByteBuffer.allocate(Place.BYTES);
      Place previous = null;
      for (Place place = sorted.next(); place != null; place = sorted.next()) {
        if (!place.hasKeyOf(previous)) {
          place.write(buffer.clear());
          checked.write(buffer.array());
          written++;
        }
        previous = place;
      }
      byte[] text = JSON.writeValueAsBytes(contents);
      checked.write(text);
      checked.write(ByteBuffer.allocate(4).putInt(text.length).array());
      out.write(ByteBuffer.allocate(8).putLong(checked.getChecksum().getValue()).array());
    }
    return new IndexFile(file, written, contents);
  }

  /** Opens an index; empty when it is not whole or not of this version, and so of no use. */
  static Optional<IndexFile> open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < TAIL_BYTES) {
        return Optional.empty();
      }
      ByteBuffer tail = read(channel, size - TAIL_BYTES, TAIL_BYTES);
      int length = tail.getInt();
      long places = size - TAIL_BYTES - length;
      if (length < 0 || places < 0 || places % Place.BYTES != 0) {
        return Optional.empty();
      }
      if (checksum(channel, size - 8) != tail.getLong()) {
        return Optional.empty();
      }
      Contents contents = JSON.readValue(read(channel, places, length).array(), Contents.class);
      return contents.version() == VERSION
          ? Optional.of(new IndexFile(file, places / Place.BYTES, contents))
          : Optional.empty();
    }
  }

  /** Its places, behind that many segments. */
  Places places(int segments) throws IOException {
    return Places.read(file, places, segments);
  }

  private static long checksum(FileChannel channel, long length) throws IOException {
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
    for (long at = 0; at < length; at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - at));
      readFully(channel, buffer, at);
      checksum.update(buffer.flip());
    }
    return checksum.getValue();
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    readFully(channel, buffer, position);
    return buffer.flip();
  }

  private static void readFully(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("An index became shorter while it was read.");
      }
    }
  }
}
