package dev.gapline.pipeline.runs;

/** A job that did not come to its end, after calls may have been sent; the message says how. */
public final class JobLost extends RuntimeException {

  private static final long serialVersionUID = 1L;

  JobLost(String message) {
    super(message);
  }
}
