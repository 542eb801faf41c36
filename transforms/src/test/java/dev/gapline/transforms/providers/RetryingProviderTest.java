package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Retries in a time that passes when it is told to. */
class RetryingProviderTest {

  private static final ModelSpec MODEL =
      Requests.model("openai/m", "http://127.0.0.1:1/v1", null, Duration.ofSeconds(60));
  private static final Request REQUEST = Requests.request(MODEL, "t1", "Hi");

  /** Always the longest wait. */
  private static final RandomGenerator LONGEST =
      new Random() {
        private static final long serialVersionUID = 1;

        @Override
        public double nextDouble() {
          return Math.nextDown(1.0);
        }
      };

  private final VirtualTime time = new VirtualTime();
  private final Line line = new Line();
  private Duration pace = Duration.ZERO;

  /** A line to a model: calls are noted by their moment, and answered from a queue or not yet. */
  private final class Line implements Caller {

    private final List<Duration> calls = new ArrayList<>();
    private final Queue<Attempt> answers = new ArrayDeque<>();
    private final List<CompletableFuture<Attempt>> open = new ArrayList<>();

    @Override
    public CompletableFuture<Attempt> call(Request request) {
      calls.add(Duration.ofNanos(time.nanos()));
      if (!answers.isEmpty()) {
        return CompletableFuture.completedFuture(answers.remove());
      }
      CompletableFuture<Attempt> call = new CompletableFuture<>();
      open.add(call);
      return call;
    }

    @Override
    public void close() {
      open.forEach(call -> call.complete(failure(FailureCategory.CONNECTION)));
    }
  }

  private RetryingProvider provider() {
    return new RetryingProvider(line, RetryPolicy.of(MODEL), () -> pace, time, LONGEST);
  }

  private static Attempt failure(FailureCategory category) {
    return Attempt.of(Completion.of(new Failure(category, category + " happened", 1)));
  }

  private static Attempt failure(FailureCategory category, Duration retryAfter) {
    return new Attempt(failure(category).completion(), Optional.of(retryAfter));
  }

  private static Attempt answer() {
    return Attempt.of(Completion.of(new Response("Hi.", null, "stop", "m", 1L, 1L, null, 1)));
  }

  private static long millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e6);
  }

  @Test
  void anAnswerIsPassedOnAndNothingWaits() {
    line.answers.add(answer());
    Completion completion = provider().ask(REQUEST).join();
    assertEquals("Hi.", completion.response().text());
    assertEquals(1, completion.attempts());
    assertEquals(0, time.alarms());
  }

  @ParameterizedTest
  @EnumSource(FailureCategory.class)
  void onlyWhatMayPassIsAskedAgain(FailureCategory category) {
    line.answers.add(failure(category));
    line.answers.add(answer());
    CompletableFuture<Completion> asked = provider().ask(REQUEST);
    time.pass(Duration.ofSeconds(1));
    assertEquals(!category.isRetryable(), asked.join().isFailure());
    assertEquals(category.isRetryable() ? 2 : 1, asked.join().attempts());
    assertEquals(category.isRetryable() ? 2 : 1, line.calls.size());
  }

  @Test
  void waitsDoubleAndSixCallsAreTheMost() {
    for (int i = 0; i < 10; i++) {
      line.answers.add(failure(FailureCategory.SERVER_ERROR));
    }
    CompletableFuture<Completion> asked = provider().ask(REQUEST);
    time.pass(Duration.ofMinutes(10));
    assertEquals(
        List.of(0L, 500L, 1500L, 3500L, 7500L, 15500L),
        line.calls.stream().map(RetryingProviderTest::millis).toList());
    assertEquals(6, asked.join().attempts());
    assertEquals("SERVER_ERROR happened", asked.join().failure().message());
  }

  @Test
  void noWaitIsLongerThanItsCapAndEachIsSpreadFromZero() {
    RetryPolicy policy = RetryPolicy.of(MODEL);
    assertEquals(30_000, millis(policy.backOff(20, LONGEST)));
    Random random = new Random(7);
    double mean =
        random
            .doubles(10_000)
            .map(unused -> policy.backOff(1, random).toNanos() / 1e6)
            .average()
            .orElseThrow();
    assertEquals(250, mean, 10);
  }

  @Test
  void aWaitThatTheServerAsksForComesBeforeTheBackOff() {
    line.answers.add(failure(FailureCategory.RATE_LIMITED, Duration.ofSeconds(20)));
    line.answers.add(failure(FailureCategory.RATE_LIMITED));
    line.answers.add(answer());
    CompletableFuture<Completion> asked = provider().ask(REQUEST);
    time.pass(Duration.ofSeconds(20));
    assertEquals(1, line.calls.size());
    time.pass(Duration.ofSeconds(10));
    assertEquals(
        List.of(0L, 20_500L, 21_500L),
        line.calls.stream().map(RetryingProviderTest::millis).toList());
    assertEquals(3, asked.join().attempts());
  }

  @Test
  void aWaitHoldsUpNoOtherRequest() {
    line.answers.add(failure(FailureCategory.RATE_LIMITED, Duration.ofSeconds(20)));
    line.answers.add(answer());
    RetryingProvider provider = provider();
    CompletableFuture<Completion> first = provider.ask(REQUEST);
    assertFalse(provider.ask(Requests.request(MODEL, "t2", "Hi")).join().isFailure());
    assertFalse(first.isDone());
  }

  @Test
  void aWaitBeyondTheDeadlineIsNotBegun() {
    line.answers.add(failure(FailureCategory.RATE_LIMITED, Duration.ofHours(1)));
    Completion completion = provider().ask(REQUEST).join();
    assertEquals(FailureCategory.RATE_LIMITED, completion.failure().category());
    assertEquals(1, completion.attempts());
    assertEquals(0, time.alarms());
  }

  @Test
  void afterFourTimeoutsTheLastFailureIsReturned() {
    CompletableFuture<Completion> asked = provider().ask(REQUEST);
    for (int i = 0; i < 6 && !asked.isDone(); i++) {
      time.pass(Duration.ofSeconds(60));
      line.open.get(line.open.size() - 1).complete(failure(FailureCategory.TIMEOUT));
      time.pass(Duration.ofSeconds(10));
    }
    assertEquals(FailureCategory.TIMEOUT, asked.join().failure().category());
    assertEquals(4, asked.join().attempts());
  }

  @Test
  void aRetryTakesItsPlaceInTheModelsPace() {
    pace = Duration.ofSeconds(3);
    line.answers.add(failure(FailureCategory.SERVER_ERROR));
    line.answers.add(answer());
    CompletableFuture<Completion> asked = provider().ask(REQUEST);
    time.pass(Duration.ofSeconds(5));
    assertFalse(asked.join().isFailure());
    assertEquals(
        List.of(0L, 3500L), line.calls.stream().map(RetryingProviderTest::millis).toList());
  }

  @Test
  void cancellingDuringACallCancelsTheCall() {
    CompletableFuture<Completion> asked = provider().ask(REQUEST);
    asked.cancel(true);
    assertTrue(line.open.get(0).isCancelled());
  }

  @Test
  void cancellingDuringAWaitMakesNoFurtherCall() {
    line.answers.add(failure(FailureCategory.SERVER_ERROR));
    CompletableFuture<Completion> asked = provider().ask(REQUEST);
    asked.cancel(true);
    assertEquals(0, time.alarms());
    time.pass(Duration.ofMinutes(1));
    assertEquals(1, line.calls.size());
  }

  @Test
  void closingDuringAWaitReturnsTheLastFailure() {
    line.answers.add(failure(FailureCategory.SERVER_ERROR));
    RetryingProvider provider = provider();
    CompletableFuture<Completion> asked = provider.ask(REQUEST);
    provider.close();
    assertEquals(FailureCategory.SERVER_ERROR, asked.join().failure().category());
    assertEquals(1, line.calls.size());
  }

  @Test
  void closingDuringACallReturnsItsFailure() {
    RetryingProvider provider = provider();
    CompletableFuture<Completion> asked = provider.ask(REQUEST);
    provider.close();
    assertEquals(FailureCategory.CONNECTION, asked.join().failure().category());
    assertEquals(1, line.calls.size());
  }

  @Test
  void aFaultOfOursIsNeitherRetriedNorHidden() {
    CompletableFuture<Completion> asked = provider().ask(REQUEST);
    line.open.get(0).completeExceptionally(new IllegalStateException("a fault"));
    Throwable thrown = assertThrows(CompletionException.class, asked::join);
    assertEquals("a fault", thrown.getCause().getMessage());
    assertEquals(1, line.calls.size());
  }

  @Test
  void aFaultInALaterCallLeavesNobodyWaiting() {
    line.answers.add(failure(FailureCategory.SERVER_ERROR));
    RetryingProvider provider =
        new RetryingProvider(
            line,
            RetryPolicy.of(MODEL),
            () -> {
              throw new IllegalStateException("a fault");
            },
            time,
            LONGEST);
    CompletableFuture<Completion> asked = provider.ask(REQUEST);
    time.pass(Duration.ofSeconds(1));
    Throwable thrown = assertThrows(CompletionException.class, asked::join);
    assertEquals("a fault", thrown.getCause().getMessage());
  }
}
