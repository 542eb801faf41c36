package dev.gapline.transforms.providers;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a provider's rate-limit headers say of the calls to come: {@code
 * x-ratelimit-remaining-requests} with {@code x-ratelimit-reset-requests} (a duration such as
 * {@code 6m0s}, or seconds), {@code anthropic-ratelimit-requests-remaining} with {@code -reset} (a
 * moment, RFC 3339), and the same of tokens. What cannot be read is as if it had not been sent.
 */
final class RateLimitHeaders {

  private record Names(String remaining, String reset) {}

  private static final List<Names> KNOWN =
      List.of(
          new Names("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
          new Names("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
          new Names("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
          new Names("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"));

  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|h|m|s)");
  private static final Pattern PARTS = Pattern.compile("(?:" + PART.pattern() + ")+");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");

  private RateLimitHeaders() {}

  /**
   * How long nothing more will be taken: zero if something remains of everything, empty if no such
   * header was sent.
   */
  static Optional<Duration> exhaustedFor(HttpHeaders headers, Instant now) {
    Optional<Duration> longest = Optional.empty();
    for (Names names : KNOWN) {
      Optional<Duration> one = exhaustedFor(names, headers, now);
      if (one.isPresent() && (longest.isEmpty() || one.get().compareTo(longest.get()) > 0)) {
        longest = one;
      }
    }
    return longest;
  }

  private static Optional<Duration> exhaustedFor(Names names, HttpHeaders headers, Instant now) {
    Optional<String> remaining = headers.firstValue(names.remaining);
    if (remaining.isEmpty() || !SECONDS.matcher(remaining.get().strip()).matches()) {
      return Optional.empty();
    }
    if (Double.parseDouble(remaining.get().strip()) > 0) {
      return Optional.of(Duration.ZERO);
    }
    return headers.firstValue(names.reset).flatMap(text -> until(text.strip(), now));
  }

  private static Optional<Duration> until(String reset, Instant now) {
    if (SECONDS.matcher(reset).matches()) {
      return Optional.of(seconds(Double.parseDouble(reset)));
    }
    if (PARTS.matcher(reset).matches() && reset.length() < 40) {
      double seconds = 0;
      Matcher parts = PART.matcher(reset);
      while (parts.find()) {
        seconds += Double.parseDouble(parts.group(1)) * secondsOf(parts.group(2));
      }
      return Optional.of(seconds(seconds));
    }
    try {
      Duration wait = Duration.between(now, Instant.parse(reset));
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (Math.min(seconds, 1e9) * 1000));
  }

  private static double secondsOf(String unit) {
    return switch (unit) {
      case "ms" -> 0.001;
      case "s" -> 1;
      case "m" -> 60;
      default -> 3600;
    };
  }
}
