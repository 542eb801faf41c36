package dev.gapline.transforms;

import dev.gapline.schemas.Hashing;
import dev.gapline.transforms.stores.LocalStore;
import dev.gapline.transforms.stores.Store;
import java.io.Closeable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.xerial.snappy.Snappy;

/**
 * Reads a segment of the ledger block by block, and finds every torn end and every flipped byte.
 *
 * <p>Segments are ordinary Avro files. They are read by hand because Avro's own reader takes an end
 * inside a block for the end of the file, believes whatever length stands there, and has no check
 * on the schema in the header. Here lengths must lie inside the file, a block must have its
 * checksum, its marker and its number of rows, and the header's schema the digest that was stored
 * beside it. The checksum is of the content, so that a flip in the compressed bytes that leaves the
 * very same content (a run of equal bytes has more than one spelling) is no damage.
 */
final class LedgerBlocks implements Closeable {

  /** In the header of a segment: the SHA-256 of its schema's text. */
  static final String SCHEMA_DIGEST = "gapline.schema_sha256";

  private static final String SCHEMA_TEXT = LedgerEntries.SCHEMA.toString();
  private static final byte[] MAGIC = {'O', 'b', 'j', 1};
  private static final int MARKER_BYTES = 16;
  private static final int CHECKSUM_BYTES = 4;
  private static final int USUAL_HEADER_BYTES = 16 << 10;
  private static final int MOST_HEADER_BYTES = 1 << 20;
  private static final int MOST_BLOCK_BYTES = 1 << 30;
  private static final int MOST_LENGTHS_BYTES = 20;

  /**
   * One whole block.
   *
   * @param position where it begins
   */
  record Block(long position, List<GenericRecord> rows) {}

  private final String file;
  private final SeekableByteChannel channel;
  private final Schema wanted;
  private final long size;
  private GenericDatumReader<GenericRecord> reader;
  private byte[] marker;
  private long next;

  private LedgerBlocks(String file, SeekableByteChannel channel, Schema wanted) throws IOException {
    this.file = file;
    this.channel = channel;
    this.wanted = wanted;
    this.size = channel.size();
  }

  /** Opens a segment of this machine for all of its fields. */
  static LedgerBlocks open(Path file) throws IOException {
    return open(new LocalStore(file.getParent()), file.getFileName().toString());
  }

  /** Opens a segment, as {@link #open(Store, String, Schema)}, for all of its fields. */
  static LedgerBlocks open(Store store, String file) throws IOException {
    return open(store, file, LedgerEntries.SCHEMA);
  }

  /**
   * Opens a segment; an empty file is one to which nothing was appended.
   *
   * @param wanted the fields to decode; all others are passed over
   * @throws DamagedSegment if its header is torn or damaged
   */
  static LedgerBlocks open(Store store, String file, Schema wanted) throws IOException {
    SeekableByteChannel channel = store.open(file);
    try {
      LedgerBlocks blocks = new LedgerBlocks(file, channel, wanted);
      if (blocks.size > 0) {
        blocks.readHeader();
      }
      return blocks;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The digest that the header of a segment with that schema holds. */
  static String digest(String schema) {
    return HexFormat.of()
        .formatHex(Hashing.newSha256().digest(schema.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The next block; empty at the end of the file.
   *
   * @throws DamagedSegment if it is torn or damaged
   */
  Optional<Block> next() throws IOException {
    if (next == size) {
      return Optional.empty();
    }
    return Optional.of(at(next));
  }

  /** The block that begins there; {@link #next} goes on after it. */
  Block at(long position) throws IOException {
    try {
      if (position < 0 || position >= size) {
        throw damaged(position, null);
      }
      ByteBuffer lengths = read(position, (int) Math.min(MOST_LENGTHS_BYTES, size - position));
      long rows = varint(lengths);
      long bytes = varint(lengths);
      long begin = position + lengths.position();
      if (rows < 1
          || bytes < CHECKSUM_BYTES
          || bytes > Math.min(MOST_BLOCK_BYTES, size - begin - MARKER_BYTES)) {
        throw damaged(position, null);
      }
      // The marker first: a length that was changed is found before so much is allocated.
      if (!Arrays.equals(marker, read(begin + bytes, MARKER_BYTES).array())) {
        throw damaged(position, null);
      }
      byte[] content = read(begin, (int) bytes).array();
      Block block = new Block(position, decode(plain(content, position), rows, position));
      next = begin + bytes + MARKER_BYTES;
      return block;
    } catch (BufferUnderflowException e) {
      throw damaged(position, e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void readHeader() throws IOException {
    int most = (int) Math.min(MOST_HEADER_BYTES, size);
    int usual = Math.min(USUAL_HEADER_BYTES, most);
    try {
      parseHeader(read(0, usual));
    } catch (BufferUnderflowException e) {
      if (usual == most) {
        throw damaged(0, e);
      }
      readLongHeader(most);
    }
  }

  private void readLongHeader(int length) throws IOException {
    try {
      parseHeader(read(0, length));
    } catch (BufferUnderflowException e) {
      throw damaged(0, e);
    }
  }

  private void parseHeader(ByteBuffer header) throws IOException {
    if (!Arrays.equals(MAGIC, bytes(header, MAGIC.length))) {
      throw damaged(0, null);
    }
    Map<String, String> entries = entries(header);
    marker = bytes(header, MARKER_BYTES);
    next = header.position();
    String text = entries.get("avro.schema");
    if (text == null
        || !digest(text).equals(entries.get(SCHEMA_DIGEST))
        || !"snappy".equals(entries.get("avro.codec"))) {
      throw damaged(0, null);
    }
    Schema written =
        text.equals(SCHEMA_TEXT) ? LedgerEntries.SCHEMA : new Schema.Parser().parse(text);
    reader = new GenericDatumReader<>(written, wanted);
  }

  private static Map<String, String> entries(ByteBuffer header) {
    Map<String, String> entries = new HashMap<>();
    for (long count = varint(header); count != 0; count = varint(header)) {
      if (count < 0) {
        varint(header);
      }
      for (long i = 0; i < Math.abs(count); i++) {
        String name = text(header);
        entries.put(name, text(header));
      }
    }
    return entries;
  }

  private byte[] plain(byte[] content, long position) throws IOException {
    int length = content.length - CHECKSUM_BYTES;
    // Checked before it is uncompressed, so that no damaged length is ever allocated.
    if (!Snappy.isValidCompressedBuffer(content, 0, length)) {
      throw damaged(position, null);
    }
    byte[] plain = new byte[Snappy.uncompressedLength(content, 0, length)];
    Snappy.uncompress(content, 0, length, plain, 0);
    CRC32 checksum = new CRC32();
    checksum.update(plain);
    if ((int) checksum.getValue() != ByteBuffer.wrap(content).getInt(length)) {
      throw damaged(position, null);
    }
    return plain;
  }

  private List<GenericRecord> decode(byte[] plain, long count, long position) throws IOException {
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(plain, null);
    List<GenericRecord> rows = new ArrayList<>();
    try {
      while (rows.size() < count && !decoder.isEnd()) {
        rows.add(reader.read(null, decoder));
      }
      if (rows.size() < count || !decoder.isEnd()) {
        throw damaged(position, null);
      }
    } catch (AvroRuntimeException e) {
      throw damaged(position, e);
    }
    return rows;
  }

  private ByteBuffer read(long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    channel.position(position);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw damaged(position, null);
      }
    }
    return buffer.flip();
  }

  private DamagedSegment damaged(long position, Exception cause) {
    return new DamagedSegment(file, position, cause);
  }

  private static String text(ByteBuffer buffer) {
    long length = varint(buffer);
    if (length < 0 || length > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    return new String(bytes(buffer, (int) length), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer buffer, int length) {
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  /** Avro's long: seven bits to a byte, the low ones first, zigzag. */
  private static long varint(ByteBuffer buffer) {
    long value = 0;
    int shift = 0;
    long part;
    do {
      if (shift > 63) {
        throw new BufferUnderflowException();
      }
      part = buffer.get();
      value |= (part & 0x7f) << shift;
      shift += 7;
    } while ((part & 0x80) != 0);
    return value >>> 1 ^ -(value & 1);
  }
}
