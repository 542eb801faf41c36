package dev.gapline.pipeline.tables;

import dev.gapline.transforms.SnappyCodecs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.avro.AvroParquetReader;
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
