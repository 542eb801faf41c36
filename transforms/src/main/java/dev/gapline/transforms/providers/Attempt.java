package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import java.time.Duration;
import java.util.Optional;

/**
 * What one call brought.
 *
 * @param retryAfter how long the server asks to be left alone by this request
 */
record Attempt(Completion completion, Optional<Duration> retryAfter) {

  /** An answer, or a failure after which the server asks for no wait of its own. */
  static Attempt of(Completion completion) {
    return new Attempt(completion, Optional.empty());
  }
}
