package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.coders.CoderException;

/**
 * Reads everything of a run that can be checked against something: every block of every segment
 * against its checksum, keys against each other, receipts and {@code run.json} against the digests
 * of the files that they name.
 */
public final class LedgerVerification {

  private static final String RECEIPT = "/receipt";

  private final RunFolder folder;
  private final Store store;
  private final List<Fault> faults = new ArrayList<>();

  /**
   * Something that is not as it should be.
   *
   * @param file within the run
   * @param position byte at which it begins; null when it is the whole file
   */
  public record Fault(String file, Long position, String what) {}

  private LedgerVerification(RunFolder folder) {
    this.folder = folder;
    this.store = folder.store();
  }

  /** All faults, in the order of the files; none if the run is whole. */
  public static List<Fault> faults(RunFolder folder) throws IOException {
    LedgerVerification verification = new LedgerVerification(folder);
    verification.segments();
    verification.receipts();
    verification.tables();
    return List.copyOf(verification.faults);
  }

  private void segments() throws IOException {
    Path work = Files.createTempDirectory("gapline-verify");
    try {
      LegIndex indexes = new LegIndex(store, work, Clock.systemUTC());
      List<IndexFile> scanned = new ArrayList<>();
      Optional<Compacted> compacted = Compacted.read(store);
      if (compacted.isPresent()) {
        LegFiles files = LegFiles.of(store, compacted.get());
        check(files);
        scanned.add(indexes.scan(files));
      }
      for (LegFiles files : LegFiles.all(store).values()) {
        check(files);
        if (compacted.isEmpty() || !compacted.get().holds(files.leg())) {
          scanned.add(indexes.scan(files));
        }
      }
      findDuplicates(scanned);
    } finally {
      Folders.delete(work);
    }
  }

  private void check(LegFiles leg) throws IOException {
    for (Store.Stored file : leg.files()) {
      try (LedgerBlocks blocks = LedgerBlocks.open(store, file.name())) {
        while (blocks.next().isPresent()) {
          // Each block checks itself as it is read.
        }
      } catch (DamagedSegment e) {
        faults.add(new Fault(file.name(), e.position(), "torn or changed from here on"));
      }
    }
  }

  /** A final outcome is asked for once: a second one was paid for nothing. */
  private void findDuplicates(List<IndexFile> indexes) throws IOException {
    List<String> segments = new ArrayList<>();
    List<Places> sources = new ArrayList<>();
    for (IndexFile index : indexes) {
      sources.add(index.places(segments.size()));
      segments.addAll(index.contents().segments());
    }
    try (Places all = Places.merge(sources)) {
      Place first = null;
      for (Place place = all.next(); place != null; place = all.next()) {
        if (place.hasKeyOf(first)) {
          faults.add(
              new Fault(
                  segments.get(place.segment()),
                  place.block(),
                  "settles %s again, which %s settled at byte %d"
                      .formatted(place.key(), segments.get(first.segment()), first.block())));
        } else {
          first = place;
        }
      }
    }
  }

  private void receipts() throws IOException {
    for (Store.Stored file : store.list(RunNames.LEDGER)) {
      String[] parts = file.name().split("/", -1);
      if (parts.length == 4 && Legs.isLeg(parts[1]) && file.name().endsWith(RECEIPT)) {
        receipt(file.name(), parts[1]);
      }
    }
  }

  private void receipt(String file, String leg) throws IOException {
    Receipt receipt;
    try {
      receipt = Receipts.decode(store.read(file).orElseThrow());
    } catch (CoderException | RuntimeException e) {
      faults.add(new Fault(file, null, "is not a receipt"));
      return;
    }
    if (receipt.part() == null) {
      return;
    }
    String part = RunNames.table(leg, "trials") + "/" + receipt.part();
    // The part of a unit beyond a stop is not kept; its answers are in the ledger.
    if (store.exists(part) && !digest(part).equals(receipt.digest())) {
      faults.add(new Fault(part, null, "is not the file that the receipt names"));
    }
  }

  private void tables() throws IOException {
    Optional<RunState> state = RunState.read(folder);
    if (state.isEmpty() || state.get().tablesLeg() == null) {
      return;
    }
    for (Map.Entry<String, List<RunState.File>> table : state.get().tables().entrySet()) {
      for (RunState.File file : table.getValue()) {
        String name = RunNames.table(state.get().tablesLeg(), table.getKey()) + "/" + file.name();
        try {
          if (!digest(name).equals(file.sha256())) {
            faults.add(new Fault(name, null, "is not the file that run.json names"));
          }
        } catch (NoSuchFileException e) {
          faults.add(new Fault(name, null, "is missing; run.json names it"));
        }
      }
    }
  }

  private String digest(String name) throws IOException {
    try (var channel = store.open(name)) {
      return TableWriter.digest(Channels.newInputStream(channel));
    }
  }
}
