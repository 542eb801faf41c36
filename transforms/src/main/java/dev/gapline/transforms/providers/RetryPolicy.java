package dev.gapline.transforms.providers;

import dev.gapline.schemas.ModelSpec;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a call is made again.
 *
 * @param calls most calls of one request, at least 1
 * @param base longest wait before the second call; it doubles with every further one
 * @param cap longest wait of all, Retry-After aside
 * @param deadline no call begins later than this after the first; one that has begun by then may
 *     still take its timeout
 */
record RetryPolicy(int calls, Duration base, Duration cap, Duration deadline) {

  /** Six calls within four times the model's timeout, waits of 0.5 s doubling up to 30 s. */
  static RetryPolicy of(ModelSpec model) {
    return new RetryPolicy(
        6, Duration.ofMillis(500), Duration.ofSeconds(30), model.timeout().multipliedBy(4));
  }

  /**
   * The wait after that many calls, uniform between zero and its bound ("full jitter": Brooker,
   * Exponential Backoff and Jitter, 2015), so that those refused together do not return together.
   */
  Duration backOff(int callsMade, RandomGenerator random) {
    double bound = Math.min((double) cap.toNanos(), base.toNanos() * Math.pow(2, callsMade - 1));
    return Duration.ofNanos((long) (random.nextDouble() * bound));
  }
}
