package dev.gapline.transforms;

import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Receipt;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;

/** One pass over the segments of one attempt at a unit; it decodes no answer's text. */
final class AttemptScan {

  /** What the pass found: the totals, and where the outcomes lie that are reused. */
  record Found(LedgerTotals totals, List<Place> places) {}

  private final List<Place> places = new ArrayList<>();
  private final List<String> damaged = new ArrayList<>();
  private final Map<String, Charge> open = new HashMap<>();
  private final Map<String, Integer> returnedByKey = new HashMap<>();
  private final Map<String, Long> failed = new TreeMap<>();
  private long settled;
  private long returned;
  private long calls;
  private long promptTokens;
  private long completionTokens;
  private double costUsd;
  private Receipt.Judging judging = Receipt.Judging.NONE;
  private Charge charge = Charge.NONE;
  private long bytes;

  private AttemptScan() {}

  /**
   * Reads the segments in their order.
   *
   * @param first number of the first segment among those of the leg
   */
  static Found of(Store store, List<Store.Stored> segments, int first) throws IOException {
    AttemptScan scan = new AttemptScan();
    for (int i = 0; i < segments.size(); i++) {
      scan.segment(store, segments.get(i).name(), first + i);
      scan.bytes += segments.get(i).bytes();
    }
    return scan.found();
  }

  private void segment(Store store, String file, int number) throws IOException {
    try (LedgerBlocks blocks = LedgerBlocks.open(store, file, LedgerEntries.OUTLINE)) {
      for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
        for (GenericRecord row : block.get().rows()) {
          if (LedgerEntries.isIntent(row)) {
            LedgerEntries.intents(row).forEach(call -> open.put(call.key(), call.worst()));
          } else if (LedgerEntries.isReturned(row)) {
            returned(LedgerEntries.call(row));
          } else {
            settled(number, block.get().position(), LedgerEntries.outline(row));
          }
        }
      }
    } catch (DamagedSegment e) {
      damaged.add(file.substring(RunNames.LEDGER.length() + 1));
      // What is whole before the damage is used, and the segment is named to whoever asked.
    }
  }

  private void returned(Ledger.Returned call) {
    open.remove(call.key());
    returnedByKey.merge(call.key(), 1, Integer::sum);
    returned++;
    calls++;
    charge = charge.plus(call.charge());
  }

  private void settled(int segment, long block, LedgerEntries.Outline outcome) {
    open.remove(outcome.key());
    settled++;
    // Those of its calls that returned before are counted already.
    calls += outcome.attempts() - returnedByKey.getOrDefault(outcome.key(), 0);
    charge = charge.plus(outcome.charge());
    costUsd += outcome.costUsd() == null ? 0 : outcome.costUsd();
    if (outcome.isJudges()) {
      judging =
          judging.plus(
              new Receipt.Judging(
                  outcome.attempts(),
                  orZero(outcome.promptTokens()) + orZero(outcome.completionTokens()),
                  outcome.costUsd() == null ? 0 : outcome.costUsd()));
    }
    FailureCategory failure = outcome.failure();
    if (failure == null) {
      promptTokens += orZero(outcome.promptTokens());
      completionTokens += orZero(outcome.completionTokens());
    } else {
      failed.merge(failure.id(), 1L, Long::sum);
    }
    if (outcome.isFinal()) {
      places.add(Place.of(outcome.key(), segment, block));
    }
  }

  private static long orZero(Long count) {
    return count == null ? 0 : count;
  }

  private Found found() {
    Charge withOpen = charge;
    for (Charge worst : open.values()) {
      withOpen = withOpen.plus(worst);
    }
    return new Found(
        new LedgerTotals(
            settled,
            failed,
            returned,
            open.size(),
            calls,
            promptTokens,
            completionTokens,
            costUsd,
            judging,
            withOpen,
            bytes,
            damaged),
        places);
  }
}
