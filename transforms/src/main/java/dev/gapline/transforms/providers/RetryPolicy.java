package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.ModelSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a call is made again: the one place that decides it.
 *
 * <p>Only categories that may pass are retried. The wait is the back-off; after a Retry-After it is
 * what the server asks for and up to a tenth more, two seconds at most, for this request alone. A
 * server that refuses is asked more often than one that breaks, for a refusal costs nothing and
 * says that an answer would come.
 *
 * @param calls most calls of one request that were taken and failed, at least 1
 * @param refusals most refusals of one request
 * @param base longest wait before the second call; it doubles with every further one
 * @param cap longest wait of all, Retry-After aside
 * @param deadline no call begins later than this after the first; one that has begun by then may
 *     still take its timeout
 */
public record RetryPolicy(int calls, int refusals, Duration base, Duration cap, Duration deadline) {

  private static final int CALLS = 6;
  private static final int REFUSALS = 24;
  private static final Duration BASE = Duration.ofMillis(500);
  private static final Duration CAP = Duration.ofSeconds(30);
  private static final int DEADLINE_TIMEOUTS = 4;
  private static final int BATCHES = 4;
  private static final Duration LONGEST_BATCHES = Duration.ofDays(4);
  private static final Duration LEAST_SPREAD = Duration.ofMillis(50);
  private static final Duration MOST_SPREAD = Duration.ofSeconds(2);
  private static final double SPREAD = 0.1;

  /**
   * Six calls within four times the model's timeout, waits of 0.5 s doubling up to 30 s; one for
   * what is simulated or replayed; four batches, each of which may take a day.
   */
  public static RetryPolicy of(ModelSpec model) {
    if (model.isOffline()) {
      // What is planted or recorded would come again.
      return new RetryPolicy(1, 1, BASE, CAP, model.timeout());
    }
    if (model.mode() == ModelSpec.Mode.BATCH) {
      return new RetryPolicy(BATCHES, BATCHES, BASE, CAP, LONGEST_BATCHES);
    }
    return new RetryPolicy(
        CALLS, REFUSALS, BASE, CAP, model.timeout().multipliedBy(DEADLINE_TIMEOUTS));
  }

  /**
   * The wait before the next call of a request; empty if the last attempt stands.
   *
   * @param last attempt
   * @param failed calls so far that were taken and failed
   * @param refused calls so far that were refused
   * @param elapsed since the first call began
   */
  public Optional<Duration> waitAfter(
      Attempt last, int failed, int refused, Duration elapsed, RandomGenerator random) {
    Completion completion = last.completion();
    if (!completion.isTransient() || failed >= calls || refused >= refusals) {
      return Optional.empty();
    }
    Duration wait =
        last.retryAfter()
            .map(asked -> asked.plus(spread(asked, random)))
            .orElseGet(() -> backOff(failed + refused, random));
    return elapsed.plus(wait).compareTo(deadline) < 0 ? Optional.of(wait) : Optional.empty();
  }

  /** What was refused together and told the same is not to return together. */
  private static Duration spread(Duration asked, RandomGenerator random) {
    double tenth = SPREAD * (double) asked.toNanos();
    double bound =
        Math.min((double) MOST_SPREAD.toNanos(), Math.max((double) LEAST_SPREAD.toNanos(), tenth));
    return Duration.ofNanos((long) (random.nextDouble() * bound));
  }

  /**
   * The back-off after that many calls, uniform between zero and its bound ("full jitter": Brooker,
   * Exponential Backoff and Jitter, 2015), so that those refused together do not return together.
   */
  Duration backOff(int callsMade, RandomGenerator random) {
    double bound = Math.min((double) cap.toNanos(), base.toNanos() * Math.pow(2, callsMade - 1));
    return Duration.ofNanos((long) (random.nextDouble() * bound));
  }
}
