package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gapline.pipeline.tables.Tables;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/** A run's folder, as a test looks into it. */
record Output(Path path) {

  RunState state() {
    try {
      return RunState.read(RunFolder.at(path)).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The current rows of a table. */
  List<GenericRecord> rows(String table) {
    try {
      return Tables.read(state().files(RunFolder.at(path), table));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of trials, after making sure that they are the first n of the plan, each once. */
  List<GenericRecord> trials() {
    List<GenericRecord> trials = rows("trials");
    assertEquals(
        LongStream.range(0, trials.size()).boxed().toList(),
        trials.stream().map(row -> (Long) row.get("order_index")).toList(),
        "places in the plan");
    assertEquals(
        trials.size(), trials.stream().map(row -> row.get("trial_id")).distinct().count(), "ids");
    return trials;
  }

  /** The bytes of the one file of a table, through the link that people use. */
  byte[] bytes(String table) {
    try {
      return Files.readAllBytes(path.resolve(table).resolve(table + ".parquet"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Segments of the ledger, of all legs. */
  List<Path> segments() {
    try (Stream<Path> files = Files.walk(path.resolve("ledger"))) {
      return files.filter(file -> file.toString().endsWith(".avro")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Outcomes on disk, in all segments as far as they are whole; read without Gapline's reader. */
  List<GenericRecord> ledger() {
    List<GenericRecord> settled = new ArrayList<>();
    for (Path segment : segments()) {
      try (DataFileReader<GenericRecord> reader =
          new DataFileReader<>(segment.toFile(), new GenericDatumReader<>())) {
        while (reader.hasNext()) {
          GenericRecord entry = reader.next();
          if (entry.get("intended") == null) {
            settled.add(entry);
          }
        }
      } catch (IOException | AvroRuntimeException e) {
        // It ends in the middle of a block: what is whole was counted.
      }
    }
    return settled;
  }
}
