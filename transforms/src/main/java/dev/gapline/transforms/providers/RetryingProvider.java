package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Asks again after a failure that may pass. The one place that does.
 *
 * <p>Only retryable categories are retried. The wait is the back-off of the policy; after a
 * Retry-After it is what the server asks for and then the back-off, for this request alone. A
 * request whose next call would begin after its deadline is given its last failure at once.
 * Cancelling the future cancels the call, or the wait.
 *
 * <p>Hand-written: resilience4j-retry knows intervals by result, but a cancelled future of its
 * leaves the call running and the next one scheduled, and it has no deadline over all calls.
 */
final class RetryingProvider implements Provider {

  private final Caller caller;
  private final RetryPolicy policy;
  private final Supplier<Duration> pace;
  private final Time time;
  private final RandomGenerator random;
  private volatile boolean closed;

  /**
   * Retries the caller's calls; closing this closes the caller and the time.
   *
   * @param pace takes a place in the model's pace for one further call and says how far off it is
   * @param random used by several threads
   */
  RetryingProvider(
      Caller caller,
      RetryPolicy policy,
      Supplier<Duration> pace,
      Time time,
      RandomGenerator random) {
    this.caller = caller;
    this.policy = policy;
    this.pace = pace;
    this.time = time;
    this.random = random;
  }

  @Override
  public CompletableFuture<Completion> ask(Request request) {
    Asking asking = new Asking(request);
    asking.orFail(asking::call);
    return asking.result;
  }

  @Override
  public void close() {
    closed = true;
    caller.close();
    time.close();
  }

  /** One request on its way to its completion; its calls follow one another. */
  private final class Asking {

    private final Request request;
    private final long begun = time.nanos();
    private final CompletableFuture<Completion> result = new CompletableFuture<>();
    private Completion last;
    private int calls;

    private volatile CompletableFuture<Attempt> inFlight = CompletableFuture.completedFuture(null);
    private volatile Time.Alarm waiting = () -> {};

    Asking(Request request) {
      this.request = request;
      var unused = result.whenComplete((completion, thrown) -> end());
    }

    /** Ends what is under way, if the result came by other means: it was cancelled. */
    private void end() {
      inFlight.cancel(true);
      waiting.cancel();
    }

    private void call() {
      if (result.isDone()) {
        return;
      }
      if (closed && last != null) {
        result.complete(last);
        return;
      }
      calls++;
      inFlight = caller.call(request);
      if (result.isDone()) {
        end();
      }
      var unused = inFlight.whenComplete((attempt, thrown) -> orFail(() -> took(attempt, thrown)));
    }

    private void took(Attempt attempt, Throwable thrown) {
      if (thrown != null) {
        result.completeExceptionally(thrown);
        return;
      }
      last = afterCalls(attempt.completion());
      Duration backOff = policy.backOff(calls, random);
      Duration wait = attempt.retryAfter().map(backOff::plus).orElse(backOff);
      boolean inTime = time.nanos() - begun + wait.toNanos() < policy.deadline().toNanos();
      if (last.isTransient() && calls < policy.calls() && inTime && !closed) {
        waiting = time.after(wait, () -> orFail(this::callAtPace));
      } else {
        result.complete(last);
      }
    }

    private void callAtPace() {
      Duration wait = pace.get();
      if (wait.isZero()) {
        call();
      } else {
        waiting = time.after(wait, () -> orFail(this::call));
      }
    }

    /** On a thread where nobody would see it, a fault of ours must not leave the asker waiting. */
    private void orFail(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
      }
    }

    private Completion afterCalls(Completion completion) {
      if (completion.isFailure()) {
        Failure failure = completion.failure();
        return Completion.of(new Failure(failure.category(), failure.message(), calls));
      }
      return Completion.of(completion.response().afterAttempts(calls));
    }
  }
}
