package dev.gapline.transforms;

import dev.gapline.schemas.Factor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/**
 * Reads stored trials: only the columns that counting needs, a text of a dictionary once per row
 * group, and no object per row.
 */
public final class StoredTrials {

  private StoredTrials() {}

  /**
   * Tells every trial of a part, in the order of its rows. What is told is a view that changes with
   * the next row.
   *
   * @param factors of the study
   * @throws UnreadableTrials if the file is no part of {@code trials} of such a study
   */
  public static void forEach(Path part, List<Factor> factors, Consumer<StoredTrial> each)
      throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new LocalInputFile(part),
            ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new SnappyCodecs())
                .build())) {
      MessageType stored = reader.getFileMetaData().getSchema();
      TrialColumns columns = TrialColumns.of(part, stored, factors);
      reader.setRequestedSchema(columns.projection());
      MessageColumnIO io = new ColumnIOFactory().getColumnIO(columns.projection(), stored);
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        RecordReader<StoredTrial> rows = io.getRecordReader(group, columns);
        for (long row = 0; row < group.getRowCount(); row++) {
          each.accept(rows.read());
        }
      }
    } catch (RuntimeException e) {
      throw UnreadableTrials.in(part, e);
    }
  }
}
