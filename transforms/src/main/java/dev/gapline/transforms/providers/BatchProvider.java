package dev.gapline.transforms.providers;

import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that is asked through its provider's batch interface: what is asked within a short while
 * is handed in together, and answered when the batch has ended.
 *
 * <p>No request is handed in twice. A batch is written down before it is handed in; one that an
 * earlier start handed in, and whose answers are not settled yet, is waited for in the place of a
 * new one; and one of which it is not known whether the provider took it is looked for in the
 * provider's list first. A request that its batch did not come to may be handed in again.
 */
final class BatchProvider implements Provider {

  private static final Logger LOG = LoggerFactory.getLogger(BatchProvider.class);

  /** A batch is handed in when nobody has asked for so long. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  private static final Duration FIRST_POLL = Duration.ofSeconds(1);
  private static final Duration LONGEST_POLL = Duration.ofMinutes(1);

  /** A provider that took a batch has it in its list by then. */
  private static final Duration LISTED_WITHIN = Duration.ofMinutes(1);

  /** How much the provider's clock may be behind ours. */
  private static final Duration SKEW = Duration.ofMinutes(10);

  private record Asked(Request request, CompletableFuture<Attempt> answer) {}

  /** A batch whose answers are waited for. */
  private static final class Open {
    private BatchRecords.Batch batch;

    private final Set<String> keys;

    /** Whether an earlier start of the run handed it in. */
    private final boolean isFound;

    /** Requests of it that were not answered in this process. */
    private final Set<String> left;

    /** Names of batches that looked like it and hold other requests. */
    private final Set<String> others = new HashSet<>();

    private final Map<String, Asked> waiting = new HashMap<>();
    private Duration poll = FIRST_POLL;
    private long dueNanos;

    Open(BatchRecords.Batch batch, boolean isFound, long nowNanos) {
      this.batch = batch;
      this.isFound = isFound;
      this.keys = Set.copyOf(batch.keys());
      this.left = new HashSet<>(keys);
      this.dueNanos = nowNanos;
    }

    void later(long nowNanos, Duration atLeast) {
      Duration wait = atLeast.compareTo(poll) > 0 ? atLeast : poll;
      dueNanos = nowNanos + wait.toNanos();
      Duration longer = poll.multipliedBy(3).dividedBy(2);
      poll = longer.compareTo(LONGEST_POLL) < 0 ? longer : LONGEST_POLL;
    }
  }

  private final Wire wire;
  private final BatchWire batches;
  private final Key key;
  private final Time time;
  private final BatchRecords records;
  private final BatchHttp http;
  private final int most;
  private final Thread thread;
  private final LinkedBlockingQueue<Asked> arrived = new LinkedBlockingQueue<>();

  // Of the thread alone.
  private final Map<String, Asked> gathered = new LinkedHashMap<>();
  private final List<Open> open = new ArrayList<>();
  private long gatheredBytes;
  private long lastArrivalNanos;
  private volatile boolean isClosed;

  /**
   * A model behind that server.
   *
   * @param environment looks up an environment variable, null when it is not set
   * @param store of the run, where its batches are written down
   */
  BatchProvider(
      ModelSpec model,
      Wire wire,
      BatchWire batches,
      URI base,
      UnaryOperator<String> environment,
      Time time,
      Store store) {
    this.wire = wire;
    this.batches = batches;
    this.key = Key.of(model.keyEnv(), environment);
    this.time = time;
    this.records = new BatchRecords(store, model.id());
    this.http = new BatchHttp(base, key.problem() == null ? wire.headers(key) : Map.of());
    this.most = Math.min(batches.mostRequests(), model.maxInFlight());
    this.thread = new Thread(this::run, "gapline-batches " + model.id());
    thread.setDaemon(true);
  }

  @Override
  public CompletableFuture<Attempt> ask(Request request) {
    if (key.problem() != null) {
      return CompletableFuture.completedFuture(
          Answers.failure(FailureCategory.AUTH, key.problem(), key));
    }
    synchronized (thread) {
      if (thread.getState() == Thread.State.NEW) {
        thread.start();
      }
    }
    CompletableFuture<Attempt> answer = new CompletableFuture<>();
    arrived.add(new Asked(request, answer));
    if (isClosed) {
      answer.completeExceptionally(new IllegalStateException("No call is taken any more."));
    }
    return answer;
  }

  /** Leaves what is handed in with the provider; the next start goes on with it. */
  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
  }

  private void run() {
    try {
      for (BatchRecords.Batch batch : records.all()) {
        if (!"".equals(batch.id())) {
          open.add(new Open(batch, true, time.nanos()));
        }
      }
      while (!isClosed) {
        gather();
        if (isFull() || isQuiet()) {
          handIn();
        }
        for (Open one : List.copyOf(open)) {
          if (!one.waiting.isEmpty() && time.nanos() - one.dueNanos >= 0) {
            goOn(one);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      if (!isClosed) {
        fail(e);
      }
    }
  }

  /** Takes what has come, waiting a moment for the first of it. */
  private void gather() throws InterruptedException {
    Asked asked = arrived.poll(untilDueMillis(), TimeUnit.MILLISECONDS);
    while (asked != null) {
      if (!asked.answer().isDone()) {
        take(asked);
      }
      if (isFull()) {
        return;
      }
      asked = arrived.poll();
    }
  }

  private long untilDueMillis() {
    long wait = LONGEST_POLL.toNanos();
    long now = time.nanos();
    for (Open one : open) {
      if (!one.waiting.isEmpty()) {
        wait = Math.min(wait, one.dueNanos - now);
      }
    }
    if (!gathered.isEmpty()) {
      wait = Math.min(wait, QUIET.toNanos() - (now - lastArrivalNanos));
    }
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(wait) + 1);
  }

  /** Lets it wait for a batch that holds it already, or gathers it for a new one. */
  private void take(Asked asked) {
    String name = asked.request().key();
    for (Open one : open) {
      if (one.left.contains(name)) {
        if (one.waiting.isEmpty()) {
          one.poll = FIRST_POLL;
          one.dueNanos = time.nanos() + QUIET.toNanos(); // others of it are about to be asked
        }
        one.waiting.put(name, asked);
        return;
      }
    }
    gathered.put(name, asked);
    gatheredBytes += wire.body(asked.request()).length + 256;
    lastArrivalNanos = time.nanos();
  }

  private boolean isFull() {
    return gathered.size() >= most || gatheredBytes >= batches.mostBytes();
  }

  private boolean isQuiet() {
    return !gathered.isEmpty() && time.nanos() - lastArrivalNanos >= QUIET.toNanos();
  }

  /** Writes a batch down and makes it one that is waited for; it is handed in when it is due. */
  private void handIn() throws IOException {
    gathered.values().removeIf(asked -> asked.answer().isDone());
    if (!gathered.isEmpty()) {
      Open one =
          new Open(
              records.plan(List.copyOf(gathered.keySet()), time.instant().toEpochMilli()),
              false,
              time.nanos());
      one.waiting.putAll(gathered);
      open.add(one);
      create(one);
    }
    gathered.clear();
    gatheredBytes = 0;
  }

  private void create(Open one) throws IOException {
    List<Request> requests =
        one.batch.keys().stream().map(name -> one.waiting.get(name).request()).toList();
    try {
      named(one, batches.create(http, one.batch.mark(), requests, wire), true);
    } catch (BatchHttp.NotTaken e) {
      if (isClosed) {
        throw e;
      }
      drop(one);
      answerAll(one, Answers.failure(FailureCategory.NOT_REACHED, message(e), key));
    } catch (BatchHttp.Refused e) {
      if (e.isInDoubt()) {
        inDoubt(one, e);
      } else {
        drop(one);
        Attempt refused =
            new Attempt(
                Answers.failure(category(e), message(e), key).completion(),
                e.retryAfter(),
                e.isRefusal(),
                Optional.empty());
        answerAll(one, refused);
      }
    } catch (IOException e) {
      if (isClosed) {
        throw e;
      }
      inDoubt(one, e);
    }
  }

  /**
   * What is wrong with the batch is not wrong with each of its requests: they may be asked again,
   * and nothing of them is billed, also where the provider was down.
   */
  private static FailureCategory category(BatchHttp.Refused e) {
    return switch (e.category()) {
      case AUTH, NO_MODEL, RATE_LIMITED -> e.category();
      default -> FailureCategory.NOT_REACHED;
    };
  }

  private static String message(IOException e) {
    return "The batch was not taken: " + e.getMessage();
  }

  private void inDoubt(Open one, IOException e) {
    LOG.info("Batch {} may have been taken: {}", one.batch.mark(), key.hideIn(e.toString()));
    one.later(time.nanos(), Duration.ZERO);
  }

  private void named(Open one, String id, boolean certainly) throws IOException {
    one.batch = one.batch.named(id, certainly);
    records.write(one.batch);
    one.poll = FIRST_POLL;
    one.later(time.nanos(), Duration.ZERO);
  }

  /** It is known that the provider has no such batch. */
  private void drop(Open one) throws IOException {
    one.batch = one.batch.named("", true);
    records.write(one.batch);
    open.remove(one);
  }

  /** Looks for a batch whose name was not heard, or how far one is, and takes its answers. */
  private void goOn(Open one) throws IOException {
    try {
      if (one.batch.id() == null) {
        find(one);
        return;
      }
      BatchWire.State state = batches.state(http, one.batch.id());
      if (!state.hasEnded()) {
        one.later(time.nanos(), Duration.ZERO);
        return;
      }
      if (state.problem() == null) {
        collect(one, state);
      } else {
        drop(one);
        answerAll(one, Answers.failure(FailureCategory.NOT_REACHED, state.problem(), key));
      }
    } catch (BatchHttp.Refused e) {
      if (e.category() == FailureCategory.AUTH) {
        answerAll(one, Answers.failure(FailureCategory.AUTH, e.getMessage(), key));
      } else if (e.category() == FailureCategory.NO_MODEL) {
        // It is gone, with its answers: batches are kept for a month.
        drop(one);
        answerAll(
            one,
            Answers.failure(
                FailureCategory.NOT_REACHED, "The batch is gone: " + e.getMessage(), key));
      } else {
        one.later(time.nanos(), e.retryAfter().orElse(Duration.ZERO));
      }
    } catch (IOException e) {
      if (isClosed) {
        throw e;
      }
      LOG.info("Batch {}: {}", one.batch.mark(), key.hideIn(e.toString()));
      one.later(time.nanos(), Duration.ZERO);
    }
  }

  /** Looks for it in the provider's list; where it is not, it was not taken. */
  private void find(Open one) throws IOException {
    Set<String> known = new HashSet<>(one.others);
    for (BatchRecords.Batch batch : records.all()) {
      if (batch.isCertain()) {
        known.add(batch.id());
      }
    }
    for (BatchWire.Listed listed :
        batches.list(http, one.batch.plannedMillis() - SKEW.toMillis())) {
      boolean isIt =
          listed.mark() != null
              ? listed.mark().equals(one.batch.mark())
              : listed.requests() == one.batch.keys().size() && !known.contains(listed.id());
      if (isIt) {
        named(one, listed.id(), listed.mark() != null);
        return;
      }
    }
    if (time.instant().toEpochMilli() - one.batch.plannedMillis() < LISTED_WITHIN.toMillis()) {
      one.later(time.nanos(), Duration.ZERO);
      return;
    }
    drop(one);
    one.waiting.values().forEach(this::take);
  }

  /** Tells everybody who waits what the batch brought. */
  private void collect(Open one, BatchWire.State state) throws IOException {
    List<Asked> again = new ArrayList<>();
    try {
      collect(one, state, again);
    } finally {
      again.forEach(this::take); // Also when a further file of results cannot be had yet.
    }
  }

  private void collect(Open one, BatchWire.State state, List<Asked> again) throws IOException {
    Set<String> foreign = new HashSet<>();
    for (String result : state.results()) {
      http.lines(
          result,
          line -> {
            BatchAnswer answer = batches.answer(line, wire);
            if (answer != null && !one.keys.contains(answer.key())) {
              foreign.add(answer.key());
            } else if (answer != null && one.waiting.containsKey(answer.key())) {
              Asked asked = one.waiting.remove(answer.key());
              one.left.remove(answer.key());
              if (one.isFound && answer.completion().isTransient()) {
                again.add(asked); // An earlier start knows of it; this one asks for an answer.
              } else {
                asked
                    .answer()
                    .complete(Attempt.of(Answers.of(asked.request(), answer.completion(), key)));
              }
            }
          });
    }
    if (!foreign.isEmpty()) {
      // One of the same size that somebody else handed in: ours is another, or none.
      one.others.add(one.batch.id());
      one.batch = one.batch.named(null, false);
      records.write(one.batch);
      return;
    }
    if (!one.batch.isCertain()) {
      one.batch = one.batch.named(one.batch.id(), true);
      records.write(one.batch);
    }
    for (Map.Entry<String, Asked> unanswered : Map.copyOf(one.waiting).entrySet()) {
      one.waiting.remove(unanswered.getKey());
      one.left.remove(unanswered.getKey());
      if (one.isFound) {
        again.add(unanswered.getValue());
        continue;
      }
      unanswered
          .getValue()
          .answer()
          .complete(
              Answers.failure(FailureCategory.NOT_REACHED, "The batch has no answer to it.", key));
    }
    if (one.left.isEmpty()) {
      open.remove(one);
    }
  }

  private void answerAll(Open one, Attempt attempt) {
    for (Asked asked : List.copyOf(one.waiting.values())) {
      one.left.remove(asked.request().key());
      asked.answer().complete(attempt);
    }
    one.waiting.clear();
  }

  /** A fault of ours: nobody waits for ever. */
  private void fail(Exception e) {
    open.forEach(
        one -> one.waiting.values().forEach(asked -> asked.answer().completeExceptionally(e)));
    gathered.values().forEach(asked -> asked.answer().completeExceptionally(e));
    isClosed = true;
    for (Asked asked = arrived.poll(); asked != null; asked = arrived.poll()) {
      asked.answer().completeExceptionally(e);
    }
  }

  @Override
  public String toString() {
    return "batches with " + key;
  }
}
