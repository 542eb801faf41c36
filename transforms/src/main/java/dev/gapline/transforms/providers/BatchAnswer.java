package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;

/** What a batch brought for one of its requests. */
record BatchAnswer(String key, Completion completion) {

  /** A request that the batch never came to: it was not billed, and may be handed in again. */
  static BatchAnswer notReached(String key, String why) {
    return new BatchAnswer(key, Completion.of(new Failure(FailureCategory.NOT_REACHED, why, 1)));
  }
}
