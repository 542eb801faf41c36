package dev.gapline.transforms;

import java.io.IOException;
import java.nio.file.Path;

/** A part of {@code trials} is not what its run stored: torn, changed, or of another study. */
public final class UnreadableTrials extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong with a file and, in a sentence, how. */
  public UnreadableTrials(String message, Throwable cause) {
    super(message, cause);
  }

  static UnreadableTrials in(Path part, Throwable cause) {
    return new UnreadableTrials(
        "trials/%s cannot be read: %s. A part as its run stored it is valid."
            .formatted(part.getFileName(), cause.getMessage()),
        cause);
  }
}
