package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier legs settled, indexed once when a leg starts: a file of fixed-size entries, sorted
 * by key, each naming a segment and the block in it. Looking up reads one block, so no worker holds
 * replies. Each leg's own index is kept, so that a start reads only what the last one left.
 */
public final class EarlierLegs implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EarlierLegs.class);
  private static final int MOST_CACHED_BLOCKS = 32;
  private static final int MOST_OPEN_SEGMENTS = 16;

  /** Places to a mapped piece of the index, below the most that one mapping can hold. */
  private static final int PIECE_PLACES = 1 << 26;

  /**
   * What the scan of the earlier legs found.
   *
   * @param settled outcomes that are reused
   * @param calls made in all earlier legs
   * @param costUsd of their answers, as far as it was known
   * @param judging what judges' calls took of these
   * @param charge of all their calls against the ceilings; of an open intent, its worst case
   * @param openIntents calls that were about to be sent and of which nothing came back: what may
   *     have been paid without an answer, and was or will be paid again
   * @param damaged segments that could not be read to their end
   */
  public record Summary(
      long settled,
      long calls,
      long promptTokens,
      long completionTokens,
      double costUsd,
      Receipt.Judging judging,
      Charge charge,
      long openIntents,
      List<String> damaged)
      implements Serializable {

    /** There were none. */
    public static final Summary NONE =
        new Summary(0, 0, 0, 0, 0, Receipt.Judging.NONE, Charge.NONE, 0, List.of());

    /** A summary of that. */
    public Summary {
      damaged = List.copyOf(damaged);
    }

    static Summary of(IndexFile index) {
      LedgerTotals totals = index.contents().totals();
      return new Summary(
          index.places(),
          totals.calls(),
          totals.promptTokens(),
          totals.completionTokens(),
          totals.costUsd(),
          totals.judging(),
          totals.charge(),
          totals.openIntents(),
          totals.damaged());
    }
  }

  private record Block(int segment, long position) {}

  private final Store store;
  private final List<String> segments;
  private final List<ByteBuffer> pieces;
  private final long places;

  /** The blocks that were read last: several lanes look into different ones in turn. */
  private final Map<Block, Map<String, Ledger.Entry>> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Block, Map<String, Ledger.Entry>> eldest) {
          return size() > MOST_CACHED_BLOCKS;
        }
      };

  /** The segments that were read last. */
  private final LinkedHashMap<Integer, LedgerBlocks> open = new LinkedHashMap<>(16, 0.75f, true);

  EarlierLegs(Store store, IndexFile index) throws IOException {
    this.store = store;
    this.segments = index.contents().segments();
    this.places = index.places();
    this.pieces = map(index);
  }

  /** Indexes all legs before {@code leg}; the index lies in the leg's own folder. */
  public static Summary index(RunFolder folder, String leg) throws IOException {
    return index(folder.store(), leg, Clock.systemUTC());
  }

  static Summary index(Store store, String leg, Clock clock) throws IOException {
    Path work = Files.createTempDirectory("gapline-index");
    try {
      List<IndexFile> earlier = before(store, leg, new LegIndex(store, work, clock));
      IndexFile all = merge(earlier, work.resolve("earlier.index"));
      store.put(RunNames.earlierIndex(leg), all.file());
      return Summary.of(all);
    } finally {
      Folders.delete(work);
    }
  }

  /** The indexes of all that came before that leg, oldest first. */
  static List<IndexFile> before(Store store, String leg, LegIndex indexes) throws IOException {
    List<IndexFile> earlier = new ArrayList<>();
    Optional<Compacted> compacted = Compacted.read(store);
    if (compacted.isPresent()) {
      earlier.add(compacted.get().index(indexes.keep(LegFiles.of(store, compacted.get()))));
    }
    for (LegFiles files : LegFiles.all(store).headMap(leg, false).values()) {
      if (compacted.isEmpty() || !compacted.get().holds(files.leg())) {
        earlier.add(indexes.keep(files));
        store.delete(RunNames.earlierIndex(files.leg()));
      }
    }
    return earlier;
  }

  /** All of them in one; of equal keys, the oldest leg's stands. */
  static IndexFile merge(List<IndexFile> indexes, Path file) throws IOException {
    List<String> segments = new ArrayList<>();
    LedgerTotals totals = LedgerTotals.NONE;
    List<Places> sources = new ArrayList<>();
    for (IndexFile index : indexes) {
      sources.add(index.places(segments.size()));
      segments.addAll(index.contents().segments());
      totals = totals.plus(index.contents().totals());
    }
    try (Places all = Places.merge(sources)) {
      return IndexFile.write(file, all, new IndexFile.Contents("", segments, totals));
    }
  }

  /** Opens the index that {@link #index} wrote. */
  static EarlierLegs open(RunFolder folder, String leg) throws IOException {
    return open(folder.store(), leg);
  }

  static EarlierLegs open(Store store, String leg) throws IOException {
    Path work = Files.createTempDirectory("gapline-index");
    try {
      IndexFile index =
          IndexFile.open(store.local(RunNames.earlierIndex(leg), work))
              .orElseThrow(
                  () -> new IOException("The index of earlier legs is damaged: start again."));
      return new EarlierLegs(store, index);
    } finally {
      // What is mapped stays readable.
      Folders.delete(work);
    }
  }

  private static List<ByteBuffer> map(IndexFile index) throws IOException {
    List<ByteBuffer> pieces = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(index.file(), StandardOpenOption.READ)) {
      for (long from = 0; from < index.places(); from += PIECE_PLACES) {
        long length = Math.min(PIECE_PLACES, index.places() - from);
        pieces.add(
            channel.map(FileChannel.MapMode.READ_ONLY, from * Place.BYTES, length * Place.BYTES));
      }
    }
    return pieces;
  }

  /**
   * What was settled under that key. An outcome whose block was damaged since it was indexed is
   * reported and counts as absent: it is asked again.
   */
  synchronized Optional<Ledger.Entry> find(String key) throws IOException {
    Optional<Place> place = placeOf(key);
    return place.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(read(new Block(place.get().segment(), place.get().block())).get(key));
  }

  /** Where the outcome of that key lies, by the numbers of the index's segments. */
  Optional<Place> placeOf(String key) {
    long high = Place.high(key);
    long low = Place.low(key);
    long from = 0;
    long to = places - 1;
    while (from <= to) {
      long middle = (from + to) >>> 1;
      ByteBuffer piece = pieces.get((int) (middle / PIECE_PLACES));
      int at = (int) (middle % PIECE_PLACES) * Place.BYTES;
      int order = Long.compareUnsigned(piece.getLong(at), high);
      if (order == 0) {
        order = Long.compareUnsigned(piece.getLong(at + 8), low);
      }
      if (order == 0) {
        return Optional.of(new Place(high, low, piece.getInt(at + 16), piece.getLong(at + 20)));
      } else if (order < 0) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
    return Optional.empty();
  }

  /** Closes the segments that it has open. */
  @Override
  public synchronized void close() throws IOException {
    for (LedgerBlocks segment : open.values()) {
      segment.close();
    }
    open.clear();
  }

  private Map<String, Ledger.Entry> read(Block block) throws IOException {
    Map<String, Ledger.Entry> entries = cache.get(block);
    if (entries == null) {
      entries = new HashMap<>();
      try {
        for (GenericRecord row : segment(block.segment()).at(block.position()).rows()) {
          if (LedgerEntries.isSettled(row)) {
            Ledger.Entry entry = LedgerEntries.entry(row);
            if (entry.completion().isFinal()) {
              entries.putIfAbsent(entry.key(), entry);
            }
          }
        }
      } catch (DamagedSegment e) {
        entries.clear();
        LOG.warn("{} What it held is asked again.", e.getMessage());
      }
      cache.put(block, entries);
    }
    return entries;
  }

  private LedgerBlocks segment(int number) throws IOException {
    LedgerBlocks segment = open.get(number);
    if (segment == null) {
      if (open.size() >= MOST_OPEN_SEGMENTS) {
        open.remove(open.keySet().iterator().next()).close();
      }
      segment = LedgerBlocks.open(store, segments.get(number));
      open.put(number, segment);
    }
    return segment;
  }
}
