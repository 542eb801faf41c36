package dev.gapline.transforms;

import java.util.concurrent.atomic.LongAdder;

/** What a process has counted of one model since somebody last asked. */
final class ModelCounts {

  private static final double MICROS = 1e6;

  private final LongAdder calls = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder settled = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder tokens = new LongAdder();
  private final LongAdder microUsd = new LongAdder();

  /**
   * So much more than when it was last asked.
   *
   * @param calls that came back, with an answer or without
   * @param refused of those, because the server had too many
   * @param settled outcomes that are durable, reused ones not included
   * @param failed of those, because of the provider
   * @param tokens that the calls count against the ceiling
   * @param microUsd likewise, in millionths of a dollar
   */
  record More(long calls, long refused, long settled, long failed, long tokens, long microUsd) {}

  void came(boolean isRefusal) {
    calls.increment();
    if (isRefusal) {
      refused.increment();
    }
  }

  void settled(boolean isFailure) {
    settled.increment();
    if (isFailure) {
      failed.increment();
    }
  }

  void spent(long moreTokens, double usd) {
    tokens.add(moreTokens);
    microUsd.add(Math.round(usd * MICROS));
  }

  /** What was counted since the last time. */
  More take() {
    return new More(
        calls.sumThenReset(),
        refused.sumThenReset(),
        settled.sumThenReset(),
        failed.sumThenReset(),
        tokens.sumThenReset(),
        microUsd.sumThenReset());
  }
}
