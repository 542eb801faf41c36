package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.FailureCategory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What was asked and what came back, so that a settled answer is never paid for twice. One writer
 * writes one ledger; nothing counts as written before {@link #keep} returns.
 *
 * <p>Every call has an intent, written before it is sent, which is closed by what came back: a
 * settled outcome, or a note that the call returned without one and will be made again. An intent
 * that nothing closed is a call that may have been paid for without its answer being kept.
 */
public interface Ledger extends AutoCloseable {

  /**
   * One settled outcome.
   *
   * @param completion with the number of calls that it took
   * @param met categories of the failures of all calls before the last, in their order
   * @param sentAtMillis when the first call was sent, milliseconds since the epoch
   * @param latencyMillis from then to the outcome, retries included
   * @param costUsd of the answer at the study's price; null when that is unknown
   * @param charge of the last call against the ceilings
   */
  record Entry(
      String key,
      String trial,
      Completion completion,
      List<FailureCategory> met,
      long sentAtMillis,
      long latencyMillis,
      Double costUsd,
      Charge charge) {

    public Entry {
      met = List.copyOf(met);
    }
  }

  /**
   * A call that is about to be sent.
   *
   * @param worst the most that it may be billed
   */
  record Intent(String key, Charge worst) {}

  /** A call that came back with a failure that may pass, and that will be made again. */
  record Returned(String key, FailureCategory category, Charge charge) {}

  /**
   * The outcome settled under that key by an earlier leg, or by an earlier attempt at this unit. A
   * transient failure of an earlier leg is not one: it is asked again.
   */
  Optional<Entry> settled(String key) throws IOException;

  /** Whether that key's outcome is of an earlier attempt in this very leg, not of another leg. */
  boolean settledInThisLeg(String key);

  /** Notes calls that are about to be sent. */
  void intend(List<Intent> calls) throws IOException;

  /** Notes that a call will be made again, and closes its intent. */
  void returned(Returned call) throws IOException;

  /** Adds an outcome, and closes its call's intent. */
  void settle(Entry entry) throws IOException;

  /**
   * Keeps everything added so far through the death of this process, and a moment later through
   * that of the machine.
   */
  void keep() throws IOException;

  @Override
  void close() throws IOException;
}
