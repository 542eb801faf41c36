package dev.gapline.schemas;

import java.util.List;
import java.util.Optional;

/**
 * A further arm of a block that checks the instrument: what it asks must show no gap. Its trials
 * are those of a condition that is named after the one whose prompt they borrow: {@code
 * free~repeat}. No condition of a study can have such a name.
 */
public enum CheckArm {
  /** The very prompt of the condition, asked by a call of its own. */
  REPEAT("repeat"),
  /** The prompt with an attribute that means nothing, at its first value. */
  SHAM_A("sham-a"),
  /** The same attribute at its second value. */
  SHAM_B("sham-b");

  private static final char BETWEEN = '~';

  private final String id;

  CheckArm(String id) {
    this.id = id;
  }

  /** The name of this arm of a condition, as in tables: {@code free~repeat}. */
  public String of(String condition) {
    return condition + BETWEEN + id;
  }

  /** The condition whose prompt an arm has: itself, unless it checks the instrument. */
  public static String conditionOf(String arm) {
    int end = arm.indexOf(BETWEEN);
    return end < 0 ? arm : arm.substring(0, end);
  }

  /** What an arm checks; empty for a condition of a study. */
  public static Optional<CheckArm> in(String arm) {
    int end = arm.indexOf(BETWEEN);
    return end < 0
        ? Optional.empty()
        : List.of(values()).stream()
            .filter(check -> check.id.equals(arm.substring(end + 1)))
            .findFirst();
  }
}
