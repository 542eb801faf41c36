package dev.gapline.transforms.providers;

import java.io.Serializable;

/**
 * What a call counts against a ceiling: what it used where that is known, else the most that it may
 * have used.
 *
 * @param tokens of prompt and completion together
 * @param usd 0 where no price is known; a study without prices has no ceiling in dollars
 */
public record Charge(long tokens, double usd) implements Serializable {

  /** Nothing: the call was refused at the door, or never made. */
  public static final Charge NONE = new Charge(0, 0);

  /** Both together. */
  public Charge plus(Charge other) {
    return new Charge(tokens + other.tokens, usd + other.usd);
  }
}
