package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
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
 * Any server that speaks OpenAI's chat completions: {@code POST base_url/chat/completions}.
 *
 * <p>Makes one call per request and never repeats one. The model's timeout covers everything from
 * the connection to the last byte of the body; a call that is timed out or cancelled is broken off.
 * The JDK's client was chosen over an SDK for its cold start and for the size of the job's jar: it
 * adds nothing to either. It keeps a connection per call in flight and uses daemon threads.
 */
final class OpenAiProvider implements Provider {

  /** Where a model without a {@code base_url} is asked. */
  static final String OPENAI = "https://api.openai.com/v1";

  /**
   * More than the longest answers of models, 128k tokens; what a server sends beyond it must not
   * fill the memory, and as many of them come at a time as calls are in flight.
   */
  static final int LARGEST_BODY = 2 << 20;

  private static final int LONG_BODY = 64 << 10;
  private static final int LONGEST_MESSAGE = 300;

  /** What a request sets itself; a parameter of the same name would make two of them. */
  private static final Set<String> RESERVED =
      Set.of(
          "model",
          "messages",
          "temperature",
          "seed",
          "max_tokens",
          "max_completion_tokens",
          "n",
          "stream");

  /** Too many requests, unavailable, overloaded: statuses of a server that has too much to do. */
  private static final Set<Integer> REFUSALS = Set.of(429, 503, 529);

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
          new TreeMap<>());

  private final URI address;
  private final int calls;
  private final String maxTokensField;
  private final Duration timeout;
  private final Key key;
  private final Time time;
  private final HttpClient client;
  private final Object longBodies = new Object();
  private final Set<Runnable> inFlight = ConcurrentHashMap.newKeySet();

  OpenAiProvider(ModelSpec model, UnaryOperator<String> environment, Time time) {
    checkParameters(model);
    this.address = address(model);
    this.calls = Math.min(MOST_WARM_CALLS, model.maxInFlight());
    // OpenAI's own models refuse the older name, other servers do not know the newer one.
    this.maxTokensField = model.baseUrl() == null ? "max_completion_tokens" : "max_tokens";
    this.timeout = model.timeout();
    this.key = Key.of(model.keyEnv(), environment);
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
    settle(exchange, result);
    return result;
  }

  @Override
  public void close() {
    inFlight.forEach(Runnable::run);
  }

  @Override
  public String toString() {
    return "%s with %s".formatted(address, key);
  }

  /** Completes the result with whatever the exchange ends in. */
  private void settle(
      CompletableFuture<HttpResponse<byte[]>> exchange, CompletableFuture<Attempt> result) {
    var unused =
        exchange
            .handle((response, thrown) -> thrown == null ? read(response) : unanswered(thrown))
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
    if (address.getScheme().equals("https")) {
      Thread hands = new Thread(this::shakeHands, "gapline-warm " + address.getHost());
      hands.setDaemon(true);
      hands.start();
    }
    try (CannedServer server = new CannedServer(calls)) {
      HttpRequest request =
          HttpRequest.newBuilder(server.address())
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(ChatRequest.bytesOf(WARM, maxTokensField)))
              .build();
      List<CompletableFuture<Attempt>> answers = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        answers.add(
            client
                .sendAsync(request, headers -> new LimitedBody(LARGEST_BODY))
                .thenApply(this::read));
      }
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
          .get(WARM_SECONDS, TimeUnit.SECONDS);
    } catch (IOException | ExecutionException | TimeoutException e) {
      // The first calls are slower, then.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void shakeHands() {
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
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            // The same for every call of a request: a server that knows it bills the answer once.
            .header("Idempotency-Key", request.key())
            .POST(BodyPublishers.ofByteArray(ChatRequest.bytesOf(request, maxTokensField)));
    if (!key.isNone()) {
      call.header("Authorization", key.authorization());
    }
    return call.build();
  }

  /** Reading takes several times a body's size: of long ones, one is read at a time. */
  private Completion completion(HttpResponse<byte[]> response) {
    if (response.body().length < LONG_BODY) {
      return ChatReply.read(response.statusCode(), response.body());
    }
    synchronized (longBodies) {
      return ChatReply.read(response.statusCode(), response.body());
    }
  }

  private Attempt read(HttpResponse<byte[]> response) {
    Completion completion = completion(response);
    if (completion.isFailure()) {
      Failure failure = completion.failure();
      completion = failure(failure.category(), failure.message()).completion();
    }
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
            "No answer from %s: %s".formatted(address.getAuthority(), cause));
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
    // Hidden before it is cut, lest half a key remain at the cut.
    String line = key.hideIn(message).replaceAll("\\s+", " ").strip();
    if (line.length() > LONGEST_MESSAGE) {
      boolean splits = Character.isHighSurrogate(line.charAt(LONGEST_MESSAGE - 1));
      line = line.substring(0, splits ? LONGEST_MESSAGE - 1 : LONGEST_MESSAGE) + "…";
    }
    return Attempt.of(Completion.of(new Failure(category, line, 1)));
  }

  /** Says in a sentence what is wrong with the model's address or parameters; sends nothing. */
  static void check(ModelSpec model) {
    checkParameters(model);
    URI unused = address(model);
  }

  private static void checkParameters(ModelSpec model) {
    for (String parameter : model.parameters().keySet()) {
      if (RESERVED.contains(parameter)) {
        throw new IllegalArgumentException(
            "Invalid parameter of %s: %s. The study sets it elsewhere."
                .formatted(model.id(), parameter));
      }
    }
  }

  private static URI address(ModelSpec model) {
    String base = model.baseUrl() == null ? OPENAI : model.baseUrl().strip().replaceAll("/+$", "");
    try {
      URI address = URI.create(base + "/chat/completions");
      if (address.getHost() != null && Set.of("http", "https").contains(address.getScheme())) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw invalidAddress(model, e);
    }
    throw invalidAddress(model, null);
  }

  private static IllegalArgumentException invalidAddress(ModelSpec model, Throwable cause) {
    return new IllegalArgumentException(
        "Invalid base_url of %s: %s. An address like http://127.0.0.1:8080/v1 is valid."
            .formatted(model.id(), model.baseUrl()),
        cause);
  }
}
