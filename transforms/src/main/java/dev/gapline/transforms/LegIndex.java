package dev.gapline.transforms;

import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Where one leg's outcomes lie, and its totals: read from its segments once, then kept beside them
 * in {@code ledger/<leg>/leg.index}.
 *
 * <p>What is kept names the segments that it stands for with their sizes and versions, so that one
 * that was changed, torn or taken away makes it void. A change that leaves no trace in a listing is
 * found when the block is read: an index is never believed about contents.
 */
final class LegIndex {

  /** A file may be written to twice within its time's granularity: younger ones prove nothing. */
  private static final long LEAST_AGE_MILLIS = 2_000;

  private final Store store;
  private final Path work;
  private final Clock clock;

  /** Works in that local folder, which the caller deletes after the last use of an index. */
  LegIndex(Store store, Path work, Clock clock) {
    this.store = store;
    this.work = work;
    this.clock = clock;
  }

  Store store() {
    return store;
  }

  /** The leg's index: the one that is kept, or a new one, which is then kept. */
  IndexFile keep(LegFiles leg) throws IOException {
    Optional<IndexFile> kept = kept(leg);
    if (kept.isPresent()) {
      return kept.get();
    }
    IndexFile fresh = scan(leg);
    if (clock.millis() - leg.modifiedMillis() >= LEAST_AGE_MILLIS) {
      store.put(leg.index(), fresh.file());
    }
    return fresh;
  }

  /** The leg's index: the one that is kept, or a new one; nothing is written to the store. */
  IndexFile peek(LegFiles leg) throws IOException {
    Optional<IndexFile> kept = kept(leg);
    return kept.isPresent() ? kept.get() : scan(leg);
  }

  /** A new index of the leg, whatever is kept. */
  IndexFile scan(LegFiles leg) throws IOException {
    return scan(leg, leg.stamp());
  }

  private Optional<IndexFile> kept(LegFiles leg) throws IOException {
    try {
      return IndexFile.open(store.local(leg.index(), work))
          .filter(kept -> kept.contents().stamp().equals(leg.stamp()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Reads all segments, attempts in parallel; their totals are added in the attempts' order. */
  private IndexFile scan(LegFiles leg, String stamp) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    Path runs = Files.createTempDirectory(work, "runs");
    try {
      PlaceSorter sorter = new PlaceSorter(runs);
      LedgerTotals totals = LedgerTotals.NONE;
      Queue<Future<AttemptScan.Found>> ahead = new ArrayDeque<>();
      int first = 0;
      for (List<Store.Stored> attempt : leg.attempts()) {
        int number = first;
        ahead.add(pool.submit(() -> AttemptScan.of(store, attempt, number)));
        first += attempt.size();
        if (ahead.size() > 2 * threads) {
          totals = take(ahead, sorter, totals);
        }
      }
      while (!ahead.isEmpty()) {
        totals = take(ahead, sorter, totals);
      }
      List<String> names = leg.files().stream().map(Store.Stored::name).toList();
      try (Places sorted = sorter.sorted()) {
        return IndexFile.write(
            Files.createTempFile(work, "leg", ".index"),
            sorted,
            new IndexFile.Contents(stamp, names, totals));
      }
    } finally {
      pool.shutdownNow();
      Folders.delete(runs);
    }
  }

  private static LedgerTotals take(
      Queue<Future<AttemptScan.Found>> ahead, PlaceSorter sorter, LedgerTotals totals)
      throws IOException {
    try {
      AttemptScan.Found found = ahead.remove().get();
      sorter.addAll(found.places());
      return totals.plus(found.totals());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("Interrupted while the ledger was read.").initCause(e);
    } catch (ExecutionException e) {
      throw new IOException("The ledger cannot be read.", e.getCause());
    }
  }
}
