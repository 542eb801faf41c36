package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.TrialId;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSocket;

/**
 * A model behind a web server, spoken to as its {@link Wire} says.
 *
 * <p>Makes one call per request and never repeats one. The model's timeout covers everything from
 * the connection to the last byte of the body; a call that is timed out or cancelled is broken off.
 * The JDK's client was chosen over the providers' SDKs for its cold start and for the size of the
 * job's jar: it adds nothing to either, edits no prompt and repeats no call. It keeps a connection
 * per call in flight and uses daemon threads.
 */
final class HttpProvider implements Provider {

  /**
   * More than the longest answers of models, 128k tokens; what a server sends beyond it must not
   * fill the memory, and as many of them come at a time as calls are in flight.
   */
  static final int LARGEST_BODY = 2 << 20;

  private static final int LONG_BODY = 64 << 10;

  /** Too many requests, unavailable, overloaded: statuses of a server that has too much to do. */
  static final Set<Integer> REFUSALS = Set.of(429, 503, 529);

  private static final int MOST_WARM_CALLS = 64;
  private static final int WARM_SECONDS = 5;
  private static final Request WARM =
      new Request(
          new TrialId("warm"),
          "",
          "",
          "",
          "",
          "warm",
          List.of(new Message("user", "Hello.")),
          Temperature.of("1"),
          1,
          1,
          new TreeMap<>(),
          null);

  private final Wire wire;
  private final int calls;
  private final Duration timeout;
  private final Key key;

  /** Null where nothing is recorded. */
  private final Recording recording;

  private final Time time;
  private final HttpClient client;
  private final Object longBodies = new Object();
  private final Set<Runnable> inFlight = ConcurrentHashMap.newKeySet();

  /**
   * A model that is spoken to in that way.
   *
   * @param environment looks up an environment variable, null when it is not set
   * @param time stays open when the provider is closed
   */
  HttpProvider(ModelSpec model, Wire wire, UnaryOperator<String> environment, Time time) {
    this.wire = wire;
    this.calls = Math.min(MOST_WARM_CALLS, model.maxInFlight());
    this.timeout = model.timeout();
    this.key = Key.of(model.keyEnv(), environment);
    this.recording = Recording.into(environment.apply(Recording.VARIABLE), key, time);
    this.time = time;
    this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @Override
  public CompletableFuture<Attempt> ask(Request request) {
    if (key.problem() != null) {
      return CompletableFuture.completedFuture(failure(FailureCategory.AUTH, key.problem()));
    }
    CompletableFuture<Attempt> result = new CompletableFuture<>();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(httpRequest(request), headers -> new LimitedBody(LARGEST_BODY));
    Runnable breakOff = () -> result.complete(brokenOff());
    inFlight.add(breakOff);
    Time.Alarm alarm = time.after(timeout, () -> result.complete(timedOut()));
    var unused =
        result.whenComplete(
            (attempt, thrown) -> {
              alarm.cancel();
              exchange.cancel(true);
              inFlight.remove(breakOff);
            });
    settle(request, exchange, result);
    return result;
  }

  @Override
  public void close() {
    inFlight.forEach(Runnable::run);
  }

  @Override
  public String toString() {
    return "%s with %s".formatted(wire.address(WARM), key);
  }

  /** Completes the result with whatever the exchange ends in. */
  private void settle(
      Request request,
      CompletableFuture<HttpResponse<byte[]>> exchange,
      CompletableFuture<Attempt> result) {
    var unused =
        exchange
            .handle(
                (response, thrown) ->
                    thrown == null ? taken(request, response) : unanswered(thrown))
            .whenComplete(
                (attempt, fault) -> {
                  if (fault == null) {
                    result.complete(attempt);
                  } else {
                    result.completeExceptionally(fault);
                  }
                });
  }

  /**
   * Asks a server within this process as often as there may be calls at once, at most {@value
   * #MOST_WARM_CALLS} times, so that classes are loaded and compiled; and shakes hands with the
   * provider, so that its address is known and its TLS session can be resumed. The provider is sent
   * no request, and no key goes anywhere.
   */
  @Override
  public void warm() {
    URI address = wire.address(WARM);
    if (address.getScheme().equals("https")) {
      Thread hands = new Thread(() -> shakeHands(address), "gapline-warm " + address.getHost());
      hands.setDaemon(true);
      hands.start();
    }
    try (CannedServer server = new CannedServer(calls, wire.example())) {
      HttpRequest request =
          HttpRequest.newBuilder(server.address())
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(wire.body(WARM)))
              .build();
      List<CompletableFuture<Attempt>> answers = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        answers.add(
            client
                .sendAsync(request, headers -> new LimitedBody(LARGEST_BODY))
                .thenApply(answer -> read(WARM, answer)));
      }
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
          .get(WARM_SECONDS, TimeUnit.SECONDS);
    } catch (IOException | ExecutionException | TimeoutException e) {
      // The first calls are slower, then.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void shakeHands(URI address) {
    int port = address.getPort() < 0 ? 443 : address.getPort();
    try (Socket socket =
        client.sslContext().getSocketFactory().createSocket(address.getHost(), port)) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WARM_SECONDS));
      ((SSLSocket) socket).startHandshake();
    } catch (IOException e) {
      // The first call will say what is wrong.
    }
  }

  private HttpRequest httpRequest(Request request) {
    HttpRequest.Builder call =
        HttpRequest.newBuilder(wire.address(request))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            // The same for every call of a request: a server that knows it bills the answer once.
            .header("Idempotency-Key", request.key())
            .POST(BodyPublishers.ofByteArray(wire.body(request)));
    wire.headers(key).forEach(call::header);
    return call.build();
  }

  /** Reading takes several times a body's size: of long ones, one is read at a time. */
  private Completion completion(HttpResponse<byte[]> response) {
    if (response.body().length < LONG_BODY) {
      return wire.read(response.statusCode(), response.body());
    }
    synchronized (longBodies) {
      return wire.read(response.statusCode(), response.body());
    }
  }

  private Attempt taken(Request request, HttpResponse<byte[]> response) {
    if (recording != null) {
      recording.add(
          wire.address(request),
          wire.body(request),
          response.statusCode(),
          response.headers(),
          response.body());
    }
    return read(request, response);
  }

  private Attempt read(Request request, HttpResponse<byte[]> response) {
    Completion completion = Answers.of(request, completion(response), key);
    return new Attempt(
        completion,
        completion.isFailure()
            ? RetryAfter.of(response.headers(), time.instant())
            : Optional.empty(),
        completion.isTransient() && REFUSALS.contains(response.statusCode()),
        RateLimitHeaders.exhaustedFor(response.headers(), time.instant()));
  }

  /** Why no answer came; what is no fault of the network is one of ours and stays an exception. */
  private Attempt unanswered(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof LimitedBody.TooLarge) {
        return failure(FailureCategory.TOO_LARGE, cause.getMessage());
      }
      if (cause instanceof ProtocolException) {
        return failure(FailureCategory.MALFORMED, cause.getMessage());
      }
      if (cause instanceof HttpTimeoutException) {
        return timedOut();
      }
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return failure(
            FailureCategory.CONNECTION,
            "No answer from %s: %s".formatted(wire.address(WARM).getAuthority(), cause));
      }
    }
    throw new IllegalStateException("A call ended in a way that no network explains.", thrown);
  }

  private Attempt timedOut() {
    return failure(
        FailureCategory.TIMEOUT, "No answer within %d ms.".formatted(timeout.toMillis()));
  }

  private Attempt brokenOff() {
    return failure(FailureCategory.CONNECTION, "The run ended before the answer came.");
  }

  private Attempt failure(FailureCategory category, String message) {
    return Answers.failure(category, message, key);
  }
}
