package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import java.io.IOException;
import java.util.Optional;

/**
 * What was asked and what came back, so that a settled answer is never paid for twice. One unit's
 * attempt writes one ledger; nothing counts as settled before {@link #force} returns.
 */
public interface Ledger extends AutoCloseable {

  /**
   * One settled outcome.
   *
   * @param sentAtMillis when the first call was sent, milliseconds since the epoch
   * @param latencyMillis from then to the outcome, retries included
   */
  record Entry(
      String key, String trial, Completion completion, long sentAtMillis, long latencyMillis) {}

  /**
   * The outcome settled under that key by an earlier leg, or by an earlier attempt at this unit. A
   * transient failure of an earlier leg is not one: it is asked again.
   */
  Optional<Entry> settled(String key) throws IOException;

  /** Notes that the trials at these places of the plan are about to be sent. */
  void intend(long[] places) throws IOException;

  /**
   * Adds an outcome.
   *
   * @param costUsd at the study's price; null when that is unknown
   */
  void settle(Entry entry, Double costUsd) throws IOException;

  /** Makes everything added so far durable. */
  void force() throws IOException;

  @Override
  void close() throws IOException;
}
