package dev.gapline.transforms;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/**
 * One append-only file of the ledger, with one writer. It writes through a channel of its own,
 * because Beam's local channel buffers 8 kB without a way to flush it. The snappy codec carries a
 * checksum of every block.
 */
final class LedgerSegment implements Closeable {

  private final FileChannel channel;
  private final DataFileWriter<GenericRecord> writer;

  /** Creates the file; it must not exist. */
  LedgerSegment(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    writer =
        new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(LedgerEntries.SCHEMA))
            .setCodec(CodecFactory.snappyCodec())
            .setMeta(
                LedgerBlocks.SCHEMA_DIGEST, LedgerBlocks.digest(LedgerEntries.SCHEMA.toString()));
    writer.create(LedgerEntries.SCHEMA, new ChannelStream(channel));
  }

  void append(GenericRecord row) throws IOException {
    writer.append(row);
  }

  /** Makes everything appended so far durable. */
  void force() throws IOException {
    writer.flush();
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      writer.flush();
      channel.force(true);
      writer.close();
    }
  }

  private static final class ChannelStream extends OutputStream {
    private final FileChannel channel;

    ChannelStream(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }
}
