package dev.gapline.transforms;

import dev.gapline.schemas.TableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;

/**
 * Writes all rows of a table as one file, in the order of the rows' sort keys. One writer, a fixed
 * name and a fixed order make the bytes the same at any parallelism and on every runner. A table
 * without rows still gets its file.
 *
 * @param <R> the row
 */
public final class WriteTable<R extends Record>
    extends PTransform<PCollection<R>, PCollection<TableFile>> {

  private static final long serialVersionUID = 1L;

  private final String table;
  private final Leg leg;
  private final SerializableFunction<R, String> order;

  private WriteTable(String table, Leg leg, SerializableFunction<R, String> order) {
    this.table = table;
    this.leg = leg;
    this.order = order;
  }

  /** Writes that table of the leg; {@code order} gives each row a distinct sort key. */
  public static <R extends Record> WriteTable<R> of(
      String table, Leg leg, SerializableFunction<R, String> order) {
    return new WriteTable<>(table, leg, order);
  }

  @Override
  public PCollection<TableFile> expand(PCollection<R> rows) {
    Packed<R> all = Packed.gather("Gather " + table, rows);
    return rows.getPipeline()
        .apply("Table " + table, Create.of(table))
        .apply("Write " + table, ParDo.of(new Write<>(leg, order, all)).withSideInputs(all.view()));
  }

  private static final class Write<R extends Record> extends DoFn<String, TableFile> {
    private static final long serialVersionUID = 1L;

    private final Leg leg;
    private final SerializableFunction<R, String> order;
    private final Packed<R> all;

    Write(Leg leg, SerializableFunction<R, String> order, Packed<R> all) {
      this.leg = leg;
      this.order = order;
      this.all = all;
    }

    @ProcessElement
    public void write(ProcessContext context) throws IOException {
      String table = context.element();
      List<R> rows = all.read(context);
      rows.sort(Comparator.comparing(order::apply));
      Path file = leg.folder().table(leg.name(), table).resolve(table + ".parquet");
      java.nio.file.Files.deleteIfExists(file);
      TableWriter writer =
          new TableWriter(table, TableSchema.of(table, leg.study().factors()), file);
      try (writer) {
        for (R row : rows) {
          writer.write(row);
        }
      }
      context.output(writer.finished());
    }
  }
}
