package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryPolicyTest {

  private static final ModelSpec MODEL =
      Requests.model("openai/m", "http://127.0.0.1:1/v1", null, Duration.ofSeconds(60));
  private static final RetryPolicy POLICY = RetryPolicy.of(MODEL);

  /** Always the longest wait. */
  private static final RandomGenerator LONGEST =
      new Random() {
        private static final long serialVersionUID = 1;

        @Override
        public double nextDouble() {
          return Math.nextDown(1.0);
        }
      };

  private static Attempt failure(FailureCategory category) {
    return Attempt.of(Completion.of(new Failure(category, category + " happened", 1)));
  }

  private static Attempt refusal(Duration retryAfter) {
    return new Attempt(
        failure(FailureCategory.RATE_LIMITED).completion(),
        Optional.ofNullable(retryAfter),
        true,
        Optional.empty());
  }

  private static Optional<Long> millis(Optional<Duration> wait) {
    return wait.map(duration -> Math.round(duration.toNanos() / 1e6));
  }

  @Test
  void anAnswerStands() {
    Attempt answer =
        Attempt.of(Completion.of(new Response("Hi.", null, "stop", "m", 1L, 1L, null, 1)));
    assertEquals(Optional.empty(), POLICY.waitAfter(answer, 1, 0, Duration.ZERO, LONGEST));
  }

  @ParameterizedTest
  @EnumSource(FailureCategory.class)
  void onlyWhatMayPassIsAskedAgain(FailureCategory category) {
    assertEquals(
        category.isRetryable(),
        POLICY.waitAfter(failure(category), 1, 0, Duration.ZERO, LONGEST).isPresent());
  }

  @Test
  void waitsDoubleAndSixFailedCallsAreTheMost() {
    List<Optional<Long>> waits = new ArrayList<>();
    for (int failed = 1; failed <= 6; failed++) {
      waits.add(
          millis(
              POLICY.waitAfter(
                  failure(FailureCategory.SERVER_ERROR), failed, 0, Duration.ZERO, LONGEST)));
    }
    assertEquals(
        List.of(
            Optional.of(500L),
            Optional.of(1000L),
            Optional.of(2000L),
            Optional.of(4000L),
            Optional.of(8000L),
            Optional.empty()),
        waits);
  }

  @Test
  void aRefusalCostsNothingAndIsAskedAgainMoreOften() {
    assertEquals(
        Optional.of(30_000L),
        millis(POLICY.waitAfter(refusal(null), 0, 23, Duration.ZERO, LONGEST)));
    assertEquals(Optional.empty(), POLICY.waitAfter(refusal(null), 0, 24, Duration.ZERO, LONGEST));
  }

  @Test
  void noWaitIsLongerThanItsCapAndEachIsSpreadFromZero() {
    assertEquals(30_000, Math.round(POLICY.backOff(20, LONGEST).toNanos() / 1e6));
    Random random = new Random(7);
    double mean =
        random
            .doubles(10_000)
            .map(unused -> POLICY.backOff(1, random).toNanos() / 1e6)
            .average()
            .orElseThrow();
    assertEquals(250, mean, 10);
  }

  @Test
  void aWaitThatTheServerAsksForIsKeptAndSpread() {
    assertEquals(
        Optional.of(22_000L),
        millis(POLICY.waitAfter(refusal(Duration.ofSeconds(20)), 0, 1, Duration.ZERO, LONGEST)));
  }

  @Test
  void noCallBeginsLaterThanFourTimeoutsAfterTheFirst() {
    Duration late = Duration.ofSeconds(239);
    assertTrue(POLICY.waitAfter(failure(FailureCategory.TIMEOUT), 1, 0, late, LONGEST).isPresent());
    assertEquals(
        Optional.empty(), POLICY.waitAfter(refusal(Duration.ofSeconds(1)), 1, 0, late, LONGEST));
    assertEquals(
        Optional.empty(),
        POLICY.waitAfter(refusal(Duration.ofHours(1)), 0, 1, Duration.ZERO, LONGEST));
  }
}
