package dev.gapline.transforms;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * Puts the one thing of a Parquet footer that differs from process to process into a fixed order:
 * Parquet lists a column's encodings as a hash set of enum constants gives them, that is by their
 * addresses in memory.
 */
final class StableFooter {

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private StableFooter() {}

  /** Rewrites the footer of a finished file. */
  static void settle(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = channel.size() - 4 - MAGIC.length;
      int length = read(channel, end, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
      long start = end - length;
      FileMetaData footer =
          Util.readFileMetaData(new ByteArrayInputStream(read(channel, start, length).array()));
      for (RowGroup group : footer.getRow_groups()) {
        for (ColumnChunk column : group.getColumns()) {
          List<Encoding> encodings = new ArrayList<>(column.getMeta_data().getEncodings());
          Collections.sort(encodings);
          column.getMeta_data().setEncodings(encodings);
        }
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(length + 64);
      Util.writeFileMetaData(footer, bytes);
      ByteBuffer tail = ByteBuffer.allocate(bytes.size() + 4 + MAGIC.length);
      tail.put(bytes.toByteArray());
      tail.order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.size()).put(MAGIC).flip();
      channel.truncate(start);
      channel.position(start);
      while (tail.hasRemaining()) {
        channel.write(tail);
      }
      channel.force(true);
    }
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("The file ends inside its footer.");
      }
    }
    return buffer.flip();
  }
}
