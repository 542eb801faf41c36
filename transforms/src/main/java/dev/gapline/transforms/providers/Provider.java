package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import java.util.concurrent.CompletableFuture;

/**
 * One model: one conversation turn in, one completion out.
 *
 * <p>Whatever the provider does (refuse, break, stay silent, answer nonsense) becomes a completion
 * with a categorised failure; the future completes exceptionally only through a fault of ours.
 * Implementations are safe for use by several threads.
 */
public interface Provider extends AutoCloseable {

  /** Asks the model; cancelling the future cancels the call. */
  CompletableFuture<Completion> ask(Request request);

  /** Frees connections and threads; calls in flight may fail. */
  @Override
  void close();
}
