package dev.gapline.transforms;

import dev.gapline.schemas.Study;
import java.io.IOException;
import java.nio.file.Path;
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
   * Tells every trial of a part, in the order of its rows, each once: the rows must be the part's
   * own places in the order of the plan. What is told is a view that changes with the next row.
   *
   * @param file that holds the part
   * @param study of the run
   * @throws UnreadableTrials if the file does not hold the part's trials, each once
   */
  public static void forEach(Path file, StoredPart part, Study study, Consumer<StoredTrial> each)
      throws IOException {
    read(file, part, stored -> TrialColumns.of(file, stored, study), each);
  }

  /**
   * The same, and each trial also has the text of its answer, for a reader that judges it again.
   */
  public static void forEachWithAnswers(
      Path file, StoredPart part, Study study, Consumer<StoredTrial> each) throws IOException {
    read(file, part, stored -> TrialColumns.withAnswers(file, stored, study), each);
  }

  private interface Columns {
    TrialColumns of(MessageType stored) throws UnreadableTrials;
  }

  private static void read(Path file, StoredPart part, Columns wanted, Consumer<StoredTrial> each)
      throws IOException {
    long rows = 0;
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new LocalInputFile(file),
            ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new SnappyCodecs())
                .build())) {
      MessageType stored = reader.getFileMetaData().getSchema();
      TrialColumns columns = wanted.of(stored);
      reader.setRequestedSchema(columns.projection());
      MessageColumnIO io = new ColumnIOFactory().getColumnIO(columns.projection(), stored);
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        RecordReader<StoredTrial> records = io.getRecordReader(group, columns);
        for (long row = 0; row < group.getRowCount(); row++) {
          StoredTrial trial = records.read();
          requireInPlace(part, rows, trial);
          each.accept(trial);
          rows++;
        }
      }
    } catch (RuntimeException e) {
      throw UnreadableTrials.in(file, e);
    }
    if (rows != part.rows()) {
      throw new UnreadableTrials(
          "trials/%s holds %d trials; run.json says %d. A part as its run stored it is valid."
              .formatted(part.name(), rows, part.rows()),
          null);
    }
  }

  private static void requireInPlace(StoredPart part, long row, StoredTrial trial) {
    if (trial.orderIndex() != part.first() + row) {
      throw new IllegalArgumentException(
          "row %d has order_index %d where %d belongs, so that a trial stands twice or is missing"
              .formatted(row, trial.orderIndex(), part.first() + row));
    }
  }
}
