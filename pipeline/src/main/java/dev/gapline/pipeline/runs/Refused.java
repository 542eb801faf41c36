package dev.gapline.pipeline.runs;

/** A run that is refused before its first call; the message says why and what is valid. */
public final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Refuses with that sentence. */
  public Refused(String message) {
    super(message);
  }

  /** Refuses with that sentence because of a cause. */
  public Refused(String message, Throwable cause) {
    super(message, cause);
  }
}
