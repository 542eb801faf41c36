package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-10-21T07:28:00Z");

  private static Optional<Duration> of(Map<String, String> headers) {
    return of(headers, NOW);
  }

  private static Optional<Duration> of(Map<String, String> headers, Instant now) {
    Map<String, List<String>> lists = new java.util.HashMap<>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    return RetryAfter.of(HttpHeaders.of(lists, (name, value) -> true), now);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "1 | 1000",
        " 7  | 7000",
        "0.25 | 250",
        "-3 | 0",
        "1e12 | 31536000000",
        "Wed, 21 Oct 2026 07:28:30 GMT | 30000",
        "Wed, 21 Oct 2026 07:27:30 GMT | 0"
      })
  void aNumberOfSecondsOrADateIsAWait(String text, long millis) {
    assertEquals(Optional.of(Duration.ofMillis(millis)), of(Map.of("Retry-After", text)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "NaN", "2026-10-21T07:28:30Z"})
  void whatCannotBeReadIsNoWait(String text) {
    assertEquals(Optional.empty(), of(Map.of("Retry-After", text)));
  }

  @Test
  void millisecondsOutrankSeconds() {
    Map<String, String> headers = Map.of("retry-after", "2", "Retry-After-Ms", "1500");
    assertEquals(Optional.of(Duration.ofMillis(1500)), of(headers));
  }

  /** Too long for a request's deadline, so it ends the request; see {@link RetryPolicy}. */
  @Test
  void aClockThatJumpedBackMakesADateALongerWaitAndANumberTheSame() {
    Instant anHourBefore = NOW.minus(Duration.ofHours(1));
    assertEquals(
        Optional.of(Duration.ofSeconds(3630)),
        of(Map.of("Retry-After", "Wed, 21 Oct 2026 07:28:30 GMT"), anHourBefore));
    assertEquals(Optional.of(Duration.ofSeconds(7)), of(Map.of("Retry-After", "7"), anHourBefore));
  }

  @Test
  void withoutAHeaderThereIsNoWait() {
    assertEquals(Optional.empty(), of(Map.of()));
  }
}
