package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitHeadersTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private static Optional<Duration> exhausted(Map<String, String> headers) {
    Map<String, List<String>> lists =
        headers.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue())));
    return RateLimitHeaders.exhaustedFor(HttpHeaders.of(lists, (name, value) -> true), NOW);
  }

  @Test
  void aServerThatSaysNothingOfItIsNotExhausted() {
    assertEquals(Optional.empty(), exhausted(Map.of("content-type", "application/json")));
  }

  @Test
  void aServerWithSomethingLeftIsOpen() {
    assertEquals(
        Optional.of(Duration.ZERO),
        exhausted(
            Map.of("x-ratelimit-remaining-requests", "1", "x-ratelimit-reset-requests", "6m0s")));
  }

  @ParameterizedTest
  @CsvSource({"1s, 1000", "6m0s, 360000", "20ms, 20", "1.5s, 1500", "12, 12000", "1h2m3s, 3723000"})
  void theResetOfRequestsOrTokensIsADuration(String reset, long millis) {
    for (String what : List.of("requests", "tokens")) {
      assertEquals(
          Optional.of(Duration.ofMillis(millis)),
          exhausted(
              Map.of("x-ratelimit-remaining-" + what, "0", "x-ratelimit-reset-" + what, reset)));
    }
  }

  @Test
  void orAMoment() {
    assertEquals(
        Optional.of(Duration.ofSeconds(30)),
        exhausted(
            Map.of(
                "anthropic-ratelimit-requests-remaining",
                "0",
                "anthropic-ratelimit-requests-reset",
                "2026-01-31T12:00:30Z")));
  }

  @Test
  void theLongestCounts() {
    assertEquals(
        Optional.of(Duration.ofSeconds(9)),
        exhausted(
            Map.of(
                "x-ratelimit-remaining-requests", "0",
                "x-ratelimit-reset-requests", "2s",
                "x-ratelimit-remaining-tokens", "0",
                "x-ratelimit-reset-tokens", "9s")));
  }

  @ParameterizedTest
  @CsvSource({"soon", "-3s", "1e999s", "0x10", "''"})
  void whatCannotBeReadIsAsIfItHadNotBeenSent(String reset) {
    assertEquals(
        Optional.empty(),
        exhausted(
            Map.of("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", reset)));
    assertEquals(Optional.empty(), exhausted(Map.of("x-ratelimit-remaining-requests", "none")));
  }
}
