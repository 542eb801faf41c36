package dev.gapline.transforms;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Snappy pages for Parquet through snappy-java alone. Parquet's own factory builds a Hadoop
 * configuration first, which reads XML defaults and brings five more libraries, at every start.
 */
public final class SnappyCodecs implements CompressionCodecFactory {

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName name) {
    return switch (name) {
      case SNAPPY -> new Compressor();
      default -> throw unknown(name);
    };
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
    return switch (name) {
      case SNAPPY -> new Decompressor();
      case UNCOMPRESSED -> new Verbatim();
      default -> throw unknown(name);
    };
  }

  @Override
  public void release() {}

  private static byte[] plain(BytesInput bytes) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(Math.toIntExact(bytes.size()));
    bytes.writeAllTo(plain);
    return plain.toByteArray();
  }

  private static IllegalArgumentException unknown(CompressionCodecName name) {
    return new IllegalArgumentException(
        "Pages compressed with %s are not of this program. SNAPPY is valid.".formatted(name));
  }

  private static final class Compressor implements BytesInputCompressor {
    @Override
    public BytesInput compress(BytesInput bytes) throws IOException {
      return BytesInput.from(Snappy.compress(plain(bytes)));
    }

    @Override
    public CompressionCodecName getCodecName() {
      return CompressionCodecName.SNAPPY;
    }

    @Override
    public void release() {}
  }

  private static final class Decompressor implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput bytes, int decompressedSize) throws IOException {
      return BytesInput.from(Snappy.uncompress(plain(bytes)));
    }

    @Override
    public void decompress(
        ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize) {
      byte[] compressed = new byte[compressedSize];
      input.get(compressed);
      try {
        output.put(Snappy.uncompress(compressed));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void release() {}
  }

  private static final class Verbatim implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput bytes, int decompressedSize) {
      return bytes;
    }

    @Override
    public void decompress(
        ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize) {
      byte[] bytes = new byte[compressedSize];
      input.get(bytes);
      output.put(bytes);
    }

    @Override
    public void release() {}
  }
}
