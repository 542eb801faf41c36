package dev.gapline.pipeline.runs;

import java.io.Console;
import java.util.Optional;

/** The terminal at which a person sits, if there is one. */
public final class Terminal {

  private Terminal() {}

  /** The terminal; the launcher sees to it that newer JDKs answer as JDK 17 does. */
  @SuppressWarnings("SystemConsoleNull")
  public static Optional<Console> find() {
    return Optional.ofNullable(System.console());
  }
}
