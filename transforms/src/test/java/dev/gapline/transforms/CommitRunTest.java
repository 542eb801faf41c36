package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.TableFile;
import dev.gapline.schemas.UnitTally;
import dev.gapline.transforms.coders.RecordCoder;
import dev.gapline.transforms.providers.Charge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitRunTest {

  /** Three units of two trials each. */
  private static final Study STUDY = new Samples().queries(3).study();

  @TempDir Path folder;

  private Leg leg(String name) {
    EarlierLegs.Summary earlier =
        new EarlierLegs.Summary(
            0, 100, 1000, 2000, 0.5, Receipt.Judging.NONE, Charge.NONE, 3, List.of());
    return new Leg(RunFolder.at(folder), name, STUDY, "digest", 1, earlier, false, null);
  }

  private void commit(Leg leg, Receipt... receipts) throws IOException {
    for (Receipt receipt : receipts) {
      if (receipt.part() != null) {
        Path part = leg.folder().table(leg.name(), "trials").resolve(receipt.part());
        Files.createDirectories(part.getParent());
        Files.writeString(part, "rows");
      }
    }
    TestPipeline pipeline = Pipelines.forTest();
    PCollection<Receipt> units =
        pipeline.apply(
            "Receipts", Create.of(List.of(receipts)).withCoder(RecordCoder.of(Receipt.class)));
    PCollectionList.of(file(pipeline, "rates"))
        .and(file(pipeline, "gaps"))
        .apply("Commit", CommitRun.of(leg, units));
    pipeline.run().waitUntilFinish();
  }

  private static PCollection<TableFile> file(Pipeline pipeline, String table) {
    return pipeline.apply(
        table, Create.of(new TableFile(table, table + ".parquet", 5, "digest of " + table)));
  }

  private RunState state() throws IOException {
    return RunState.read(RunFolder.at(folder)).orElseThrow();
  }

  @Test
  void aRunOfWholeUnitsIsComplete() throws IOException {
    commit(leg("001"), unit(2, 2), unit(0, 2), unit(1, 2));
    RunState state = state();
    assertEquals(RunState.State.COMPLETE, state.state());
    assertEquals(6, state.planned());
    assertEquals(6, state.stored());
    assertEquals(3, state.failed());
    assertEquals(3, state.reused());
    assertEquals(100 + 3 * 4, state.calls());
    assertEquals(1000 + 3 * 10, state.promptTokens());
    assertEquals(2000 + 3 * 20, state.completionTokens());
    assertEquals(0.5 + 3 * 0.25, state.costUsd());
    assertEquals(3, state.mayBePaidTwice());
    assertEquals(null, state.stopped());
    assertEquals("001", state.tablesLeg());
    assertEquals(
        List.of(part(0), part(1), part(2)),
        state.files(RunFolder.at(folder), "trials").stream()
            .map(file -> file.getFileName().toString())
            .toList());
    assertEquals(
        List.of(new RunState.File("rates.parquet", 5, "digest of rates")),
        state.tables().get("rates"));
    assertEquals(
        folder.toRealPath().resolve("tables/001/trials").resolve(part(0)),
        folder.resolve("trials").resolve(part(0)).toRealPath());
  }

  @Test
  void aRunThatWasStoppedEndsAtTheFirstUnitThatIsNotWhole() throws IOException {
    Leg leg = leg("001");
    Files.createDirectories(leg.folder().ledger("001"));
    new StopSignal(leg.folder(), "001").raise("The budget is spent.");
    commit(leg, unit(0, 2), unit(1, 1), unit(2, 2));
    RunState state = state();
    assertEquals(RunState.State.PARTIAL, state.state());
    assertEquals("The budget is spent.", state.stopped());
    assertEquals(3, state.stored());
    assertEquals(100 + 3 * 4, state.calls(), "what was paid beyond the stop is counted");
    assertEquals(2, state.tables().get("trials").size());
    assertTrue(Files.exists(folder.resolve("trials").resolve(part(1))));
    assertFalse(Files.exists(folder.resolve("trials").resolve(part(2))));
  }

  @Test
  void aRunThatStoredNothingStillHasATableOfTrials() throws IOException {
    Leg leg = leg("001");
    commit(leg, nothing(0), nothing(1), nothing(2));
    RunState state = state();
    assertEquals(RunState.State.PARTIAL, state.state());
    assertEquals(0, state.stored());
    List<Path> files = state.files(leg.folder(), "trials");
    assertEquals(1, files.size());
    assertEquals(List.of(), Pipelines.read(files.get(0), null));
  }

  @Test
  void committingTwiceDoesNoHarmAndALaterLegTakesTheLinks() throws IOException {
    for (String name : List.of("001", "001", "002")) {
      commit(leg(name), unit(0, 2), unit(1, 2), unit(2, 2));
      assertEquals(name, state().tablesLeg());
      assertEquals(
          folder.toRealPath().resolve("tables").resolve(name).resolve("trials"),
          folder.resolve("trials").toRealPath());
    }
  }

  @Test
  void aUnitWithoutReceiptOrWithTwoIsAFaultAndNothingIsCommitted() {
    for (List<Receipt> receipts :
        List.of(
            List.of(unit(0, 2), unit(2, 2)),
            List.of(unit(0, 2), unit(1, 2)),
            List.of(unit(1, 2), unit(2, 2)),
            List.of(unit(0, 2), unit(0, 2), unit(1, 2), unit(2, 2)))) {
      assertThrows(
          Pipeline.PipelineExecutionException.class,
          () -> commit(leg("001"), receipts.toArray(Receipt[]::new)));
      assertFalse(Files.exists(RunFolder.at(folder).state()));
    }
  }

  @Test
  void countsBeyondAUnitThatIsNotWholeAreDropped() {
    TestPipeline pipeline = Pipelines.forTest();
    PCollection<Receipt> receipts =
        pipeline.apply("Receipts", Create.of(unit(0, 2), unit(1, 1), unit(2, 2), nothing(3)));
    PCollection<Long> kept = kept(pipeline, receipts);
    PAssert.that(kept).containsInAnyOrder(0L, 1L);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void whereEveryUnitIsWholeNothingIsDropped() {
    TestPipeline pipeline = Pipelines.forTest();
    PCollection<Receipt> receipts =
        pipeline.apply("Receipts", Create.of(unit(0, 2), unit(1, 2), unit(2, 2)));
    PAssert.that(kept(pipeline, receipts)).containsInAnyOrder(0L, 1L, 2L, 3L);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void whereTheFirstUnitIsNotWholeOnlyItsBlocksAreKept() {
    TestPipeline pipeline = Pipelines.forTest();
    PCollection<Receipt> receipts =
        pipeline.apply("Receipts", Create.of(unit(1, 2), unit(0, 1), unit(2, 2)));
    PAssert.that(kept(pipeline, receipts)).containsInAnyOrder(0L);
    pipeline.run().waitUntilFinish();
  }

  private static PCollection<Long> kept(Pipeline pipeline, PCollection<Receipt> receipts) {
    return pipeline
        .apply("Tallies", Create.of(tally(0), tally(1), tally(2), tally(3)))
        .apply("Up to the stop", UpToTheStop.of(receipts))
        .apply("Units", MapElements.into(TypeDescriptors.longs()).via(UnitTally::unit));
  }

  private static UnitTally tally(long unit) {
    return new UnitTally(
        unit, null, Tallies.cell("sim/subject"), dev.gapline.schemas.CellTally.empty());
  }

  private static String part(long unit) {
    return "u000000" + unit + "-1.parquet";
  }

  private static Receipt unit(long number, long rows) {
    return new Receipt(number, 2, part(number), "digest", rows, 1, 1, 4, 10, 20, 0.25, List.of());
  }

  private static Receipt nothing(long number) {
    return new Receipt(number, 2, null, null, 0, 0, 0, 0, 0, 0, 0, List.of());
  }

  @Test
  void aFolderWithoutARunHasNoState() throws IOException {
    assertEquals(Optional.empty(), RunState.read(RunFolder.at(folder)));
  }
}
