package dev.gapline.transforms.providers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The few calls of a batch interface, one at a time; each is made once. */
final class BatchHttp {

  /** Uploads of a batch take longer than a question. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private static final Duration DOWNLOAD = Duration.ofHours(1);

  private static final int LARGEST = 8 << 20;

  private static final JsonMapper JSON = new JsonMapper();

  /** The provider never came to know of it, or not of all of it. */
  static final class NotTaken extends IOException {

    private static final long serialVersionUID = 1L;

    NotTaken(IOException cause) {
      super(cause.toString(), cause);
    }
  }

  /** The provider said no; nothing was taken. */
  static final class Refused extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient FailureCategory category;
    private final transient Optional<Duration> retryAfter;

    Refused(int status, FailureCategory category, String message, Optional<Duration> retryAfter) {
      super(message);
      this.status = status;
      this.category = category;
      this.retryAfter = retryAfter;
    }

    /** Whether the provider broke, so that it is not known whether it took the call. */
    boolean isInDoubt() {
      return status >= 500 && !isRefusal();
    }

    /** Whether the provider is overloaded, and takes nothing for now. */
    boolean isRefusal() {
      return HttpProvider.REFUSALS.contains(status);
    }

    FailureCategory category() {
      return category;
    }

    Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;
  private final Map<String, String> headers;

  /** Calls below that address, with these headers. */
  BatchHttp(URI base, Map<String, String> headers) {
    this.base = base.toString();
    this.headers = headers;
  }

  JsonNode get(String path) throws IOException {
    return json(request(path).GET().build());
  }

  JsonNode post(String path, String type, BodyPublisher body) throws IOException {
    return json(request(path).header("Content-Type", type).POST(body).build());
  }

  JsonNode post(String path, byte[] json) throws IOException {
    return post(path, "application/json", BodyPublishers.ofByteArray(json));
  }

  /** Tells every line of a document, when all of it has come. */
  void lines(String path, BatchWire.LineSink sink) throws IOException {
    Path file = Files.createTempFile("gapline-batch", ".jsonl");
    try {
      HttpResponse<Path> response =
          send(request(path).GET().build(), headers -> BodySubscribers.ofFile(file), DOWNLOAD);
      if (response.statusCode() / 100 != 2) {
        try (InputStream body = Files.newInputStream(file)) {
          throw refused(response, body.readNBytes(LARGEST));
        }
      }
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          if (!line.isBlank()) {
            sink.take(parsed(line));
          }
        }
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  /** Reads one batch of a list. */
  interface ListedReader {
    BatchWire.Listed read(JsonNode batch) throws IOException;
  }

  /**
   * The batches of a list that is told page by page, the latest first, down to that moment.
   *
   * @param after the parameter that asks for the page after an id
   */
  List<BatchWire.Listed> list(String path, String after, long sinceMillis, ListedReader reader)
      throws IOException {
    List<BatchWire.Listed> listed = new ArrayList<>();
    String from = "";
    while (true) {
      JsonNode page = get(path + "?limit=100" + from);
      for (JsonNode batch : page.path("data")) {
        BatchWire.Listed one = reader.read(batch);
        if (one.createdMillis() < sinceMillis) {
          return listed;
        }
        listed.add(one);
      }
      if (!page.path("has_more").asBoolean() || !page.path("last_id").isTextual()) {
        return listed;
      }
      from = "&" + after + "=" + page.path("last_id").asText();
    }
  }

  /** The id of what a call has made. */
  static String idOf(JsonNode made) throws IOException {
    String id = made.path("id").asText("");
    if (id.isEmpty()) {
      throw new IOException("The answer names no id.");
    }
    return id;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT);
    headers.forEach(request::header);
    return request;
  }

  /** The whole answer within that time: a server may begin one and never end it. */
  private <T> HttpResponse<T> send(
      HttpRequest request, HttpResponse.BodyHandler<T> handler, Duration within)
      throws IOException {
    CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request, handler);
    try {
      return answer.get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ConnectException refused) {
        throw new NotTaken(refused);
      }
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("No whole answer came in time.", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("The run ended before the answer came.", e);
    }
  }

  private JsonNode json(HttpRequest request) throws IOException {
    HttpResponse<byte[]> response = send(request, headers -> new LimitedBody(LARGEST), TIMEOUT);
    if (response.statusCode() / 100 != 2) {
      throw refused(response, response.body());
    }
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new IOException("The answer is not JSON.", e);
    }
  }

  private static Refused refused(HttpResponse<?> response, byte[] body) {
    int status = response.statusCode();
    Failure failure =
        Reply.read(status, body, (json, text) -> Reply.failure(FailureCategory.MALFORMED, text))
            .failure();
    return new Refused(
        status,
        failure.category(),
        failure.message(),
        RetryAfter.of(response.headers(), Instant.now()));
  }
}
