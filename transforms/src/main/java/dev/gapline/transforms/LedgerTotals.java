package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.transforms.providers.Charge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a part of the ledger holds, in numbers that add up.
 *
 * @param settled outcomes, failures among them; one that was settled twice counts twice
 * @param failed of those, failures by category
 * @param returned calls that came back with a failure and were made again
 * @param openIntents calls that were about to be sent and of which nothing came back
 * @param calls made
 * @param costUsd of the answers, as far as it was known
 * @param judging what judges' calls took of these
 * @param charge of all calls against the ceilings; of an open intent, its worst case
 * @param bytes of the segments
 * @param damaged segments that could not be read to their end
 */
public record LedgerTotals(
    long settled,
    Map<String, Long> failed,
    long returned,
    long openIntents,
    long calls,
    long promptTokens,
    long completionTokens,
    double costUsd,
    Receipt.Judging judging,
    Charge charge,
    long bytes,
    List<String> damaged) {

  /** Those of an empty ledger. */
  public static final LedgerTotals NONE =
      new LedgerTotals(
          0, Map.of(), 0, 0, 0, 0, 0, 0, Receipt.Judging.NONE, Charge.NONE, 0, List.of());

  public LedgerTotals {
    failed = Map.copyOf(failed);
    damaged = List.copyOf(damaged);
  }

  /** The same, but for the damage. */
  LedgerTotals withDamaged(List<String> segments) {
    return new LedgerTotals(
        settled,
        failed,
        returned,
        openIntents,
        calls,
        promptTokens,
        completionTokens,
        costUsd,
        judging,
        charge,
        bytes,
        segments);
  }

  /** The same, with another number of bytes. */
  LedgerTotals withBytes(long other) {
    return new LedgerTotals(
        settled,
        failed,
        returned,
        openIntents,
        calls,
        promptTokens,
        completionTokens,
        costUsd,
        judging,
        charge,
        other,
        damaged);
  }

  /** Both together. */
  public LedgerTotals plus(LedgerTotals other) {
    Map<String, Long> failures = new TreeMap<>(failed);
    other.failed.forEach((category, count) -> failures.merge(category, count, Long::sum));
    List<String> allDamaged = new ArrayList<>(damaged);
    allDamaged.addAll(other.damaged);
    return new LedgerTotals(
        settled + other.settled,
        failures,
        returned + other.returned,
        openIntents + other.openIntents,
        calls + other.calls,
        promptTokens + other.promptTokens,
        completionTokens + other.completionTokens,
        costUsd + other.costUsd,
        judging.plus(other.judging),
        charge.plus(other.charge),
        bytes + other.bytes,
        allDamaged);
  }
}
