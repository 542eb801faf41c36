package dev.gapline.transforms;

import dev.gapline.transforms.providers.Ledger;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier legs settled, indexed once when a leg starts: a file of fixed-size entries, sorted
 * by key, each naming a segment and the block in it. Looking up reads one block, so no worker holds
 * replies.
 */
public final class EarlierLegs {

  private static final Logger LOG = LoggerFactory.getLogger(EarlierLegs.class);
  private static final int ENTRY_BYTES = 16 + 4 + 8;
  private static final int MOST_CACHED_BLOCKS = 32;

  /** Names that end in a number, in the order of the numbers: leg 999 before leg 1000. */
  private static final Comparator<String> BY_NUMBER =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  /**
   * What the scan of the earlier legs found.
   *
   * @param settled outcomes that are reused
   * @param calls made in all earlier legs
   * @param costUsd of their answers, as far as it was known
   * @param openIntents trials that an attempt was about to send and never settled: what may have
   *     been paid without an answer, and was or will be paid again
   * @param damaged segments that could not be read to their end
   */
  public record Summary(
      long settled,
      long calls,
      long promptTokens,
      long completionTokens,
      double costUsd,
      long openIntents,
      List<String> damaged) {}

  private record Block(int segment, long position) {}

  private record Place(long high, long low, int segment, long block) {}

  private final RunFolder folder;
  private final List<String> segments;
  private final MappedByteBuffer index;
  private final int entries;

  /** The blocks that were read last: several lanes look into different ones in turn. */
  private final Map<Block, Map<String, Ledger.Entry>> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Block, Map<String, Ledger.Entry>> eldest) {
          return size() > MOST_CACHED_BLOCKS;
        }
      };

  private EarlierLegs(
      RunFolder folder, List<String> segments, MappedByteBuffer index, int entries) {
    this.folder = folder;
    this.segments = segments;
    this.index = index;
    this.entries = entries;
  }

  /** Indexes all legs before {@code leg}; the index lies in the leg's own folder. */
  public static Summary index(RunFolder folder, String leg) throws IOException {
    Path ledger = folder.ledger();
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(ledger)) {
      try (Stream<Path> all = Files.walk(ledger)) {
        all.filter(file -> file.getFileName().toString().endsWith(".avro"))
            .filter(file -> ledger.relativize(file).getNameCount() == 4)
            .filter(file -> BY_NUMBER.compare(legOf(ledger, file), leg) < 0)
            .sorted(EarlierLegs::compare)
            .forEach(files::add);
      }
    }
    Scan scan = new Scan();
    for (int i = 0; i < files.size(); i++) {
      scan.segment(i, files.get(i), ledger.relativize(files.get(i)));
    }
    scan.write(
        folder.ledger(leg), files.stream().map(f -> ledger.relativize(f).toString()).toList());
    return scan.summary();
  }

  private static String legOf(Path ledger, Path file) {
    return ledger.relativize(file).getName(0).toString();
  }

  private static int compare(Path one, Path other) {
    for (int i = 0; i < one.getNameCount(); i++) {
      int order = BY_NUMBER.compare(one.getName(i).toString(), other.getName(i).toString());
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** Opens the index that {@link #index} wrote. */
  static EarlierLegs open(RunFolder folder, String leg) throws IOException {
    Path file = folder.ledger(leg).resolve("earlier.index");
    List<String> segments = Files.readAllLines(folder.ledger(leg).resolve("earlier.segments"));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      return new EarlierLegs(folder, segments, map, (int) (channel.size() / ENTRY_BYTES));
    }
  }

  /** What was settled under that key. */
  synchronized Optional<Ledger.Entry> find(String key) throws IOException {
    long high = Long.parseUnsignedLong(key, 0, 16, 16);
    long low = Long.parseUnsignedLong(key, 16, 32, 16);
    int from = 0;
    int to = entries - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      int order = Long.compareUnsigned(index.getLong(middle * ENTRY_BYTES), high);
      if (order == 0) {
        order = Long.compareUnsigned(index.getLong(middle * ENTRY_BYTES + 8), low);
      }
      if (order == 0) {
        return Optional.ofNullable(
            read(
                key,
                index.getInt(middle * ENTRY_BYTES + 16),
                index.getLong(middle * ENTRY_BYTES + 20)));
      } else if (order < 0) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
    return Optional.empty();
  }

  private Ledger.Entry read(String key, int segment, long position) throws IOException {
    Block block = new Block(segment, position);
    Map<String, Ledger.Entry> entries = cache.get(block);
    if (entries == null) {
      entries = new HashMap<>();
      try (LedgerBlocks blocks =
          LedgerBlocks.open(folder.ledger().resolve(segments.get(segment)))) {
        for (GenericRecord row : blocks.at(position).rows()) {
          if (!LedgerEntries.isIntent(row)) {
            Ledger.Entry entry = LedgerEntries.entry(row);
            if (entry.completion().isFinal()) {
              entries.putIfAbsent(entry.key(), entry);
            }
          }
        }
      }
      cache.put(block, entries);
    }
    return entries.get(key);
  }

  /** One pass over the segments, oldest leg first; the first outcome of a key stands. */
  private static final class Scan {
    private final List<Place> places = new ArrayList<>();
    private final List<String> damaged = new ArrayList<>();
    private final Map<Path, Set<Long>> intended = new HashMap<>();
    private final Map<Path, Long> settledByAttempt = new HashMap<>();
    private long distinct;
    private long calls;
    private long promptTokens;
    private long completionTokens;
    private double costUsd;

    void segment(int number, Path file, Path name) {
      Path attempt = name.subpath(0, 3);
      try (LedgerBlocks blocks = LedgerBlocks.open(file)) {
        for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
          for (GenericRecord row : block.get().rows()) {
            if (LedgerEntries.isIntent(row)) {
              intended
                  .computeIfAbsent(attempt, a -> new HashSet<>())
                  .addAll(LedgerEntries.places(row));
            } else {
              costUsd += LedgerEntries.costUsd(row);
              settled(number, block.get().position(), attempt, LedgerEntries.entry(row));
            }
          }
        }
      } catch (IOException e) {
        damaged.add(name.toString());
        LOG.warn("{} What was whole before it is used.", e.getMessage());
      }
    }

    private void settled(int segment, long block, Path attempt, Ledger.Entry entry) {
      settledByAttempt.merge(attempt, 1L, Long::sum);
      calls += entry.completion().attempts();
      if (entry.completion().response() != null) {
        promptTokens += orZero(entry.completion().response().promptTokens());
        completionTokens += orZero(entry.completion().response().completionTokens());
      }
      if (entry.completion().isFinal()) {
        places.add(
            new Place(
                Long.parseUnsignedLong(entry.key(), 0, 16, 16),
                Long.parseUnsignedLong(entry.key(), 16, 32, 16),
                segment,
                block));
      }
    }

    private static long orZero(Long count) {
      return count == null ? 0 : count;
    }

    void write(Path leg, List<String> segments) throws IOException {
      places.sort(
          (a, b) -> {
            int order = Long.compareUnsigned(a.high, b.high);
            order = order != 0 ? order : Long.compareUnsigned(a.low, b.low);
            return order != 0 ? order : Integer.compare(a.segment, b.segment);
          });
      Files.createDirectories(leg);
      try (DataOutputStream out =
          new DataOutputStream(
              new java.io.BufferedOutputStream(
                  Files.newOutputStream(leg.resolve("earlier.index")), 1 << 16))) {
        ByteBuffer buffer = ByteBuffer.allocate(ENTRY_BYTES);
        Place previous = null;
        for (Place place : places) {
          if (previous == null || previous.high != place.high || previous.low != place.low) {
            buffer.clear();
            buffer
                .putLong(place.high)
                .putLong(place.low)
                .putInt(place.segment)
                .putLong(place.block);
            out.write(buffer.array());
            distinct++;
          }
          previous = place;
        }
      }
      Files.write(leg.resolve("earlier.segments"), segments);
    }

    Summary summary() {
      long open = 0;
      for (Map.Entry<Path, Set<Long>> attempt : intended.entrySet()) {
        open +=
            Math.max(
                0, attempt.getValue().size() - settledByAttempt.getOrDefault(attempt.getKey(), 0L));
      }
      return new Summary(
          distinct, calls, promptTokens, completionTokens, costUsd, open, List.copyOf(damaged));
    }
  }
}
