package dev.gapline.schemas;

import java.util.Locale;

/** Kinds of provider failure, and whether asking again can help. */
public enum FailureCategory {
  /** The key is missing, wrong or revoked, or its account has no credit (401, 402, 403). */
  AUTH(false),
  /** The request can never be answered (400, 413, 422). */
  BAD_REQUEST(false),
  /** The endpoint has no such model, any more or for this account or region (404). */
  NO_MODEL(false),
  /** Too many requests (429). */
  RATE_LIMITED(true),
  /** The batch was not taken, or ended before it came to the request; nothing was billed. */
  NOT_REACHED(true),
  /** The server broke (5xx). */
  SERVER_ERROR(true),
  /** No answer within the model's timeout. */
  TIMEOUT(true),
  /** No connection, or it broke. */
  CONNECTION(true),
  /** An answer that is not of the protocol's form. */
  MALFORMED(true),
  /** An answer larger than any that is taken; the same request would be billed for another. */
  TOO_LARGE(false),
  /** An answer without a choice in it. */
  EMPTY(true),
  /** The provider's content filter; an outcome of the system, not a fault of it. */
  CONTENT_FILTER(false),
  /** No earlier answer to this request is there to be replayed; one may be added. */
  NOT_RECORDED(false);

  private final boolean retryable;

  FailureCategory(boolean retryable) {
    this.retryable = retryable;
  }

  /** Its name in tables and in the ledger: {@code rate_limited}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The category with that name in tables and in the ledger.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static FailureCategory of(String id) {
    return valueOf(id.toUpperCase(Locale.ROOT));
  }

  /** Whether the same request may be answered when it is asked again. */
  public boolean isRetryable() {
    return retryable;
  }

  /**
   * Whether the same request would fail the same way when the command is given again: then it is
   * not asked again. A key can be mended, and so can an address or an account; the request is as
   * good as before.
   */
  public boolean isFinal() {
    return !retryable && this != AUTH && this != NO_MODEL && this != NOT_RECORDED;
  }

  /** Whether the provider may bill a call that ended so; a refusal at its door costs nothing. */
  public boolean mayBeBilled() {
    return this != AUTH
        && this != BAD_REQUEST
        && this != NO_MODEL
        && this != RATE_LIMITED
        && this != NOT_REACHED
        && this != NOT_RECORDED;
  }

  /** Whether it counts against {@code failures.max_share}. */
  public boolean isProviderFailure() {
    return this != CONTENT_FILTER && this != NOT_RECORDED;
  }
}
