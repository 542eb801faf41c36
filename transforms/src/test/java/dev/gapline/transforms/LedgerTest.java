package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.providers.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

  private static final WorkUnit UNIT = new WorkUnit(3, 0, 10);

  @TempDir Path folder;

  private RunFolder run() {
    return RunFolder.at(folder);
  }

  @Test
  void whatWasSettledComesBackInTheNextLegWithEveryField() throws IOException {
    List<Ledger.Entry> entries = new ArrayList<>();
    entries.add(answer("full", new Response("Text \u4e16\n", "why", "stop", "m-1", 3L, 4L, 5L, 2)));
    entries.add(answer("bare", new Response("", null, null, null, null, null, null, 1)));
    entries.add(
        answer("long", new Response("x".repeat(300_000), null, "length", null, 1L, 2L, null, 1)));
    entries.add(failure("refused", FailureCategory.BAD_REQUEST));
    entries.add(failure("filtered", FailureCategory.CONTENT_FILTER));
    write("001", UNIT, entries);
    EarlierLegs.index(run(), "002");
    EarlierLegs earlier = EarlierLegs.open(run(), "002");
    for (Ledger.Entry entry : entries) {
      assertEquals(Optional.of(entry), earlier.find(entry.key()));
    }
  }

  @Test
  void everyCategoryOfFailureIsKeptOrAskedAgainByWhetherItMayPass() throws IOException {
    List<Ledger.Entry> entries = new ArrayList<>();
    for (FailureCategory category : FailureCategory.values()) {
      entries.add(failure(category.name(), category));
    }
    write("001", UNIT, entries);
    EarlierLegs.Summary summary = EarlierLegs.index(run(), "002");
    EarlierLegs earlier = EarlierLegs.open(run(), "002");
    for (Ledger.Entry entry : entries) {
      assertEquals(
          entry.completion().isFinal() ? Optional.of(entry) : Optional.empty(),
          earlier.find(entry.key()),
          entry.completion().failure().category()::name);
    }
    assertEquals(2, summary.settled());
    assertEquals(3L * FailureCategory.values().length, summary.calls());
  }

  @Test
  void everyKeyAmongThousandsIsFoundAndNoOther() throws IOException {
    List<Ledger.Entry> all = new ArrayList<>();
    for (int leg = 1; leg <= 3; leg++) {
      for (int unit = 0; unit < 4; unit++) {
        List<Ledger.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
          entries.add(answer("%d/%d/%d".formatted(leg, unit, i)));
        }
        write("00" + leg, new WorkUnit(unit, 0, 1), entries);
        all.addAll(entries);
      }
    }
    EarlierLegs.Summary summary = EarlierLegs.index(run(), "004");
    assertEquals(3600, summary.settled());
    assertEquals(List.of(), summary.damaged());
    EarlierLegs earlier = EarlierLegs.open(run(), "004");
    for (int i = 0; i < all.size(); i++) {
      Ledger.Entry entry = all.get((int) ((i * 1009L) % all.size()));
      assertEquals(Optional.of(entry), earlier.find(entry.key()));
      assertEquals(Optional.empty(), earlier.find(key("absent " + i)));
    }
    for (String edge :
        List.of("0".repeat(32), "f".repeat(32), "7" + "f".repeat(31), "8" + "0".repeat(31))) {
      assertEquals(Optional.empty(), earlier.find(edge));
    }
  }

  @Test
  void theFirstOutcomeOfAKeyStands() throws IOException {
    write("001", UNIT, List.of(failure("a", FailureCategory.TIMEOUT)));
    write(
        "002", UNIT, List.of(answer("a", response("second leg")), answer("b", response("first"))));
    write("003", UNIT, List.of(answer("a", response("third leg")), answer("b", response("later"))));
    EarlierLegs.Summary summary = EarlierLegs.index(run(), "004");
    EarlierLegs earlier = EarlierLegs.open(run(), "004");
    assertEquals("second leg", textOf(earlier, "a"));
    assertEquals("first", textOf(earlier, "b"));
    assertEquals(2, summary.settled());
    assertEquals(7, summary.calls());
  }

  @Test
  void legsAndAttemptsAreOrderedByTheirNumbers() throws IOException {
    write("999", UNIT, List.of(answer("a", response("of 999"))));
    write("1000", UNIT, List.of(answer("a", response("of 1000")), answer("b")));
    EarlierLegs.index(run(), "1001");
    assertEquals("of 999", textOf(EarlierLegs.open(run(), "1001"), "a"));
    EarlierLegs.index(run(), "1000");
    EarlierLegs earlier = EarlierLegs.open(run(), "1000");
    assertEquals("of 999", textOf(earlier, "a"));
    assertEquals(Optional.empty(), earlier.find(key("b")));
  }

  @Test
  void aRunWithoutEarlierLegsHasAnEmptyIndex() throws IOException {
    EarlierLegs.Summary summary = EarlierLegs.index(run(), "001");
    assertEquals(new EarlierLegs.Summary(0, 0, 0, 0, 0, 0, List.of()), summary);
    assertEquals(Optional.empty(), EarlierLegs.open(run(), "001").find(key("a")));
  }

  @Test
  void aSecondAttemptReadsWhatTheFirstSettled() throws IOException {
    EarlierLegs none = nothingEarlier("001");
    Ledger.Entry settled = answer("settled", response("of the first"));
    Ledger.Entry late = failure("late", FailureCategory.TIMEOUT);
    try (UnitLedger first = UnitLedger.open(run(), "001", UNIT, none)) {
      assertEquals(1, first.attempt());
      first.intend(new long[] {0, 1, 2});
      first.settle(settled, null);
      first.settle(late, null);
      first.force();
      try (UnitLedger second = UnitLedger.open(run(), "001", UNIT, none)) {
        assertEquals(2, second.attempt());
        assertEquals(Optional.of(settled), second.settled(settled.key()));
        assertEquals(Optional.of(late), second.settled(late.key()), "exhausted in this leg");
        assertTrue(second.settledInThisLeg(settled.key()));
        assertEquals(Optional.empty(), second.settled(key("never asked")));
        second.settle(answer("more"), null);
      }
    }
    try (UnitLedger third = UnitLedger.open(run(), "001", UNIT, none)) {
      assertEquals(3, third.attempt());
      assertTrue(third.settledInThisLeg(key("more")));
      assertTrue(third.settledInThisLeg(key("settled")));
    }
    try (UnitLedger other = UnitLedger.open(run(), "001", new WorkUnit(4, 0, 1), none)) {
      assertFalse(other.settledInThisLeg(key("settled")), "another unit is another ledger");
    }
  }

  @Test
  void anIntentWithoutAnOutcomeIsOpen() throws IOException {
    EarlierLegs none = nothingEarlier("001");
    try (UnitLedger first = UnitLedger.open(run(), "001", UNIT, none)) {
      first.intend(new long[] {0, 1, 2});
      first.settle(answer("0", new Response("x", null, null, null, 10L, 1L, null, 2)), 0.5);
      first.intend(new long[] {3});
    }
    assertEquals(
        new EarlierLegs.Summary(1, 2, 10, 1, 0.5, 3, List.of()), EarlierLegs.index(run(), "002"));
    try (UnitLedger second = UnitLedger.open(run(), "001", UNIT, none)) {
      second.intend(new long[] {1, 2, 3});
      second.settle(answer("1", new Response("x", null, null, null, 10L, 1L, null, 1)), 0.25);
      second.settle(answer("2", new Response("x", null, null, null, null, null, null, 1)), null);
      second.settle(failure("3", FailureCategory.SERVER_ERROR), null);
    }
    // What the first attempt sent and never heard of was paid once more by the second.
    assertEquals(
        new EarlierLegs.Summary(3, 7, 20, 2, 0.75, 3, List.of()), EarlierLegs.index(run(), "002"));
  }

  @Test
  void whatIsNotForcedIsStillThereAfterClosing() throws IOException {
    EarlierLegs none = nothingEarlier("001");
    UnitLedger ledger = UnitLedger.open(run(), "001", UNIT, none);
    ledger.settle(answer("a"), null);
    ledger.close();
    EarlierLegs.index(run(), "002");
    assertTrue(EarlierLegs.open(run(), "002").find(key("a")).isPresent());
  }

  @Test
  void aSegmentIsAnOrdinaryAvroFile() throws IOException {
    Path segment = write("001", UNIT, List.of(answer("a"), answer("b")));
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(segment.toFile(), new GenericDatumReader<>())) {
      List<String> keys = new ArrayList<>();
      reader.forEach(row -> keys.add(String.valueOf(row.get("key"))));
      assertEquals(List.of("null", key("a"), key("b")), keys);
    }
  }

  @Test
  void aSegmentToWhichNothingWasAppendedIsNotDamaged() throws IOException {
    Path segment = write("001", UNIT, List.of(answer("a")));
    Files.write(segment, new byte[0]);
    assertEquals(
        new EarlierLegs.Summary(0, 0, 0, 0, 0, 0, List.of()), EarlierLegs.index(run(), "002"));
  }

  @Test
  void aTornEndIsReportedWhereverItIsAndWhatWasWholeBeforeItIsUsed() throws IOException {
    Path segment = threeBlocks();
    byte[] whole = Files.readAllBytes(segment);
    List<Long> starts = starts(segment);
    for (int length = 1; length < whole.length; length++) {
      Files.write(segment, Arrays.copyOf(whole, length));
      int end = length;
      int blocks = (int) starts.stream().filter(start -> start <= end).count() - 1;
      boolean isBoundary = starts.contains((long) length);
      usesTheFirst(Math.max(0, blocks), !isBoundary, "cut to " + length);
      if (length % 97 == 0) {
        readsBackTheFirst(Math.max(0, blocks), "cut to " + length);
      }
    }
  }

  @Test
  void aFlippedByteIsReportedWhereverItIsAndNeverReadAsSomethingElse() throws IOException {
    Path segment = threeBlocks();
    byte[] whole = Files.readAllBytes(segment);
    List<Long> starts = starts(segment);
    for (int at = 0; at < whole.length; at++) {
      for (int mask : new int[] {0x01, 0x80, 0xff}) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) mask;
        Files.write(segment, flipped);
        int place = at;
        int blocks = (int) starts.stream().filter(start -> start <= place).count() - 1;
        usesTheFirst(Math.max(0, blocks), true, "byte " + at + " with " + mask);
      }
      if (at % 97 == 0) {
        int place = at;
        int blocks = (int) starts.stream().filter(start -> start <= place).count() - 1;
        readsBackTheFirst(Math.max(0, blocks), "byte " + at);
      }
    }
  }

  @Test
  void aBlockThatIsDamagedAfterItWasIndexedIsAFault() throws IOException {
    Path segment = threeBlocks();
    EarlierLegs.index(run(), "002");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length - 30] ^= 1;
    Files.write(segment, bytes);
    EarlierLegs earlier = EarlierLegs.open(run(), "002");
    assertTrue(earlier.find(key("0")).isPresent());
    assertThrows(IOException.class, () -> earlier.find(key("2")));
  }

  /** A segment of three blocks, each an intent and an outcome: keys 0, 1 and 2. */
  private Path threeBlocks() throws IOException {
    try (UnitLedger ledger = UnitLedger.open(run(), "001", UNIT, nothingEarlier("001"))) {
      for (int i = 0; i < 3; i++) {
        ledger.intend(new long[] {i});
        ledger.settle(answer(Integer.toString(i)), null);
        ledger.force();
      }
    }
    return run().ledger("001", UNIT).resolve("1").resolve("0.avro");
  }

  /** Where the blocks begin, and where the file ends. */
  private static List<Long> starts(Path segment) throws IOException {
    List<Long> starts = new ArrayList<>();
    try (LedgerBlocks blocks = LedgerBlocks.open(segment)) {
      for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
        starts.add(block.get().position());
      }
    }
    starts.add(Files.size(segment));
    return starts;
  }

  private void usesTheFirst(int blocks, boolean isDamaged, String what) throws IOException {
    EarlierLegs.Summary summary = EarlierLegs.index(run(), "002");
    assertEquals(isDamaged ? List.of("001/u0000003/1/0.avro") : List.of(), summary.damaged(), what);
    assertEquals(blocks, summary.settled(), what);
    assertEquals(0, summary.openIntents(), what);
    EarlierLegs earlier = EarlierLegs.open(run(), "002");
    for (int i = 0; i < 3; i++) {
      String key = key(Integer.toString(i));
      Optional<Ledger.Entry> expected =
          i < blocks ? Optional.of(answer(Integer.toString(i))) : Optional.empty();
      assertEquals(expected, earlier.find(key), what);
    }
  }

  private void readsBackTheFirst(int blocks, String what) throws IOException {
    try (UnitLedger second = UnitLedger.open(run(), "001", UNIT, nothingEarlier("001"))) {
      for (int i = 0; i < 3; i++) {
        assertEquals(i < blocks, second.settledInThisLeg(key(Integer.toString(i))), what);
      }
      Path attempt = run().ledger("001", UNIT).resolve(Integer.toString(second.attempt()));
      Files.delete(attempt.resolve("0.avro"));
      Files.delete(attempt);
    }
  }

  private EarlierLegs nothingEarlier(String leg) throws IOException {
    EarlierLegs.index(run(), leg);
    return EarlierLegs.open(run(), leg);
  }

  private Path write(String leg, WorkUnit unit, List<Ledger.Entry> entries) throws IOException {
    try (UnitLedger ledger = UnitLedger.open(run(), leg, unit, nothingEarlier(leg))) {
      long[] places = new long[entries.size()];
      Arrays.setAll(places, i -> i);
      ledger.intend(places);
      for (int i = 0; i < entries.size(); i++) {
        ledger.settle(entries.get(i), null);
        if (i % 50 == 49) {
          ledger.force();
        }
      }
      return run().ledger(leg, unit).resolve(Integer.toString(ledger.attempt())).resolve("0.avro");
    }
  }

  private static String textOf(EarlierLegs earlier, String name) throws IOException {
    return earlier.find(key(name)).orElseThrow().completion().response().text();
  }

  private static Response response(String text) {
    return new Response(text, null, "stop", "m", 7L, 11L, null, 1);
  }

  private static Ledger.Entry answer(String name) {
    return answer(name, response("answer to " + name));
  }

  private static Ledger.Entry answer(String name, Response response) {
    return new Ledger.Entry(
        key(name), "trial of " + name, Completion.of(response), 1_700_000_000_123L, 45);
  }

  private static Ledger.Entry failure(String name, FailureCategory category) {
    return new Ledger.Entry(
        key(name),
        "trial of " + name,
        Completion.of(new Failure(category, "Said \"no\".", 3)),
        1_700_000_000_123L,
        45);
  }

  private static String key(String name) {
    return Hashing.hex(16, "test", name);
  }
}
