package dev.gapline.schemas;

/** What came back for a trial: exactly one of a response or a failure; the other is null. */
public record Completion(Response response, Failure failure) {

  public Completion {
    if ((response == null) == (failure == null)) {
      throw new IllegalArgumentException("A completion is exactly one of response and failure.");
    }
  }

  /** An answer. */
  public static Completion of(Response response) {
    return new Completion(response, null);
  }

  /** No answer. */
  public static Completion of(Failure failure) {
    return new Completion(null, failure);
  }

  /** Whether no answer came back. */
  public boolean isFailure() {
    return failure != null;
  }

  /** Whether asking again later may bring what did not come now. */
  public boolean isTransient() {
    return failure != null && failure.category().isRetryable();
  }

  /** Whether it stands when the command is given again; otherwise the trial is asked anew. */
  public boolean isFinal() {
    return failure == null || failure.category().isFinal();
  }

  /** Calls made for it. */
  public int attempts() {
    return failure == null ? response.attempts() : failure.attempts();
  }
}
