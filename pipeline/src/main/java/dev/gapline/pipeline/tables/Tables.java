package dev.gapline.pipeline.tables;

import dev.gapline.transforms.SnappyCodecs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;

/** Reads the files of a table. */
public final class Tables {

  private Tables() {}

  /** How many rows the files hold, from their footers. */
  public static long rows(List<Path> files) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new SnappyCodecs())
            .build();
    long rows = 0;
    for (Path file : files) {
      try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
        rows += reader.getRecordCount();
      }
    }
    return rows;
  }

  /** All rows of the files, in their order. */
  public static List<GenericRecord> read(List<Path> files) throws IOException {
    List<GenericRecord> rows = new ArrayList<>();
    for (Path file : files) {
      try (ParquetReader<GenericRecord> reader =
          AvroParquetReader.<GenericRecord>builder(
                  new LocalInputFile(file), new PlainParquetConfiguration())
              .withDataModel(GenericData.get())
              .withCodecFactory(new SnappyCodecs())
              .build()) {
        for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
          rows.add(withText(row));
        }
      }
    }
    return rows;
  }

  /** Tells every row of the files, in their order, with these columns alone. */
  static void forEach(List<Path> files, Schema columns, Consumer<GenericRecord> row)
      throws IOException {
    PlainParquetConfiguration configuration = new PlainParquetConfiguration();
    configuration.set(AvroReadSupport.AVRO_REQUESTED_PROJECTION, columns.toString());
    configuration.set("parquet.avro.read.schema", columns.toString());
    for (Path file : files) {
      try (ParquetReader<GenericRecord> reader =
          AvroParquetReader.<GenericRecord>builder(new LocalInputFile(file), configuration)
              .withDataModel(GenericData.get())
              .withCodecFactory(new SnappyCodecs())
              .build()) {
        for (GenericRecord next = reader.read(); next != null; next = reader.read()) {
          row.accept(withText(next));
        }
      }
    }
  }

  /** Avro's own text type becomes String. */
  private static GenericRecord withText(GenericRecord row) {
    for (int i = 0; i < row.getSchema().getFields().size(); i++) {
      if (row.get(i) instanceof CharSequence text) {
        row.put(i, text.toString());
      }
    }
    return row;
  }
}
