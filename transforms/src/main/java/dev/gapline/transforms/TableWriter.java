package dev.gapline.transforms;

import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.TableFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;

/**
 * Writes one Parquet file of a table. Equal rows in an equal order give equal bytes: nothing of the
 * time, the host or the run goes into the file.
 */
final class TableWriter implements Closeable {

  private static final long ROW_GROUP_BYTES = 8L << 20;
  private static final int DICTIONARY_BYTES = 2 << 20;

  private final String table;
  private final Path file;
  private final TableSchema schema;
  private final ParquetWriter<GenericRecord> writer;
  private final RunFolder remote;
  private final String name;
  private long rows;

  /** Creates a file of this machine, and its folder where it is missing. */
  TableWriter(String table, TableSchema schema, Path file) throws IOException {
    this(table, schema, file, null, null);
  }

  private TableWriter(String table, TableSchema schema, Path file, RunFolder remote, String name)
      throws IOException {
    this.remote = remote;
    this.name = name;
    this.table = table;
    this.schema = schema;
    this.file = file;
    Files.createDirectories(file.getParent());
    this.writer =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(schema.avro())
            .withDataModel(GenericData.get())
            .withCodecFactory(new SnappyCodecs())
            .withConf(configuration())
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withDictionaryPageSize(DICTIONARY_BYTES)
            .build();
  }

  /**
   * Creates the file of that name in a leg's table. In an object store it comes into being when it
   * is finished; until then it is a temporary file of this machine.
   */
  static TableWriter in(RunFolder folder, String leg, String table, TableSchema schema, String name)
      throws IOException {
    if (!folder.isRemote()) {
      return new TableWriter(table, schema, folder.table(leg, table).resolve(name));
    }
    Path file = Files.createTempDirectory("gapline-table").resolve(name);
    return new TableWriter(table, schema, file, folder, RunNames.table(leg, table) + "/" + name);
  }

  void write(Record row) throws IOException {
    writer.write(schema.toAvro(row));
    rows++;
  }

  long rows() {
    return rows;
  }

  @Override
  public void close() throws IOException {
    writer.close();
    StableFooter.settle(file);
  }

  /** The finished file, by name and digest; from now on it is where it belongs. */
  TableFile finished() throws IOException {
    TableFile finished = new TableFile(table, file.getFileName().toString(), rows, digest(file));
    if (remote != null) {
      remote.store().put(name, file);
      Folders.delete(file.getParent());
    }
    return finished;
  }

  /** Takes away what was written, finished or not. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
    if (remote != null) {
      remote.store().delete(name);
    }
  }

  /** The SHA-256 of a file, as hexadecimal text. */
  static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return digest(in);
    }
  }

  /** The SHA-256 of all that is left to read, as hexadecimal text. */
  static String digest(InputStream in) throws IOException {
    MessageDigest digest = Hashing.newSha256();
    byte[] buffer = new byte[1 << 16];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static PlainParquetConfiguration configuration() {
    PlainParquetConfiguration configuration = new PlainParquetConfiguration();
    configuration.setBoolean("parquet.avro.write-old-list-structure", false);
    return configuration;
  }
}
