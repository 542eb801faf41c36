package dev.gapline.pipeline.processes;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for what must happen, by looking again and again. Its bound only ends a test that hangs; no
 * test asserts how long anything takes.
 */
final class Patience {

  private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int LOOKS = 60_000;

  private Patience() {}

  /** Returns when it has happened. */
  static void until(String what, BooleanSupplier happened) {
    for (int look = 0; look < LOOKS; look++) {
      if (happened.getAsBoolean()) {
        return;
      }
      LockSupport.parkNanos(LOOK_EVERY);
    }
    throw new AssertionError("It never came to this: " + what + ".");
  }
}
