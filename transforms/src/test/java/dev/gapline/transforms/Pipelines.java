package dev.gapline.transforms;

import dev.gapline.schemas.CheckRow;
import dev.gapline.schemas.ContrastRow;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.RateRow;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.SensitivityRow;
import dev.gapline.schemas.UnitTally;
import dev.gapline.transforms.coders.RecordCoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;
import org.joda.time.Instant;

/** Pipelines on the direct runner with its checks on, and the tables that they wrote. */
final class Pipelines {

  private Pipelines() {}

  /** A pipeline to be run by the test itself. */
  static TestPipeline forTest() {
    return TestPipeline.create().enableAbandonedNodeEnforcement(false);
  }

  /**
   * Estimates and writes all tables but the trials of a leg from these tallies, each at its
   * window's time.
   */
  static void writeTables(Leg leg, List<UnitTally> tallies) {
    TestPipeline pipeline = forTest();
    List<TimestampedValue<UnitTally>> timed = new ArrayList<>();
    for (UnitTally tally : tallies) {
      Long start = tally.windowStartSeconds();
      timed.add(TimestampedValue.of(tally, Instant.ofEpochSecond(start == null ? 0 : start)));
    }
    PCollectionTuple estimated =
        pipeline
            .apply("Tallies", Create.timestamped(timed).withCoder(RecordCoder.of(UnitTally.class)))
            .apply("Estimate", Estimate.of(leg.study()));
    estimated
        .get(Estimate.RATES)
        .apply("Write rates", WriteTable.<RateRow>of("rates", leg, Estimate::order));
    estimated
        .get(Estimate.GAPS)
        .apply("Write gaps", WriteTable.<GapRow>of("gaps", leg, Estimate::order));
    estimated
        .get(Estimate.CONTRASTS)
        .apply("Write contrasts", WriteTable.<ContrastRow>of("contrasts", leg, Estimate::order));
    estimated
        .get(Estimate.SENSITIVITY)
        .apply(
            "Write sensitivity",
            WriteTable.<SensitivityRow>of("sensitivity", leg, Estimate::order));
    estimated
        .get(Estimate.CHECKS)
        .apply("Write checks", WriteTable.<CheckRow>of("checks", leg, Estimate::order));
    pipeline.run().waitUntilFinish();
  }

  /** Indexes the earlier legs, runs a leg from its plan to its commit, and returns its state. */
  static RunState run(Leg oneLane, int lanes) throws IOException {
    Leg leg = withLanes(oneLane, lanes);
    EarlierLegs.index(leg.folder(), leg.name());
    TestPipeline pipeline = forTest();
    PCollectionTuple ran =
        pipeline
            .apply("Plan units", Read.from(UnitSource.of(leg)))
            .apply("Run units", RunUnits.of(leg));
    PCollection<Receipt> receipts = ran.get(RunUnits.RECEIPTS);
    PCollectionTuple estimated =
        ran.get(RunUnits.TALLIES)
            .apply("Up to the stop", UpToTheStop.of(receipts))
            .apply("Estimate", Estimate.of(leg.study()));
    PCollectionList.of(
            estimated
                .get(Estimate.RATES)
                .apply("Write rates", WriteTable.<RateRow>of("rates", leg, Estimate::order)))
        .and(
            estimated
                .get(Estimate.GAPS)
                .apply("Write gaps", WriteTable.<GapRow>of("gaps", leg, Estimate::order)))
        .apply("Commit", CommitRun.of(leg, receipts));
    pipeline.run().waitUntilFinish();
    return RunState.read(leg.folder()).orElseThrow();
  }

  private static Leg withLanes(Leg leg, int lanes) {
    return new Leg(
        leg.folder(),
        leg.name(),
        leg.study(),
        leg.studyDigest(),
        lanes,
        leg.earlier(),
        leg.isSpread(),
        leg.answers());
  }

  /** All trials of the current tables, in the order of the plan. */
  static List<GenericRecord> trials(Leg leg) throws IOException {
    List<GenericRecord> rows = new ArrayList<>();
    for (Path file : RunState.read(leg.folder()).orElseThrow().files(leg.folder(), "trials")) {
      rows.addAll(read(file, null));
    }
    ColumnDocs.assertNamed("trials", rows);
    return rows;
  }

  /**
   * The rows of a table that {@link #writeTables} wrote, text as String; each of their words is one
   * that the table's documentation names.
   */
  static List<GenericRecord> read(Leg leg, String table) throws IOException {
    List<GenericRecord> rows =
        read(leg.folder().table(leg.name(), table).resolve(table + ".parquet"), null);
    ColumnDocs.assertNamed(table, rows);
    return rows;
  }

  /** The rows of a file, as that schema asks for them; null for the file's own. */
  static List<GenericRecord> read(Path file, Schema schema) throws IOException {
    PlainParquetConfiguration configuration = new PlainParquetConfiguration();
    if (schema != null) {
      configuration.set("parquet.avro.write-old-list-structure", "false");
      configuration.set("parquet.avro.projection", schema.toString());
      configuration.set("parquet.avro.read.schema", schema.toString());
    }
    List<GenericRecord> rows = new ArrayList<>();
    try (ParquetReader<GenericRecord> reader =
        AvroParquetReader.<GenericRecord>builder(new LocalInputFile(file), configuration)
            .withDataModel(GenericData.get())
            .withCodecFactory(new SnappyCodecs())
            .build()) {
      for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
        for (Schema.Field field : row.getSchema().getFields()) {
          if (row.get(field.pos()) instanceof CharSequence text) {
            row.put(field.pos(), text.toString());
          }
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
