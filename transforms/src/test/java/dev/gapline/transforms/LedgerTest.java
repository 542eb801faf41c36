package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger on local disk, and every way in which a disk spoils it. */
class LedgerTest extends LedgerLaws {

  @TempDir Path folder;
  private int held;

  @Override
  RunFolder run() {
    return RunFolder.at(folder);
  }

  private Store store() {
    return run().store();
  }

  private String nameOf(Path file) {
    return folder.relativize(file).toString();
  }

  @Test
  void aSegmentIsAnOrdinaryAvroFile() throws IOException {
    Path segment = segmentOf(write("001", UNIT, List.of(answer("a"), answer("b"))));
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(segment.toFile(), new GenericDatumReader<>())) {
      List<String> keys = new ArrayList<>();
      reader.forEach(row -> keys.add(String.valueOf(row.get("key"))));
      assertEquals(List.of("null", key("a"), key("b")), keys);
    }
  }

  @Test
  void aSegmentToWhichNothingWasAppendedIsNotDamaged() throws IOException {
    Path segment = segmentOf(write("001", UNIT, List.of(answer("a"))));
    Files.write(segment, new byte[0]);
    assertEquals(EarlierLegs.Summary.NONE, EarlierLegs.index(run(), "002"));
  }

  @Test
  void aTornEndIsReportedWhereverItIsAndWhatWasWholeBeforeItIsUsed() throws IOException {
    Path segment = threeBlocks();
    byte[] whole = Files.readAllBytes(segment);
    List<Long> starts = starts(segment);
    for (int length = 1; length < whole.length; length++) {
      int end = length;
      int blocks = (int) starts.stream().filter(start -> start <= end).count() - 1;
      boolean isBoundary = starts.contains((long) length);
      Files.write(segment, Arrays.copyOf(whole, length));
      holdsTheFirst(Math.max(0, blocks), !isBoundary, "cut to " + length);
    }
  }

  @Test
  void aFlippedByteIsReportedWhereverItIsAndNeverReadAsSomethingElse() throws IOException {
    Path segment = threeBlocks();
    byte[] whole = Files.readAllBytes(segment);
    List<Long> starts = starts(segment);
    Optional<List<GenericRecord>> rows = rows(segment);
    int without = 0;
    for (int at = 0; at < whole.length; at++) {
      int place = at;
      int blocks = (int) starts.stream().filter(start -> start <= place).count() - 1;
      for (int mask : new int[] {0x01, 0x80, 0xff}) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) mask;
        Files.write(segment, flipped);
        if (rows(segment).equals(rows)) {
          // A compressed run of equal bytes has more than one spelling.
          without++;
        } else {
          holdsTheFirst(Math.max(0, blocks), true, "byte " + at + " with " + mask);
        }
      }
    }
    assertTrue(without < whole.length / 100, without + " flips changed nothing that is read");
  }

  /** Every row of a segment; empty if it is damaged. */
  private static Optional<List<GenericRecord>> rows(Path segment) throws IOException {
    List<GenericRecord> rows = new ArrayList<>();
    try (LedgerBlocks blocks = LedgerBlocks.open(segment)) {
      for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
        rows.addAll(block.get().rows());
      }
      return Optional.of(rows);
    } catch (DamagedSegment e) {
      return Optional.empty();
    }
  }

  @Test
  void aTailOfZerosIsReportedHoweverLongItIs() throws IOException {
    Path segment = threeBlocks();
    byte[] whole = Files.readAllBytes(segment);
    for (int zeros : new int[] {1, 2, 3, 20, 4096, 1 << 20}) {
      Files.write(segment, Arrays.copyOf(whole, whole.length + zeros));
      holdsTheFirst(3, true, zeros + " zeros");
    }
    List<Long> starts = starts(segment(whole, segment));
    byte[] zeroed = whole.clone();
    Arrays.fill(zeroed, (int) (long) starts.get(2), zeroed.length, (byte) 0);
    Files.write(segment, zeroed);
    holdsTheFirst(2, true, "the last block zeroed");
    Files.write(segment, new byte[whole.length]);
    holdsTheFirst(0, true, "all zeros");
  }

  @Test
  void lengthsThatClaimMoreThanThereIsAreReported() throws IOException {
    Path segment = threeBlocks();
    byte[] whole = Files.readAllBytes(segment);
    int last = (int) (long) starts(segment).get(2);
    for (byte[] lengths :
        List.of(
            new byte[] {2, (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
            new byte[] {1, 2},
            new byte[] {2, 1},
            new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1})) {
      byte[] changed = whole.clone();
      System.arraycopy(lengths, 0, changed, last, lengths.length);
      Files.write(segment, changed);
      holdsTheFirst(2, true, "lengths " + Arrays.toString(lengths));
    }
  }

  @Test
  void aDiskThatFillsUpFailsTheAttemptAndTheNextGoesOnFromWhatWasWhole() throws IOException {
    EarlierLegs none = nothingEarlier("001");
    long usual = Files.size(threeBlocks());
    Files.delete(run().ledger("001", UNIT).resolve("1").resolve("0.avro"));
    for (long room = 0; room < usual; room += 61) {
      WorkUnit unit = new WorkUnit(100 + room, 0, 1);
      FullDisk disk = new FullDisk(store(), room);
      int kept = 0;
      try (UnitLedger ledger = UnitLedger.open(disk, "001", unit, none)) {
        for (int i = 0; i < 3; i++) {
          ledger.intend(intents(Integer.toString(i)));
          ledger.settle(answer(Integer.toString(i)));
          ledger.keep();
          kept++;
        }
      } catch (IOException e) {
        assertEquals("No space left on device", e.getMessage());
      }
      assertTrue(kept < 3, "room for " + room);
      try (UnitLedger next = UnitLedger.open(run(), "001", unit, none)) {
        assertEquals(2, next.attempt());
        for (int i = 0; i < 3; i++) {
          assertEquals(i < kept, next.settledInThisLeg(key(Integer.toString(i))), "room " + room);
        }
      }
    }
  }

  @Test
  void afterAFaultNotAByteFollows() throws IOException {
    FullDisk disk = new FullDisk(store(), 6_000);
    LedgerSegment segment = new LedgerSegment(disk, "ledger/001/u0000003/1/0.avro");
    IOException fault =
        assertThrows(
            IOException.class,
            () -> {
              for (int i = 0; ; i++) {
                long unused = segment.append(LedgerEntries.settled(answer(Integer.toString(i))));
                segment.keep();
              }
            });
    disk.makeRoom(1 << 20);
    IOException later = assertThrows(IOException.class, segment::keep);
    assertEquals(fault, later.getCause());
    assertThrows(IOException.class, () -> segment.append(LedgerEntries.settled(answer("after"))));
    segment.close();
    assertEquals(6_000, Files.size(folder.resolve("ledger/001/u0000003/1/0.avro")));
  }

  @Test
  void aKeptIndexIsUsedUntilASegmentChanges() throws IOException {
    Path segment = threeBlocks();
    EarlierLegs.Summary first = EarlierLegs.index(store(), "002", anHourLater());
    assertTrue(Files.exists(folder.resolve("ledger/001/leg.index")));
    assertEquals(first, EarlierLegs.index(store(), "003", anHourLater()));
    flipWithoutATrace(segment);
    assertEquals(first, EarlierLegs.index(store(), "002", anHourLater()), "it was not read again");
    EarlierLegs earlier = EarlierLegs.open(run(), "002");
    assertEquals(Optional.of(answer("0")), earlier.find(key("0")));
    assertEquals(Optional.empty(), earlier.find(key("2")), "an index is no proof of contents");
    Files.setLastModifiedTime(segment, FileTime.from(Instant.now().minusSeconds(60)));
    EarlierLegs.Summary again = EarlierLegs.index(store(), "002", anHourLater());
    assertEquals(List.of("001/u0000003/1/0.avro"), again.damaged());
    assertEquals(2, again.settled());
  }

  @Test
  void aDamagedIndexIsMadeAgain() throws IOException {
    threeBlocks();
    EarlierLegs.Summary first = EarlierLegs.index(store(), "002", anHourLater());
    Path index = folder.resolve("ledger/001/leg.index");
    byte[] whole = Files.readAllBytes(index);
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 4;
      Files.write(index, changed);
      assertEquals(Optional.empty(), IndexFile.open(index), "byte " + at);
      Files.write(index, Arrays.copyOf(whole, at));
      assertEquals(Optional.empty(), IndexFile.open(index), "cut to " + at);
    }
    assertEquals(first, EarlierLegs.index(store(), "002", anHourLater()));
    assertArrayEquals(whole, Files.readAllBytes(index));
  }

  @Test
  void ofASegmentThatWasWrittenJustNowNoIndexIsKept() throws IOException {
    threeBlocks();
    EarlierLegs.index(run(), "002");
    assertFalse(Files.exists(folder.resolve("ledger/001/leg.index")));
  }

  @Test
  void aClockThatJumpsBackLosesNothing() throws IOException {
    threeBlocks();
    Clock anHourEarlier = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
    EarlierLegs.Summary first = EarlierLegs.index(store(), "002", anHourEarlier);
    assertEquals(3, first.settled());
    assertFalse(
        Files.exists(folder.resolve("ledger/001/leg.index")),
        "Of a segment from the future nobody knows whether it was written to since.");
    assertEquals(first, EarlierLegs.index(store(), "002", anHourLater()));
    assertEquals(first, EarlierLegs.index(store(), "003", anHourEarlier));
  }

  @Test
  void aBlockThatIsDamagedAfterItWasIndexedIsAskedAgain() throws IOException {
    Path segment = threeBlocks();
    EarlierLegs.index(run(), "002");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length - 30] ^= 1;
    Files.write(segment, bytes);
    EarlierLegs earlier = EarlierLegs.open(run(), "002");
    assertTrue(earlier.find(key("0")).isPresent());
    assertEquals(Optional.empty(), earlier.find(key("2")));
    Files.write(segment, Arrays.copyOf(bytes, 100));
    EarlierLegs shorter = EarlierLegs.open(run(), "002");
    for (String name : List.of("0", "1", "2")) {
      assertEquals(Optional.empty(), shorter.find(key(name)), "behind the end of the file");
    }
  }

  /** A segment of three blocks, each an intent and an outcome: keys 0, 1 and 2. */
  private Path threeBlocks() throws IOException {
    try (UnitLedger ledger = UnitLedger.open(run(), "001", UNIT, nothingEarlier("001"))) {
      for (int i = 0; i < 3; i++) {
        ledger.intend(intents(Integer.toString(i)));
        ledger.settle(answer(Integer.toString(i)));
        ledger.keep();
      }
    }
    return run().ledger("001", UNIT).resolve("1").resolve("0.avro");
  }

  /** Where the blocks begin, and where the file ends. */
  private List<Long> starts(Path segment) throws IOException {
    List<Long> starts = new ArrayList<>();
    try (LedgerBlocks blocks = LedgerBlocks.open(store(), nameOf(segment))) {
      for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
        starts.add(block.get().position());
      }
    }
    starts.add(Files.size(segment));
    return starts;
  }

  private Path segmentOf(String attempt) {
    return folder.resolve(attempt).resolve("0.avro");
  }

  private static Path segment(byte[] bytes, Path file) throws IOException {
    return Files.write(file, bytes);
  }

  private static void flipWithoutATrace(Path segment) throws IOException {
    FileTime written = Files.getLastModifiedTime(segment);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length - 30] ^= 1;
    Files.write(segment, bytes);
    Files.setLastModifiedTime(segment, written);
  }

  /** Scans, and at every so many bytes looks up and reads back as well. */
  private void holdsTheFirst(int blocks, boolean isDamaged, String what) throws IOException {
    LegFiles leg = LegFiles.all(store()).get("001");
    AttemptScan.Found found = AttemptScan.of(store(), leg.attempts().get(0), 0);
    assertEquals(
        isDamaged ? List.of("001/u0000003/1/0.avro") : List.of(), found.totals().damaged(), what);
    assertEquals(blocks, found.totals().settled(), what);
    assertEquals(0, found.totals().openIntents(), what);
    assertEquals(
        Stream.of("0", "1", "2").limit(blocks).map(LedgerLaws::key).toList(),
        found.places().stream().map(Place::key).toList(),
        what);
    if (++held % 97 == 0) {
      usesTheFirst(blocks, isDamaged, what);
      readsBackTheFirst(blocks, what);
    }
  }

  private void usesTheFirst(int blocks, boolean isDamaged, String what) throws IOException {
    EarlierLegs.Summary summary = EarlierLegs.index(run(), "002");
    assertEquals(isDamaged ? List.of("001/u0000003/1/0.avro") : List.of(), summary.damaged(), what);
    assertEquals(blocks, summary.settled(), what);
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
      Files.delete(attempt.resolve("claim"));
      Files.delete(attempt);
    }
  }
}
