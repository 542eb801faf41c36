package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ModelSpec;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Any server that speaks OpenAI's chat completions: {@code POST base_url/chat/completions}.
 *
 * <p>Makes one call per request and never repeats one. The model's timeout covers everything from
 * the connection to the last byte of the body; a call that is timed out or cancelled is broken off.
 * The JDK's client was chosen over an SDK for its cold start and for the size of the job's jar: it
 * adds nothing to either. It keeps a connection per call in flight and uses daemon threads.
 */
final class OpenAiProvider implements Caller {

  /** Where a model without a {@code base_url} is asked. */
  static final String OPENAI = "https://api.openai.com/v1";

  /** Far more than any answer; a server that streams on for ever must not fill the memory. */
  static final int LARGEST_BODY = 16 << 20;

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

  private final URI address;
  private final String maxTokensField;
  private final Duration timeout;
  private final Key key;
  private final Time time;
  private final HttpClient client;
  private final Set<Runnable> inFlight = ConcurrentHashMap.newKeySet();

  OpenAiProvider(ModelSpec model, UnaryOperator<String> environment, Time time) {
    checkParameters(model);
    this.address = address(model);
    // OpenAI's own models refuse the older name, other servers do not know the newer one.
    this.maxTokensField = model.baseUrl() == null ? "max_completion_tokens" : "max_tokens";
    this.timeout = model.timeout();
    this.key = Key.of(model.keyEnv(), environment);
    this.time = time;
    this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @Override
  public CompletableFuture<Attempt> call(Request request) {
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

  private HttpRequest httpRequest(Request request) {
    HttpRequest.Builder call =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofByteArray(ChatRequest.bytesOf(request, maxTokensField)));
    if (!key.isNone()) {
      call.header("Authorization", key.authorization());
    }
    return call.build();
  }

  private Attempt read(HttpResponse<byte[]> response) {
    Completion completion = ChatReply.read(response.statusCode(), response.body());
    if (!completion.isFailure()) {
      return Attempt.of(completion);
    }
    Failure failure = completion.failure();
    return new Attempt(
        failure(failure.category(), failure.message()).completion(),
        retryAfter(response.headers()));
  }

  private Optional<Duration> retryAfter(HttpHeaders headers) {
    return RetryAfter.of(headers, time.instant());
  }

  /** Why no answer came; what is no fault of the network is one of ours and stays an exception. */
  private Attempt unanswered(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof LimitedBody.TooLarge || cause instanceof ProtocolException) {
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
