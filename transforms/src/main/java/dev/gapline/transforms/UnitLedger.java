package dev.gapline.transforms;

import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.providers.Ledger;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a unit: {@code ledger/<leg>/<unit>/<attempt>/<n>.avro}. Creating the attempt's
 * folder claims it, so every segment has one writer by construction; what earlier attempts at the
 * same unit settled is read back.
 */
final class UnitLedger implements Ledger {

  private static final Logger LOG = LoggerFactory.getLogger(UnitLedger.class);

  private final EarlierLegs earlier;
  private final Map<String, Entry> ownPrefix = new HashMap<>();
  private final LedgerSegment segment;
  private final int attempt;

  private UnitLedger(EarlierLegs earlier, Path unit) throws IOException {
    this.earlier = earlier;
    Files.createDirectories(unit);
    this.attempt = claim(unit);
    for (int previous = 1; previous < attempt; previous++) {
      readBack(unit.resolve(Integer.toString(previous)));
    }
    this.segment = new LedgerSegment(unit.resolve(Integer.toString(attempt)).resolve("0.avro"));
  }

  /** Claims the next attempt at the unit. */
  static UnitLedger open(RunFolder folder, String leg, WorkUnit unit, EarlierLegs earlier)
      throws IOException {
    return new UnitLedger(earlier, folder.ledger(leg, unit));
  }

  /** Which attempt this is, counted from 1. */
  int attempt() {
    return attempt;
  }

  /** Whether an earlier attempt in this leg settled it. */
  boolean settledInThisLeg(String key) {
    return ownPrefix.containsKey(key);
  }

  @Override
  public Optional<Entry> settled(String key) throws IOException {
    Entry mine = ownPrefix.get(key);
    return mine != null ? Optional.of(mine) : earlier.find(key);
  }

  @Override
  public void intend(long[] places) throws IOException {
    segment.append(LedgerEntries.intent(places));
  }

  @Override
  public void settle(Entry entry, Double costUsd) throws IOException {
    segment.append(LedgerEntries.settled(entry, costUsd));
  }

  @Override
  public void force() throws IOException {
    segment.force();
  }

  @Override
  public void close() throws IOException {
    segment.close();
  }

  private static int claim(Path unit) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.createDirectory(unit.resolve(Integer.toString(attempt)));
        return attempt;
      } catch (FileAlreadyExistsException e) {
        // Another attempt has it; try the next number.
      }
    }
  }

  private void readBack(Path attemptFolder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(attemptFolder)) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      try (LedgerBlocks blocks = LedgerBlocks.open(file)) {
        for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
          for (GenericRecord row : block.get().rows()) {
            if (!LedgerEntries.isIntent(row)) {
              Entry entry = LedgerEntries.entry(row);
              ownPrefix.putIfAbsent(entry.key(), entry);
            }
          }
        }
      } catch (IOException e) {
        // The attempt died while it wrote: what was whole before is what was settled.
        LOG.warn("{} What was whole before it is used.", e.getMessage());
      }
    }
  }
}
