package dev.gapline.transforms;

import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a unit: {@code ledger/<leg>/<unit>/<attempt>/<n>.avro}. Creating the attempt's
 * claim makes it this one's, so every segment has one writer by construction; what earlier attempts
 * at the same unit settled is read back.
 */
final class UnitLedger implements Ledger {

  private static final Logger LOG = LoggerFactory.getLogger(UnitLedger.class);

  private final Store store;
  private final EarlierLegs earlier;
  private final Map<String, Entry> ownPrefix = new HashMap<>();
  private final AttemptSegments segments;
  private final int attempt;

  private UnitLedger(Store store, String leg, String unit, EarlierLegs earlier) throws IOException {
    this.store = store;
    this.earlier = earlier;
    this.attempt = claim(unit);
    for (int previous = 1; previous < attempt; previous++) {
      readBack(unit + "/" + previous);
    }
    this.segments = new AttemptSegments(store, unit + "/" + attempt, new Legs.Standing(store, leg));
  }

  /** Claims the next attempt at the unit. */
  static UnitLedger open(RunFolder folder, String leg, WorkUnit unit, EarlierLegs earlier)
      throws IOException {
    return open(folder.store(), leg, unit, earlier);
  }

  static UnitLedger open(Store store, String leg, WorkUnit unit, EarlierLegs earlier)
      throws IOException {
    return new UnitLedger(store, leg, RunNames.ledger(leg, unit), earlier);
  }

  /** Whether an attempt at the unit began in that leg. */
  static boolean isBegun(RunFolder folder, String leg, WorkUnit unit) throws IOException {
    return folder.store().exists(claimOf(RunNames.ledger(leg, unit), 1));
  }

  /** Which attempt this is, counted from 1. */
  int attempt() {
    return attempt;
  }

  @Override
  public boolean settledInThisLeg(String key) {
    return ownPrefix.containsKey(key);
  }

  @Override
  public Optional<Entry> settled(String key) throws IOException {
    Entry mine = ownPrefix.get(key);
    return mine != null ? Optional.of(mine) : earlier.find(key);
  }

  @Override
  public void intend(List<Intent> calls) throws IOException {
    segments.append(LedgerEntries.intent(calls));
  }

  @Override
  public void returned(Returned call) throws IOException {
    segments.append(LedgerEntries.returned(call));
  }

  @Override
  public void settle(Entry entry) throws IOException {
    segments.append(LedgerEntries.settled(entry));
  }

  @Override
  public void keep() throws IOException {
    segments.keep();
  }

  @Override
  public void close() throws IOException {
    segments.close();
  }

  private int claim(String unit) throws IOException {
    int attempt = 1;
    while (!store.createIfAbsent(claimOf(unit, attempt), Legs.writer())) {
      attempt++;
    }
    return attempt;
  }

  private static String claimOf(String unit, int attempt) {
    return unit + "/" + attempt + "/claim";
  }

  private void readBack(String attemptFolder) throws IOException {
    for (String file : LegFiles.segments(store, attemptFolder)) {
      try (LedgerBlocks blocks = LedgerBlocks.open(store, file)) {
        for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
          for (GenericRecord row : block.get().rows()) {
            if (LedgerEntries.isSettled(row)) {
              Entry entry = LedgerEntries.entry(row);
              ownPrefix.putIfAbsent(entry.key(), entry);
            }
          }
        }
      } catch (DamagedSegment e) {
        // The attempt died while it wrote: what was whole before is what was settled.
        LOG.warn("{} What was whole before it is used.", e.getMessage());
      }
    }
  }
}
