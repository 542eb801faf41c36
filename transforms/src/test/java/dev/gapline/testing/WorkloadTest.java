package dev.gapline.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The load that a model's name asks for. */
final class WorkloadTest {

  private static final int CALLS = 100_000;

  @Test
  void aFixedLatencyIsTheSameForEveryCall() {
    assertEquals(Duration.ofMillis(200), Workload.of("fixed-200+cap-32").latency(7));
  }

  @Test
  void halfOfTheLatenciesAreBelowTheMedianAndOneInAHundredAboveThePercentile() {
    Workload workload = Workload.of("lognormal-1000-20000");
    assertShare(0.5, n -> workload.latency(n).toMillis() < 1_000);
    assertShare(0.01, n -> workload.latency(n).toMillis() > 20_000);
  }

  @Test
  void eachTroubleMeetsItsShareOfTheCalls() {
    Workload workload = Workload.of("fixed-200+429-10-1+500-2");
    assertShare(0.10, n -> workload.fate(n) == Workload.Fate.REFUSED);
    assertShare(0.02, n -> workload.fate(n) == Workload.Fate.BROKEN);
    assertShare(0.88, n -> workload.fate(n) == Workload.Fate.ANSWERED);
    assertEquals(Duration.ofSeconds(1), workload.retryAfter());
  }

  @Test
  void onlyTheHundredthCallIsToldToWait() {
    Workload workload = Workload.of("fixed-200+wait90");
    assertEquals(
        99L,
        LongStream.range(0, CALLS)
            .filter(n -> workload.fate(n) == Workload.Fate.REFUSED)
            .reduce(0, Long::sum));
    assertEquals(Duration.ofSeconds(90), workload.retryAfter());
  }

  @Test
  void aNameWithoutALatencyIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Workload.of("cap-32"));
  }

  private static void assertShare(double expected, LongPredicate happens) {
    double share = LongStream.range(0, CALLS).filter(happens).count() / (double) CALLS;
    assertTrue(Math.abs(share - expected) < 0.01 * Math.sqrt(expected), "share " + share);
  }
}
