package dev.gapline.pipeline.runs;

/** What a command ends with. */
public enum ExitStatus {
  /** Everything was done. */
  COMPLETE(0),
  /** A fault of ours. */
  FAULT(1),
  /** Refused before the first call, or turned away by a model at its first. */
  REFUSED(2),
  /** Stopped after calls were sent; tables are written and marked partial. */
  STOPPED(3);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  /** The process's exit status. */
  public int code() {
    return code;
  }
}
