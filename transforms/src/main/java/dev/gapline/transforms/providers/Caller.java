package dev.gapline.transforms.providers;

import java.util.concurrent.CompletableFuture;

/** One call at a time per request, never repeated: what {@link RetryingProvider} retries. */
interface Caller extends AutoCloseable {

  /** Makes one call; cancelling the future cancels it. */
  CompletableFuture<Attempt> call(Request request);

  /** Ends the calls in flight as broken connections. */
  @Override
  void close();
}
