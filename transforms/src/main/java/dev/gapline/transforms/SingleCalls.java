package dev.gapline.transforms;

import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.providers.Request;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Calls that do not come as units, such as those of a judge of single arriving transcripts: through
 * the same ledger, budget, gate, provider and retry policy as a unit's, one at a time from any
 * thread. Calls that come together share the moment that makes them durable.
 */
final class SingleCalls implements Closeable {

  private static final int MOST_RECENT = 10_000;

  private record Asked(LegDesk.Model model, Request request) {}

  private final Ledger ledger;
  private final Asker<Request> asker;
  private final Map<Request, CompletableFuture<Ledger.Entry>> open = new HashMap<>();

  /** What came back lately: a transcript that is delivered twice is not paid for twice. */
  private final Map<Request, Ledger.Entry> recent =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Request, Ledger.Entry> eldest) {
          return size() > MOST_RECENT;
        }
      };

  private final Queue<Asked> arrived = new ArrayDeque<>();
  private final Thread thread;
  private boolean isClosed;
  private Throwable fault;

  /**
   * Calls through that desk.
   *
   * @param ledger for these calls alone; closed with them
   * @param place in the plan: who has a lower one is given permits first
   */
  SingleCalls(LegDesk desk, Ledger ledger, long place) {
    this.ledger = ledger;
    this.asker = new Asker<>(desk, ledger, place, call -> true, Clock.systemUTC());
    this.thread = new Thread(this::run, "gapline single calls");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The durable outcome of a request, from the ledger if it is settled there. Completes
   * exceptionally when the leg was stopped before the call could be made, and when the ledger
   * cannot be written.
   */
  CompletableFuture<Ledger.Entry> ask(LegDesk.Model model, Request request) {
    CompletableFuture<Ledger.Entry> outcome;
    synchronized (this) {
      if (isClosed || fault != null) {
        return CompletableFuture.failedFuture(
            new IllegalStateException("No call is taken any more.", fault));
      }
      Ledger.Entry before = recent.get(request);
      if (before != null) {
        return CompletableFuture.completedFuture(before);
      }
      outcome = open.get(request);
      if (outcome != null) {
        return outcome;
      }
      outcome = new CompletableFuture<>();
      open.put(request, outcome);
      arrived.add(new Asked(model, request));
      notifyAll();
    }
    asker.wake();
    return outcome;
  }

  private void run() {
    try (ledger;
        asker) {
      while (takeArrived()) {
        for (Asker<Request>.Call call : asker.round()) {
          complete(call.subject(), call.entry());
        }
        if (asker.isStopped()) {
          throw new IllegalStateException("The run was stopped.");
        }
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      end(e);
    }
  }

  /** Offers what has arrived; waits while there is nothing to do; false at the end. */
  private synchronized boolean takeArrived() throws InterruptedException {
    while (open.isEmpty() && !isClosed) {
      wait();
    }
    while (!arrived.isEmpty()) {
      Asked asked = arrived.remove();
      var unused = asker.offer(new Asker.Group(), asked.model, () -> asked.request, asked.request);
    }
    return !open.isEmpty();
  }

  private void complete(Request request, Ledger.Entry entry) {
    CompletableFuture<Ledger.Entry> outcome;
    synchronized (this) {
      outcome = open.remove(request);
      if (entry.completion().isFinal()) {
        recent.put(request, entry);
      }
    }
    outcome.complete(entry);
  }

  private void end(Exception why) {
    Map<Request, CompletableFuture<Ledger.Entry>> left;
    synchronized (this) {
      fault = why;
      left = new HashMap<>(open);
      open.clear();
    }
    left.values().forEach(outcome -> outcome.completeExceptionally(why));
  }

  /** Waits for the calls that are open, and closes the ledger. */
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
