package dev.gapline.transforms;

import java.io.IOException;

/** Another start of the command has taken the output: this leg must not write any more. */
final class Overtaken extends IOException {

  private static final long serialVersionUID = 1L;

  Overtaken(String leg, String by) {
    super(
        "Leg %s was overtaken by leg %s: another process works on this output.".formatted(leg, by));
  }
}
