package dev.gapline.schemas;

import java.io.Serializable;

/**
 * An attribute of the prompts that means nothing, in the place and length of the tag that tells the
 * conditions apart: what must not move a model.
 *
 * @param variable the template variable; empty in every prompt but those that check
 * @param one its first value
 * @param other its second value
 */
public record Sham(String variable, String one, String other) implements Serializable {

  /** What the variable says in an arm: nothing in a condition of a study. */
  public String valueIn(String arm) {
    return CheckArm.in(arm)
        .map(
            check ->
                switch (check) {
                  case REPEAT -> "";
                  case SHAM_A -> one;
                  case SHAM_B -> other;
                })
        .orElse("");
  }
}
