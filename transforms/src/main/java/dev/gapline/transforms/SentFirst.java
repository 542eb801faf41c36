package dev.gapline.transforms;

import dev.gapline.schemas.CheckArm;
import java.util.List;

/**
 * Which trial of a block went out first, of those of its conditions: by the clock at the first call
 * of the leg that settled it and, within a millisecond, by the plan. A trial that an earlier leg
 * settled keeps the time at which that leg sent it: where a study grows by a condition, all of the
 * old one went first, and the check of the order must see it.
 */
final class SentFirst {

  private SentFirst() {}

  /** One trial of the block. */
  record Sent(String condition, long sentAtMillis) {}

  /** The place of that trial in the block, whose trials are given in the order of the plan. */
  static int of(List<Sent> block) {
    Sent first = null;
    for (Sent sent : block) {
      boolean isOfCondition = CheckArm.in(sent.condition()).isEmpty();
      if (isOfCondition && (first == null || sent.sentAtMillis() < first.sentAtMillis())) {
        first = sent;
      }
    }
    return block.indexOf(first);
  }
}
