package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import java.time.Duration;
import java.util.Optional;

/**
 * What one call brought.
 *
 * @param retryAfter how long the server asks to be left alone by this request
 * @param isRefusal whether the server would not take the call, because it has too many (429, 503,
 *     529)
 * @param exhausted how long the server says that it will take no call at all, by the rate-limit
 *     headers of the answer
 */
public record Attempt(
    Completion completion,
    Optional<Duration> retryAfter,
    boolean isRefusal,
    Optional<Duration> exhausted) {

  /** An answer, or a failure of which the server says no more. */
  public static Attempt of(Completion completion) {
    return new Attempt(completion, Optional.empty(), false, Optional.empty());
  }
}
