package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a ledger promises wherever it lies. */
abstract class LedgerLaws {

  static final WorkUnit UNIT = new WorkUnit(3, 0, 10);

  /** The run whose ledger is tried; empty at first, and the same throughout a test. */
  abstract RunFolder run();

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
    assertEquals(3, summary.settled());
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
    assertEquals(EarlierLegs.Summary.NONE, summary);
    assertEquals(Optional.empty(), EarlierLegs.open(run(), "001").find(key("a")));
  }

  @Test
  void aSecondAttemptReadsWhatTheFirstSettled() throws IOException {
    EarlierLegs none = nothingEarlier("001");
    Ledger.Entry settled = answer("settled", response("of the first"));
    Ledger.Entry late = failure("late", FailureCategory.TIMEOUT);
    try (UnitLedger first = UnitLedger.open(run(), "001", UNIT, none)) {
      assertEquals(1, first.attempt());
      first.intend(intents("0", "1", "2"));
      first.settle(settled);
      first.settle(late);
      first.keep();
      try (UnitLedger second = UnitLedger.open(run(), "001", UNIT, none)) {
        assertEquals(2, second.attempt());
        assertEquals(Optional.of(settled), second.settled(settled.key()));
        assertEquals(Optional.of(late), second.settled(late.key()), "exhausted in this leg");
        assertTrue(second.settledInThisLeg(settled.key()));
        assertEquals(Optional.empty(), second.settled(key("never asked")));
        second.settle(answer("more"));
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
      first.intend(intents("0", "1", "2"));
      first.settle(answer("0", new Response("x", null, null, null, 10L, 1L, null, 2), 0.5));
      first.intend(intents("3"));
    }
    assertEquals(
        new EarlierLegs.Summary(
            1, 2, 10, 1, 0.5, Receipt.Judging.NONE, new Charge(311, 0), 3, List.of()),
        EarlierLegs.index(run(), "002"));
    try (UnitLedger second = UnitLedger.open(run(), "001", UNIT, none)) {
      second.intend(intents("1", "2", "3"));
      second.settle(answer("1", new Response("x", null, null, null, 10L, 1L, null, 1), 0.25));
      second.settle(answer("2", new Response("x", null, null, null, null, null, null, 1)));
      second.settle(failure("3", FailureCategory.SERVER_ERROR));
    }
    // What the first attempt sent and never heard of was paid once more by the second.
    assertEquals(
        new EarlierLegs.Summary(
            3, 7, 20, 2, 0.75, Receipt.Judging.NONE, new Charge(333, 0), 3, List.of()),
        EarlierLegs.index(run(), "002"));
  }

  @Test
  void whatIsNotForcedIsStillThereAfterClosing() throws IOException {
    EarlierLegs none = nothingEarlier("001");
    UnitLedger ledger = UnitLedger.open(run(), "001", UNIT, none);
    ledger.settle(answer("a"));
    ledger.close();
    EarlierLegs.index(run(), "002");
    assertTrue(EarlierLegs.open(run(), "002").find(key("a")).isPresent());
  }

  @Test
  void compactingChangesNoAnswerAndNoTotal() throws IOException {
    List<Ledger.Entry> all = threeLegs();
    EarlierLegs.Summary before = index("004");
    LedgerCompaction.Result result = new LedgerCompaction(run().store(), anHourLater()).compact();
    assertEquals(3, result.legs());
    assertEquals(before.settled(), result.outcomes());
    assertTrue(result.bytesAfter() < result.bytesBefore(), result.toString());
    assertEquals(before, index("004"));
    holdsAll(all, "004");
    assertEquals(List.of(), List.copyOf(LegFiles.all(run().store()).keySet()), "old segments");
    assertEquals("005", Legs.begin(run()), "numbers go on");
    assertEquals(0, new LedgerCompaction(run().store(), anHourLater()).compact().legs());
    assertEquals(before, index("004"));
  }

  @Test
  void aDamagedSegmentIsKeptAsItIsByACompaction() throws IOException {
    threeLegs();
    Store store = run().store();
    String damaged = LegFiles.all(store).get("002").files().get(0).name();
    byte[] bytes = store.read(damaged).orElseThrow();
    bytes[bytes.length - 30] ^= 1;
    store.replace(damaged, bytes);
    EarlierLegs.Summary before = index("004");
    assertEquals(1, before.damaged().size());
    for (int time = 0; time < 2; time++) {
      new LedgerCompaction(store, anHourLater()).compact();
      assertEquals(before, index("004"));
      assertArrayEquals(bytes, store.read(damaged).orElseThrow());
    }
  }

  @Test
  void aCompactionThatDiesAnywhereLeavesAWholeLedger() throws IOException {
    List<Ledger.Entry> all = new ArrayList<>(threeLegs());
    boolean died = true;
    for (int steps = 0; died; steps++) {
      String leg = "%03d".formatted(4 + steps);
      String next = Legs.after(leg);
      List<Ledger.Entry> more = List.of(answer(leg), failure(leg + "!", FailureCategory.TIMEOUT));
      write(leg, UNIT, more);
      all.add(more.get(0));
      EarlierLegs.Summary before = index(next);
      try {
        new LedgerCompaction(new DyingStore(run().store(), steps), anHourLater()).compact();
        died = false;
      } catch (DyingStore.Died e) {
        assertEquals(before, index(next), "died after " + steps);
        holdsAll(all, next);
      }
      new LedgerCompaction(run().store(), anHourLater()).compact();
      assertEquals(before, index(next), "went on after " + steps);
      holdsAll(all, next);
      assertEquals(1, compactedFolders().size(), "nothing is left lying");
      assertTrue(steps < 100, "it ends");
    }
  }

  private Set<String> compactedFolders() throws IOException {
    Set<String> folders = new TreeSet<>();
    for (Store.Stored file : run().store().list("ledger/compacted")) {
      folders.add(file.name().split("/", -1)[2]);
    }
    return folders;
  }

  /** Three legs with failures, outcomes that stand and that do not, and open intents. */
  private List<Ledger.Entry> threeLegs() throws IOException {
    List<Ledger.Entry> standing = new ArrayList<>();
    for (int leg = 1; leg <= 3; leg++) {
      for (int unit = 0; unit < 2; unit++) {
        List<Ledger.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
          entries.add(answer("%d/%d/%d".formatted(leg, unit, i)));
        }
        standing.addAll(entries);
        entries.add(failure("late " + unit, FailureCategory.TIMEOUT));
        entries.add(answer("0/0/0", response("of leg " + leg)));
        write("00" + leg, new WorkUnit(unit, 0, 1), entries);
      }
    }
    standing.add(answer("0/0/0", response("of leg 1")));
    try (UnitLedger ledger = UnitLedger.open(run(), "003", UNIT, nothingEarlier("003"))) {
      ledger.intend(intents("open", "closed"));
      ledger.returned(
          new Ledger.Returned(key("closed"), FailureCategory.TIMEOUT, new Charge(3, 0.5)));
    }
    return standing;
  }

  EarlierLegs.Summary index(String leg) throws IOException {
    return EarlierLegs.index(run().store(), leg, anHourLater());
  }

  void holdsAll(List<Ledger.Entry> entries, String leg) throws IOException {
    try (EarlierLegs earlier = EarlierLegs.open(run(), leg)) {
      for (Ledger.Entry entry : entries) {
        assertEquals(Optional.of(entry), earlier.find(entry.key()));
      }
      assertEquals(Optional.empty(), earlier.find(key("late 0")));
      assertEquals(Optional.empty(), earlier.find(key("open")));
    }
  }

  static Clock anHourLater() {
    return Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
  }

  EarlierLegs nothingEarlier(String leg) throws IOException {
    EarlierLegs.index(run(), leg);
    return EarlierLegs.open(run(), leg);
  }

  /** Writes an attempt at a unit; returns the name of its folder. */
  String write(String leg, WorkUnit unit, List<Ledger.Entry> entries) throws IOException {
    try (UnitLedger ledger = UnitLedger.open(run(), leg, unit, nothingEarlier(leg))) {
      ledger.intend(
          entries.stream()
              .map(entry -> new Ledger.Intent(entry.key(), new Charge(100, 0)))
              .toList());
      for (int i = 0; i < entries.size(); i++) {
        ledger.settle(entries.get(i));
        if (i % 50 == 49) {
          ledger.keep();
        }
      }
      return RunNames.ledger(leg, unit) + "/" + ledger.attempt();
    }
  }

  static String textOf(EarlierLegs earlier, String name) throws IOException {
    return earlier.find(key(name)).orElseThrow().completion().response().text();
  }

  static Response response(String text) {
    return new Response(text, null, "stop", "m", 7L, 11L, null, 1);
  }

  static Ledger.Entry answer(String name) {
    return answer(name, response("answer to " + name));
  }

  static Ledger.Entry answer(String name, Response response) {
    return answer(name, response, null);
  }

  static Ledger.Entry answer(String name, Response response, Double costUsd) {
    return entry(
        name,
        Completion.of(response),
        costUsd,
        response.promptTokens() == null
            ? new Charge(11, 0)
            : new Charge(response.promptTokens() + response.completionTokens(), 0));
  }

  static Ledger.Entry failure(String name, FailureCategory category) {
    return entry(name, Completion.of(new Failure(category, "Said \"no\".", 3)), null, Charge.NONE);
  }

  static Ledger.Entry entry(String name, Completion completion, Double costUsd, Charge charge) {
    return new Ledger.Entry(
        key(name),
        "trial of " + name,
        completion,
        List.of(FailureCategory.TIMEOUT, FailureCategory.RATE_LIMITED),
        1_700_000_000_123L,
        45,
        costUsd,
        charge);
  }

  static List<Ledger.Intent> intents(String... names) {
    return Stream.of(names).map(name -> new Ledger.Intent(key(name), new Charge(100, 0))).toList();
  }

  static String key(String name) {
    return Hashing.hex(16, "test", name);
  }
}
