package dev.gapline.transforms;

import dev.gapline.schemas.CheckArm;
import java.util.List;

/**
 * Which trial of a block went out first, of those of its conditions: by the clock and, within a
 * millisecond, by the plan. Where a call was repeated, or some are of an earlier leg, the clock
 * tells the last call and not the first: then by the plan.
 */
final class SentFirst {

  private SentFirst() {}

  /**
   * One trial of the block.
   *
   * @param attempts calls made for it
   * @param isReused whether an earlier leg settled it
   * @param sentAtMillis of its last call
   */
  record Sent(String condition, int attempts, boolean isReused, long sentAtMillis) {}

  /** The place of that trial in the block, whose trials are given in the order of the plan. */
  static int of(List<Sent> block) {
    List<Sent> ofConditions =
        block.stream().filter(sent -> CheckArm.in(sent.condition()).isEmpty()).toList();
    boolean isTimed =
        ofConditions.stream().allMatch(sent -> sent.attempts() == 1)
            && ofConditions.stream().map(Sent::isReused).distinct().count() == 1;
    Sent first = ofConditions.get(0);
    for (Sent sent : ofConditions) {
      if (isTimed && sent.sentAtMillis() < first.sentAtMillis()) {
        first = sent;
      }
    }
    return block.indexOf(first);
  }
}
