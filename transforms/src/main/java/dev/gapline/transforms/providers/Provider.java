package dev.gapline.transforms.providers;

import java.util.concurrent.CompletableFuture;

/**
 * One model: one conversation turn in, one attempt at it out.
 *
 * <p>Makes one call per request and never repeats one. Whatever the provider does (refuse, break,
 * stay silent, answer nonsense) becomes an attempt with a categorised failure; the future completes
 * exceptionally only through a fault of ours. Implementations are safe for use by several threads.
 */
public interface Provider extends AutoCloseable {

  /** Makes one call; cancelling the future cancels it. */
  CompletableFuture<Attempt> ask(Request request);

  /**
   * Loads and compiles what the first call would have to wait for. Sends the provider nothing that
   * it would take for a request.
   */
  default void warm() {}

  /** Frees connections and threads; calls in flight end as broken connections. */
  @Override
  void close();
}
