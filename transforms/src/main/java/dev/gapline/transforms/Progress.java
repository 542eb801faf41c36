package dev.gapline.transforms;

import java.util.concurrent.atomic.LongAdder;

/** How far a leg has come in this process. Counts what the ledger holds, not what was sent. */
public final class Progress {

  private final LongAdder settled = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder reused = new LongAdder();
  private final LongAdder judgeCalls = new LongAdder();
  private final LongAdder failedJudgeCalls = new LongAdder();

  void count(boolean failure, boolean wasReused) {
    settled.increment();
    if (failure) {
      failed.increment();
    }
    if (wasReused) {
      reused.increment();
    }
  }

  /** A later turn of a trial that was counted has failed. */
  void failLater() {
    failed.increment();
  }

  void countJudge(boolean failure) {
    judgeCalls.increment();
    if (failure) {
      failedJudgeCalls.increment();
    }
  }

  /** Judges' calls with a durable outcome, reused ones included. */
  public long judgeCalls() {
    return judgeCalls.sum();
  }

  /** Of those, the ones whose provider failed. */
  public long failedJudgeCalls() {
    return failedJudgeCalls.sum();
  }

  /** Trials with a durable outcome, reused ones included. */
  public long settled() {
    return settled.sum();
  }

  /** Trials whose provider failed. */
  public long failed() {
    return failed.sum();
  }

  /** Trials whose outcome was settled in an earlier leg. */
  public long reused() {
    return reused.sum();
  }
}
