package dev.gapline.schemas;

/** Kinds of provider failure, and whether asking again can help. */
public enum FailureCategory {
  /** The key is missing, wrong or revoked, or its account has no credit (401, 402, 403). */
  AUTH(false),
  /** The request can never be answered (400, 404, 413, 422). */
  BAD_REQUEST(false),
  /** Too many requests (429). */
  RATE_LIMITED(true),
  /** The server broke (5xx). */
  SERVER_ERROR(true),
  /** No answer within the model's timeout. */
  TIMEOUT(true),
  /** No connection, or it broke. */
  CONNECTION(true),
  /** An answer that is not of the protocol's form. */
  MALFORMED(true),
  /** An answer without a choice in it. */
  EMPTY(true),
  /** The provider's content filter; an outcome of the system, not a fault of it. */
  CONTENT_FILTER(false);

  private final boolean retryable;

  FailureCategory(boolean retryable) {
    this.retryable = retryable;
  }

  /** Whether the same request may be answered when it is asked again. */
  public boolean isRetryable() {
    return retryable;
  }

  /**
   * Whether the same request would fail the same way when the command is given again: then it is
   * not asked again. A key can be mended, and the request is as good as before.
   */
  public boolean isFinal() {
    return !retryable && this != AUTH;
  }

  /** Whether it counts against {@code failures.max_share}. */
  public boolean isProviderFailure() {
    return this != CONTENT_FILTER;
  }
}
