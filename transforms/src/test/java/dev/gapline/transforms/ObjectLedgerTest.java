package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.testing.MemoryObjects;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A ledger in an object store. */
class ObjectLedgerTest extends LedgerLaws {

  private final String place = MemoryObjects.newPlace();

  @Override
  RunFolder run() {
    return RunFolder.of(place);
  }

  @Test
  void whatWasForcedIsAnObjectAndWhatWasNotIsNowhere() throws IOException {
    EarlierLegs none = nothingEarlier("001");
    UnitLedger ledger = UnitLedger.open(run(), "001", UNIT, none);
    ledger.settle(answer("a"));
    assertEquals(List.of(), segments());
    ledger.keep();
    ledger.keep();
    assertEquals(List.of("ledger/001/u0000003/1/0.avro"), segments());
    ledger.settle(answer("b"));
    ledger.close();
    assertEquals(
        List.of("ledger/001/u0000003/1/0.avro", "ledger/001/u0000003/1/1.avro"), segments());
  }

  @Test
  void aMegabyteIsNotWaitedWith() throws IOException {
    try (UnitLedger ledger = UnitLedger.open(run(), "001", UNIT, nothingEarlier("001"))) {
      for (int i = 0; segments().isEmpty(); i++) {
        assertTrue(i < 50, "nothing is durable yet");
        ledger.settle(answer("a" + i, response(incompressible(50_000, i))));
      }
    }
  }

  @Test
  void segmentsBeyondTheTenthAreReadInTheirOrder() throws IOException {
    EarlierLegs none = nothingEarlier("001");
    try (UnitLedger ledger = UnitLedger.open(run(), "001", UNIT, none)) {
      for (int i = 0; i < 250; i++) {
        ledger.settle(answer("same", response("answer " + i)));
        ledger.keep();
      }
    }
    assertEquals(250, segments().size());
    EarlierLegs.Summary summary = EarlierLegs.index(run(), "002");
    assertEquals(1, summary.settled());
    assertEquals("answer 0", textOf(EarlierLegs.open(run(), "002"), "same"));
  }

  @Test
  void anOvertakenLegStopsAtItsNextSegment() throws IOException {
    String first = Legs.begin(run());
    assertEquals("001", first);
    UnitLedger ledger = UnitLedger.open(run(), first, UNIT, nothingEarlier(first));
    ledger.settle(answer("a"));
    ledger.keep();
    assertEquals("002", Legs.begin(run()));
    assertEquals(
        Optional.of("Another process took this output."), new StopSignal(run(), first).reason());
    ledger.settle(answer("b"));
    Overtaken overtaken = assertThrows(Overtaken.class, ledger::keep);
    assertEquals(
        "Leg 001 was overtaken by leg 002: another process works on this output.",
        overtaken.getMessage());
  }

  @Test
  void ofManyWhoCreateAnObjectOneDoesAndItsBytesStand() throws Exception {
    Store store = run().store();
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 20; round++) {
        String name = "claim" + round;
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Future<Boolean>> claims = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
          byte[] bytes = {(byte) thread};
          claims.add(
              pool.submit(
                  () -> {
                    together.await();
                    return store.createIfAbsent(name, bytes);
                  }));
        }
        for (int thread = 0; thread < threads; thread++) {
          boolean won = claims.get(thread).get();
          assertEquals(store.read(name).orElseThrow()[0] == thread, won);
        }
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aFlippedByteOfAnObjectIsReportedWhereverItIs() throws IOException {
    write("001", UNIT, List.of(answer("a")));
    String name = segments().get(0);
    byte[] whole = run().store().read(name).orElseThrow();
    LegFiles leg = LegFiles.all(run().store()).get("001");
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 0x10;
      run().store().replace(name, flipped);
      AttemptScan.Found found = AttemptScan.of(run().store(), leg.attempts().get(0), 0);
      assertEquals(1, found.totals().damaged().size(), "byte " + at);
      assertEquals(List.of(), found.places(), "byte " + at);
    }
    run().store().replace(name, Arrays.copyOf(whole, whole.length - 1));
    EarlierLegs.Summary summary = EarlierLegs.index(run(), "002");
    assertEquals(List.of("001/u0000003/1/0.avro"), summary.damaged());
  }

  @Test
  void claimsReceiptsAndTheStopSignalHoldThere() throws IOException {
    assertFalse(UnitLedger.isBegun(run(), "001", UNIT));
    write("001", UNIT, List.of());
    assertTrue(UnitLedger.isBegun(run(), "001", UNIT));
    StopSignal here = new StopSignal(run(), "001");
    StopSignal there = new StopSignal(run(), "001");
    here.raise("The budget is spent.");
    there.raise("Interrupted.");
    assertEquals(Optional.of("The budget is spent."), there.reason());
    Leg leg = Samples.leg(run(), "001", new Samples().study());
    RunState begun = RunState.begin(Optional.empty(), leg, 10);
    begun.write(run());
    assertEquals(Optional.of(begun), RunState.read(run()));
  }

  private List<String> segments() throws IOException {
    LegFiles leg = LegFiles.all(run().store()).get("001");
    return leg == null ? List.of() : leg.files().stream().map(Store.Stored::name).toList();
  }

  private static String incompressible(int length, long seed) {
    StringBuilder text = new StringBuilder();
    new java.util.Random(seed).ints(length, ' ', '~').forEach(c -> text.append((char) c));
    return text.toString();
  }
}
