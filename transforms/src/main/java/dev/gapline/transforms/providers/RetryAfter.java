package dev.gapline.transforms.providers;

import java.math.BigDecimal;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How long a server asks a client to wait: {@code retry-after-ms}, or Retry-After in seconds or as
 * a date (RFC 9110, 10.2.3). What cannot be read is as if it had not been sent.
 */
final class RetryAfter {

  /** Longer than any deadline; a larger number of seconds would not fit a duration. */
  private static final BigDecimal LONGEST_MILLIS =
      BigDecimal.valueOf(Duration.ofDays(365).toMillis());

  private RetryAfter() {}

  /** The wait that the headers ask for, never negative. */
  static Optional<Duration> of(HttpHeaders headers, Instant now) {
    return headers
        .firstValue("retry-after-ms")
        .flatMap(text -> millis(text, 1))
        .or(
            () ->
                headers
                    .firstValue("retry-after")
                    .flatMap(text -> millis(text, 1000).or(() -> until(text, now))));
  }

  private static Optional<Duration> millis(String number, int unitMillis) {
    try {
      BigDecimal millis = new BigDecimal(number.strip()).multiply(BigDecimal.valueOf(unitMillis));
      return Optional.of(
          Duration.ofMillis(millis.max(BigDecimal.ZERO).min(LONGEST_MILLIS).longValue()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> until(String date, Instant now) {
    try {
      Instant then =
          ZonedDateTime.parse(date.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(then.isBefore(now) ? Duration.ZERO : Duration.between(now, then));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
