package dev.gapline.transforms;

import dev.gapline.schemas.Hashing;
import dev.gapline.transforms.stores.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Rewrites what all legs settled into few large segments without intents and without outcomes that
 * are never reused, so that the ledger is smaller and starting on it reads less.
 *
 * <p>No answer is lost on the way: the new segments are durable, read back and compared before
 * {@link Compacted} names them in one step, and only then the old ones go. A crash before that step
 * leaves the old ledger and some files that nobody reads, after it the new one and some files that
 * nobody reads; the next compaction removes them. Segments that are damaged are kept as they are,
 * for what is behind the damage may yet be saved by hand. Receipts and claims stay.
 *
 * <p>Outcomes keep their order, which is that of the plan, more or less, for a unit then finds its
 * answers in blocks that it has just read; the index beside them is sorted by key.
 */
public final class LedgerCompaction {

  private static final long MOST_SEGMENT_BYTES = 64L << 20;

  private final Store store;
  private final Clock clock;

  /**
   * What was done.
   *
   * @param legs that were taken in
   * @param outcomes that the compacted segments hold
   */
  public record Result(long legs, long outcomes, long bytesBefore, long bytesAfter) {}

  LedgerCompaction(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Compacts the ledger of a run; the caller holds its lease. */
  public static Result compact(RunFolder folder) throws IOException {
    return new LedgerCompaction(folder.store(), Clock.systemUTC()).compact();
  }

  Result compact() throws IOException {
    Path work = Files.createTempDirectory("gapline-compact");
    try {
      return compact(new LegIndex(store, work, clock), work);
    } finally {
      Folders.delete(work);
    }
  }

  private Result compact(LegIndex indexes, Path work) throws IOException {
    Optional<Compacted> before = Compacted.read(store);
    removeWhatNobodyReads(before);
    NavigableMap<String, LegFiles> legs = LegFiles.all(store);
    if (before.isPresent()) {
      legs = legs.tailMap(before.get().upTo(), false);
    }
    long bytesBefore = bytes();
    if (legs.isEmpty()) {
      return new Result(
          0, before.isEmpty() ? 0 : outcomes(before.get(), indexes), bytesBefore, bytesBefore);
    }
    String end = Legs.after(legs.lastKey());
    IndexFile old = EarlierLegs.merge(EarlierLegs.before(store, end, indexes), work.resolve("old"));
    String folder = newFolder(legs.lastKey());
    Written written = write(old, folder);
    verify(old, folder, written, indexes);
    new Compacted(legs.lastKey(), folder, totals(before, legs, indexes)).write(store);
    removeWhatNobodyReads(Compacted.read(store));
    return new Result(legs.size(), written.rows(), bytesBefore, bytes());
  }

  private record Written(long rows, String digest) {}

  /** Copies each key's standing outcome, in the order of the old segments. */
  private Written write(IndexFile old, String folder) throws IOException {
    RowDigest digest = new RowDigest();
    List<String> segments = old.contents().segments();
    try (EarlierLegs earlier = new EarlierLegs(store, old);
        Rolling target = new Rolling(store, RunNames.LEDGER + "/" + folder)) {
      for (int number = 0; number < segments.size(); number++) {
        try (LedgerBlocks blocks = LedgerBlocks.open(store, segments.get(number))) {
          for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
            for (GenericRecord row : standing(block.get(), number, earlier)) {
              target.append(row);
              digest.add(row);
            }
          }
        } catch (DamagedSegment e) {
          // Known to the index, which holds nothing behind the damage; what it holds is counted.
        }
      }
    }
    if (digest.rows != old.places()) {
      throw new IOException(
          "Nothing was compacted: %d outcomes of %d could be copied. `gapline ledger verify` tells which."
              .formatted(digest.rows, old.places()));
    }
    return digest.written();
  }

  private static List<GenericRecord> standing(
      LedgerBlocks.Block block, int segment, EarlierLegs earlier) {
    List<GenericRecord> rows = new ArrayList<>();
    Set<String> here = new HashSet<>();
    for (GenericRecord row : block.rows()) {
      if (LedgerEntries.isSettled(row) && LedgerEntries.outline(row).isFinal()) {
        String key = LedgerEntries.text(row, "key");
        Optional<Place> stands = earlier.placeOf(key);
        if (stands.isPresent()
            && stands.get().segment() == segment
            && stands.get().block() == block.position()
            && here.add(key)) {
          rows.add(row);
        }
      }
    }
    return rows;
  }

  /** Reads the new segments back: the same rows, under the same keys. */
  private void verify(IndexFile old, String folder, Written written, LegIndex indexes)
      throws IOException {
    LegFiles files = LegFiles.of(store, new Compacted("", folder, List.of()));
    RowDigest digest = new RowDigest();
    for (Store.Stored file : files.files()) {
      try (LedgerBlocks blocks = LedgerBlocks.open(store, file.name())) {
        for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
          for (GenericRecord row : block.get().rows()) {
            digest.add(row);
          }
        }
      }
    }
    IndexFile fresh = indexes.scan(files);
    if (!digest.written().equals(written) || !haveTheSameKeys(old, fresh)) {
      throw new IOException("Nothing was compacted: what was written does not read back.");
    }
    store.put(files.index(), fresh.file());
  }

  private static boolean haveTheSameKeys(IndexFile one, IndexFile other) throws IOException {
    try (Places these = one.places(0);
        Places those = other.places(0)) {
      Place mine = these.next();
      Place its = those.next();
      while (mine != null && mine.hasKeyOf(its)) {
        mine = these.next();
        its = those.next();
      }
      return mine == null && its == null;
    }
  }

  private static List<Compacted.LegTotals> totals(
      Optional<Compacted> before, NavigableMap<String, LegFiles> legs, LegIndex indexes)
      throws IOException {
    List<Compacted.LegTotals> all = new ArrayList<>();
    before.ifPresent(compacted -> all.addAll(compacted.legs()));
    for (LegFiles leg : legs.values()) {
      LedgerTotals totals = indexes.peek(leg).contents().totals();
      all.add(new Compacted.LegTotals(leg.leg(), totals.withBytes(0)));
    }
    return all;
  }

  private void removeWhatNobodyReads(Optional<Compacted> compacted) throws IOException {
    String current = compacted.map(Compacted::folder).orElse("");
    for (Store.Stored file : store.list(RunNames.LEDGER + "/" + Compacted.LEG)) {
      if (!file.name().startsWith(RunNames.LEDGER + "/" + current + "/")) {
        store.delete(file.name());
      }
    }
    if (compacted.isEmpty()) {
      return;
    }
    Set<String> damaged = new HashSet<>();
    compacted.get().legs().forEach(leg -> damaged.addAll(leg.totals().damaged()));
    for (LegFiles leg : LegFiles.all(store).headMap(compacted.get().upTo(), true).values()) {
      for (Store.Stored file : leg.files()) {
        if (!damaged.contains(file.name().substring(RunNames.LEDGER.length() + 1))) {
          store.delete(file.name());
        }
      }
      store.delete(leg.index());
      store.delete(RunNames.earlierIndex(leg.leg()));
    }
  }

  private static long outcomes(Compacted compacted, LegIndex indexes) throws IOException {
    return indexes.peek(LegFiles.of(indexes.store(), compacted)).places();
  }

  /** A folder that no compaction has used: an abandoned one's is not written to again. */
  private String newFolder(String upTo) throws IOException {
    for (int number = 1; ; number++) {
      String folder = "%s/%s-%d".formatted(Compacted.LEG, upTo, number);
      if (store.createIfAbsent(RunNames.LEDGER + "/" + folder + "/claim", Legs.writer())) {
        return folder;
      }
    }
  }

  private long bytes() throws IOException {
    return store.list(RunNames.LEDGER).stream().mapToLong(Store.Stored::bytes).sum();
  }

  /** Segments of a bounded size, one after the other. */
  private static final class Rolling implements AutoCloseable {
    private final Store store;
    private final String folder;
    private LedgerSegment open;
    private int begun;

    Rolling(Store store, String folder) {
      this.store = store;
      this.folder = folder;
    }

    void append(GenericRecord row) throws IOException {
      if (open == null) {
        open = new LedgerSegment(store, "%s/%d.avro".formatted(folder, begun++));
      }
      if (open.append(row) > MOST_SEGMENT_BYTES) {
        close();
      }
    }

    @Override
    public void close() throws IOException {
      if (open != null) {
        LedgerSegment finished = open;
        open = null;
        finished.close();
      }
    }
  }

  /** The SHA-256 of rows in their order. */
  private static final class RowDigest {
    private final MessageDigest digest = Hashing.newSha256();
    private final GenericDatumWriter<GenericRecord> writer =
        new GenericDatumWriter<>(LedgerEntries.SCHEMA);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    private long rows;

    void add(GenericRecord row) throws IOException {
      bytes.reset();
      writer.write(row, encoder);
      digest.update(bytes.toByteArray());
      rows++;
    }

    Written written() {
      return new Written(rows, java.util.HexFormat.of().formatHex(digest.digest()));
    }
  }
}
