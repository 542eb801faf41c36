package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.WorkUnit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  private static final WorkUnit UNIT = new WorkUnit(7, 0, 1);

  @TempDir Path folder;

  @Test
  void ofManyWhoCreateAFileOneDoesAndItsBytesStand() throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 20; round++) {
        Path file = folder.resolve("claim" + round);
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Future<Boolean>> claims = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
          byte[] bytes = ("thread " + thread + " ").repeat(1000).getBytes(StandardCharsets.UTF_8);
          claims.add(
              pool.submit(
                  () -> {
                    together.await();
                    return RunFolder.createIfAbsent(file, bytes);
                  }));
        }
        int winner = -1;
        for (int thread = 0; thread < threads; thread++) {
          if (claims.get(thread).get()) {
            assertEquals(-1, winner, "two claims succeeded");
            winner = thread;
          }
        }
        assertEquals(("thread " + winner + " ").repeat(1000), Files.readString(file));
      }
    } finally {
      pool.shutdown();
    }
    assertEquals(20, names().size(), "no temporary file is left");
  }

  @Test
  void replacingLeavesTheNewBytesAndNoOtherFile() throws IOException {
    Path file = folder.resolve("run.json");
    for (String text : List.of("first, and longer", "second")) {
      RunFolder.replace(file, text.getBytes(StandardCharsets.UTF_8));
      assertEquals(text, Files.readString(file));
    }
    assertEquals(Set.of("run.json"), names());
  }

  @Test
  void whatCannotBeReplacedLeavesNoOtherFile() throws IOException {
    Path file = folder.resolve("run.json");
    Files.createDirectories(file.resolve("in the way"));
    assertThrows(IOException.class, () -> RunFolder.replace(file, new byte[] {1}));
    assertEquals(Set.of("run.json"), names());
  }

  @Test
  void theFirstReceiptOfAUnitStands() throws IOException {
    RunFolder run = RunFolder.at(folder);
    Files.createDirectories(run.ledger("001", UNIT));
    assertEquals(Optional.empty(), Receipts.read(run, "001", UNIT));
    Receipt first = receipt("u0000007-1.parquet");
    assertEquals(first, Receipts.claim(run, "001", UNIT, first));
    assertEquals(first, Receipts.claim(run, "001", UNIT, receipt("u0000007-2.parquet")));
    assertEquals(Optional.of(first), Receipts.read(run, "001", UNIT));
    assertEquals(Optional.empty(), Receipts.read(run, "001", new WorkUnit(8, 0, 1)));
  }

  @Test
  void theFirstReasonToStopStandsInEveryProcess() throws IOException {
    RunFolder run = RunFolder.at(folder);
    Files.createDirectories(run.ledger("001"));
    StopSignal here = new StopSignal(run, "001");
    StopSignal there = new StopSignal(run, "001");
    assertFalse(here.isRaised());
    assertEquals(Optional.empty(), here.reason());
    here.raise("The budget is spent.");
    here.raise("Something else.");
    assertFalse(there.isRaised(), "nobody looked");
    there.raise("Interrupted.");
    for (StopSignal signal : List.of(here, there, new StopSignal(run, "001"))) {
      assertEquals(Optional.of("The budget is spent."), signal.reason());
      assertTrue(signal.isRaised());
    }
    assertEquals(Optional.empty(), new StopSignal(run, "002").reason());
  }

  @Test
  void theStateOfARunComesBackEqual() throws IOException {
    RunFolder run = RunFolder.at(folder);
    assertEquals(Optional.empty(), RunState.read(run));
    RunState begun =
        RunState.begin(Optional.empty(), Samples.leg(run, "001", new Samples().study()), 10);
    assertEquals(List.of(), begun.files(run, "trials"));
    begun.write(run);
    assertEquals(Optional.of(begun), RunState.read(run));
    RunState next =
        RunState.begin(Optional.of(begun), Samples.leg(run, "002", new Samples().study()), 20);
    assertEquals(begun.tables(), next.tables());
    assertEquals(RunState.State.RUNNING, next.state());
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      Set<String> names = new TreeSet<>();
      all.forEach(file -> names.add(file.getFileName().toString()));
      return names;
    }
  }

  private static Receipt receipt(String part) {
    return new Receipt(
        7,
        2,
        part,
        "digest",
        2,
        0,
        1,
        3,
        10,
        20,
        0.1,
        List.of(new UnitTally(7, 5L, Tallies.cell("sim/m"), CellTally.empty())));
  }
}
