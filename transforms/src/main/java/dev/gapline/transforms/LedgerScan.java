package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.avro.generic.GenericRecord;

/**
 * One pass over the ledger of all legs, by whoever wants to know and while others write: it takes
 * nothing but the files, and an end that is just being written is where a segment ends.
 *
 * @param calls made, open ones left out
 * @param promptTokens of their answers, as far as providers said
 * @param completionTokens likewise
 * @param costUsd of their answers, as far as it was known
 * @param judging what judges' calls took of these
 * @param charge of all calls against the ceilings; of an open one, its worst case
 * @param openByLeg intents that nothing closed: calls in flight, or lost with their process
 */
public record LedgerScan(
    long calls,
    long promptTokens,
    long completionTokens,
    double costUsd,
    Receipt.Judging judging,
    Charge charge,
    Map<String, Long> openByLeg) {

  public LedgerScan {
    openByLeg = Map.copyOf(openByLeg);
  }

  /** Open intents of all legs. */
  public long open() {
    return openByLeg.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Reads the ledger of that folder; empty where there is none.
   *
   * @param settled is told every settled outcome, with the name of its leg, in the order of legs,
   *     units and attempts
   */
  public static LedgerScan of(RunFolder folder, BiConsumer<String, Ledger.Entry> settled)
      throws IOException {
    Store store = folder.store();
    Pass pass = new Pass(store, settled);
    Optional<Compacted> compacted = Compacted.read(store);
    if (compacted.isPresent()) {
      for (Store.Stored segment : LegFiles.of(store, compacted.get()).files()) {
        pass.read(Compacted.LEG, segment.name());
      }
      pass.replaceTotals(compacted.get().legs());
    }
    for (LegFiles leg : LegFiles.all(store).values()) {
      if (compacted.isEmpty() || !compacted.get().holds(leg.leg())) {
        for (List<Store.Stored> attempt : leg.attempts()) {
          for (Store.Stored segment : attempt) {
            pass.read(leg.leg(), segment.name());
          }
          pass.endAttempt();
        }
      }
    }
    return new LedgerScan(
        pass.calls,
        pass.promptTokens,
        pass.completionTokens,
        pass.costUsd,
        pass.judging,
        pass.charge,
        pass.openByLeg);
  }

  private static final class Pass {
    private final Store store;
    private final BiConsumer<String, Ledger.Entry> listener;
    private final Map<String, Charge> intents = new HashMap<>();
    private final Map<String, Integer> returned = new HashMap<>();
    private final Map<String, Long> openByLeg = new HashMap<>();
    private String leg;
    private long calls;
    private long promptTokens;
    private long completionTokens;
    private double costUsd;
    private Receipt.Judging judging = Receipt.Judging.NONE;
    private Charge charge = Charge.NONE;

    Pass(Store store, BiConsumer<String, Ledger.Entry> listener) {
      this.store = store;
      this.listener = listener;
    }

    void read(String ofLeg, String segment) throws IOException {
      leg = ofLeg;
      try (LedgerBlocks blocks = LedgerBlocks.open(store, segment)) {
        for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
          block.get().rows().forEach(this::row);
        }
      } catch (DamagedSegment e) {
        // Its end is being written at this moment, or was when its writer died: what is whole
        // before it has been counted.
      }
    }

    private void row(GenericRecord row) {
      if (LedgerEntries.isIntent(row)) {
        LedgerEntries.intents(row).forEach(call -> intents.put(call.key(), call.worst()));
      } else if (LedgerEntries.isReturned(row)) {
        Ledger.Returned call = LedgerEntries.call(row);
        intents.remove(call.key());
        returned.merge(call.key(), 1, Integer::sum);
        calls++;
        charge = charge.plus(call.charge());
      } else {
        settled(LedgerEntries.entry(row));
      }
    }

    private void settled(Ledger.Entry entry) {
      intents.remove(entry.key());
      // Those of its calls that returned before are counted already.
      Integer before = returned.remove(entry.key());
      calls += entry.completion().attempts() - (before == null ? 0 : before);
      charge = charge.plus(entry.charge());
      costUsd += entry.costUsd() == null ? 0 : entry.costUsd();
      if (JudgeCalls.isOne(entry.trial())) {
        judging = judging.plus(Receipt.Judging.of(entry.completion(), entry.costUsd()));
      }
      if (entry.completion().response() != null) {
        promptTokens += orZero(entry.completion().response().promptTokens());
        completionTokens += orZero(entry.completion().response().completionTokens());
      }
      listener.accept(leg, entry);
    }

    /** What a compaction keeps are the outcomes; what they took stands beside them. */
    void replaceTotals(List<Compacted.LegTotals> legs) {
      LedgerTotals totals = LedgerTotals.NONE;
      for (Compacted.LegTotals one : legs) {
        totals = totals.plus(one.totals());
        openByLeg.merge(one.leg(), one.totals().openIntents(), Long::sum);
      }
      calls = totals.calls();
      promptTokens = totals.promptTokens();
      completionTokens = totals.completionTokens();
      costUsd = totals.costUsd();
      judging = totals.judging();
      charge = totals.charge();
    }

    void endAttempt() {
      for (Charge worst : intents.values()) {
        charge = charge.plus(worst);
        openByLeg.merge(leg, 1L, Long::sum);
      }
      intents.clear();
      returned.clear();
    }

    private static long orZero(Long count) {
      return count == null ? 0 : count;
    }
  }
}
