package dev.gapline.transforms;

import dev.gapline.schemas.TableFile;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.KV;
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
    return Packed.gather("Gather " + table, rows)
        .apply("Write " + table, ParDo.of(new Write<>(table, leg, order, rows.getCoder())));
  }

  private static final class Write<R extends Record>
      extends DoFn<KV<String, Iterable<byte[]>>, TableFile> {
    private static final long serialVersionUID = 1L;

    private final String table;
    private final Leg leg;
    private final SerializableFunction<R, String> order;
    private final Coder<R> coder;

    Write(String table, Leg leg, SerializableFunction<R, String> order, Coder<R> coder) {
      this.table = table;
      this.leg = leg;
      this.order = order;
      this.coder = coder;
    }

    @ProcessElement
    public void write(@Element KV<String, Iterable<byte[]>> all, OutputReceiver<TableFile> out)
        throws IOException {
      List<R> rows = Packed.unpack(coder, all.getValue());
      rows.sort(Comparator.comparing(order::apply));
      String file = table + ".parquet";
      leg.folder().store().delete(RunNames.table(leg.name(), table) + "/" + file);
      TableWriter writer =
          TableWriter.in(
              leg.folder(), leg.name(), table, TableSchema.of(table, leg.study().factors()), file);
      try (writer) {
        for (R row : rows) {
          writer.write(row);
        }
      }
      out.output(writer.finished());
    }
  }
}
