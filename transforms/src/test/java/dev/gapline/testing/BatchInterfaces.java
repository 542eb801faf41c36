package dev.gapline.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gapline.schemas.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Anthropic's Message Batches and OpenAI's Batch interface; each request of a batch is answered as
 * it would be alone.
 *
 * <p>After the model's name, {@code +batch-300} lets a batch take 300 ms; {@code +expire-4} lets
 * every fourth request expire in the first batch that holds it; {@code +break-5} lets every fifth
 * fail there; {@code +hush-1} takes the first batch of the model, and never says so; {@code
 * +busy-1} refuses the first with a 429, {@code +down-1} with a 503; {@code +fail-1} takes the
 * first and fails it whole; {@code +gone-2} answers 500 to the first two requests for results. A
 * model {@code 401} is refused its key.
 *
 * <ul>
 *   <li>{@code POST /v1/messages/batches}, {@code GET} it, and one of it, and its {@code results}
 *   <li>{@code POST /v1/files}, {@code POST /v1/batches}, {@code GET} it, and one of it, and {@code
 *       /v1/files/ID/content}
 *   <li>{@code GET /batched}: {@code batches} and {@code requests} that were taken, {@code keys}
 *       that differ among these, {@code answered} of them, {@code answered_twice} and {@code
 *       largest} batch
 * </ul>
 *
 * A list is told three at a time, the latest first.
 */
final class BatchInterfaces {

  private static final int PAGE = 3;

  private record Line(String key, String url, JsonNode body) {}

  private record Batch(
      String id, String kind, List<Line> lines, JsonNode metadata, Instant created, Ends ends) {

    String model() {
      return lines.get(0).body().path("model").asText();
    }

    boolean hasEnded() {
      return !Instant.now().isBefore(created.plusMillis(number(model(), "batch")));
    }
  }

  /** What each of its requests ends in, decided when it is taken. */
  private record Ends(boolean failed, Map<String, String> byKey) {

    long count(String end) {
      return byKey.values().stream().filter(end::equals).count();
    }
  }

  private final Map<String, List<Line>> files = new HashMap<>();
  private final Map<String, Batch> batches = new LinkedHashMap<>();
  private final Map<String, Integer> creations = new HashMap<>();
  private final Map<String, Integer> submissions = new HashMap<>();
  private final Map<String, Integer> answers = new HashMap<>();
  private final Map<String, Integer> fetches = new HashMap<>();
  private long requests;
  private int largest;

  void addTo(HttpServer server) {
    server.createContext("/v1/messages/batches", this::handle);
    server.createContext("/v1/files", this::handle);
    server.createContext("/v1/batches", this::handle);
    server.createContext("/batched", this::handle);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Answer answer;
    try {
      answer = path.equals("/batched") ? stats() : answer(exchange, path, body);
    } catch (RuntimeException e) {
      answer = error(500, "api_error", e.toString());
    }
    if (answer.hangs()) {
      return;
    }
    ModelServer.send(exchange, answer);
  }

  private synchronized Answer answer(HttpExchange exchange, String path, String body)
      throws IOException {
    boolean isAnthropic = path.startsWith("/v1/messages/");
    if (isAnthropic && exchange.getRequestHeaders().getFirst("anthropic-version") == null) {
      return error(400, "invalid_request_error", "anthropic-version: is required");
    }
    boolean isPost = exchange.getRequestMethod().equals("POST");
    if (path.equals("/v1/files") && isPost) {
      return upload(body);
    }
    if (path.equals("/v1/messages/batches") && isPost) {
      List<Line> lines = new ArrayList<>();
      for (JsonNode request : ModelServer.JSON.readTree(body).path("requests")) {
        lines.add(
            new Line(request.path("custom_id").asText(), "/v1/messages", request.path("params")));
      }
      return create("message", lines, null);
    }
    if (path.equals("/v1/batches") && isPost) {
      JsonNode json = ModelServer.JSON.readTree(body);
      List<Line> lines = files.get(json.path("input_file_id").asText());
      if (lines == null || !json.path("completion_window").asText().equals("24h")) {
        return error(400, "invalid_request_error", "No such file, or no such window.");
      }
      for (Line line : lines) {
        if (!line.url().equals(json.path("endpoint").asText())) {
          return error(400, "invalid_request_error", "A line is for another endpoint.");
        }
      }
      return create("batch", lines, json.path("metadata"));
    }
    if (path.startsWith("/v1/files/")) {
      String[] name = path.split("/", -1)[3].split("-", -1);
      return results(batches.get(name[1]), name[0]);
    }
    String[] parts =
        path.substring(isAnthropic ? "/v1/messages/batches".length() : "/v1/batches".length())
            .split("/", -1);
    if (parts.length == 1) {
      return list(isAnthropic ? "message" : "batch", exchange.getRequestURI().getQuery());
    }
    Batch batch = batches.get(parts[1]);
    if (batch == null) {
      return error(404, "not_found_error", "No such batch.");
    }
    return parts.length == 3
        ? results(batch, "all")
        : Answer.of(200, (isAnthropic ? message(batch) : state(batch)).toString());
  }

  private Answer upload(String body) throws IOException {
    if (!body.contains("name=\"purpose\"\r\n\r\nbatch\r\n")) {
      return error(400, "invalid_request_error", "purpose: is required");
    }
    List<Line> lines = new ArrayList<>();
    for (String line : body.split("\n", -1)) {
      if (line.startsWith("{")) {
        JsonNode json = ModelServer.JSON.readTree(line);
        lines.add(
            new Line(
                json.path("custom_id").asText(), json.path("url").asText(), json.path("body")));
      }
    }
    String id = "file" + files.size();
    files.put(id, lines);
    return Answer.of(200, "{\"id\":\"%s\",\"object\":\"file\"}".formatted(id));
  }

  private Answer create(String kind, List<Line> lines, JsonNode metadata) {
    String model = lines.get(0).body().path("model").asText();
    int creation = creations.merge(model, 1, Integer::sum);
    if (model.equals("401")) {
      return error(401, "authentication_error", "invalid x-api-key");
    }
    if (creation <= number(model, "busy")) {
      return error(429, "rate_limit_error", "Too many batches are enqueued.");
    }
    if (creation <= number(model, "down")) {
      return error(503, "overloaded_error", "Batches are not taken for now.");
    }
    Map<String, String> ends = new LinkedHashMap<>();
    boolean fails = creation <= number(model, "fail");
    for (Line line : lines) {
      if (!line.key().matches("[A-Za-z0-9_-]{1,64}") || ends.containsKey(line.key())) {
        return error(400, "invalid_request_error", "custom_id: is invalid or not unique");
      }
      boolean isFirst = submissions.merge(line.key(), 1, Integer::sum) == 1;
      String end = fails ? "none" : isFirst ? end(line) : "succeeded";
      ends.put(line.key(), end);
      if (end.equals("succeeded")) {
        answers.merge(line.key(), 1, Integer::sum);
      }
    }
    requests += lines.size();
    largest = Math.max(largest, lines.size());
    Batch batch =
        new Batch(
            kind + batches.size(), kind, lines, metadata, Instant.now(), new Ends(fails, ends));
    batches.put(batch.id(), batch);
    return creation <= number(model, "hush")
        ? Answer.hanging()
        : Answer.of(200, (kind.equals("message") ? message(batch) : state(batch)).toString());
  }

  private static String end(Line line) {
    String model = line.body().path("model").asText();
    double place = Hashing.uniform("batch|" + line.key(), 0);
    int expire = number(model, "expire");
    if (expire > 0 && place < 1.0 / expire) {
      return "expired";
    }
    int broken = number(model, "break");
    return broken > 0 && 1 - place < 1.0 / broken ? "errored" : "succeeded";
  }

  private static int number(String model, String word) {
    for (String part : model.split("\\+", -1)) {
      if (part.startsWith(word + "-")) {
        return Integer.parseInt(part.substring(word.length() + 1));
      }
    }
    return 0;
  }

  private Answer list(String kind, String query) {
    List<Batch> all =
        new ArrayList<>(
            batches.values().stream().filter(batch -> batch.kind().equals(kind)).toList());
    Collections.reverse(all);
    String after =
        query == null || !query.contains("after")
            ? null
            : query.replaceAll(".*after(_id)?=([^&]+).*", "$2");
    int from = 0;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).id().equals(after)) {
        from = i + 1;
      }
    }
    List<Batch> page = all.subList(from, Math.min(all.size(), from + PAGE));
    ObjectNode json = ModelServer.JSON.createObjectNode();
    var data = json.putArray("data");
    page.forEach(batch -> data.add(kind.equals("message") ? message(batch) : state(batch)));
    json.put("has_more", from + PAGE < all.size());
    json.put("last_id", page.isEmpty() ? null : page.get(page.size() - 1).id());
    return Answer.of(200, json.toString());
  }

  private static ObjectNode message(Batch batch) {
    ObjectNode json = ModelServer.JSON.createObjectNode();
    json.put("id", batch.id()).put("type", "message_batch");
    json.put("processing_status", batch.hasEnded() ? "ended" : "in_progress");
    json.put("created_at", batch.created().toString());
    json.putObject("request_counts")
        .put("processing", batch.hasEnded() ? 0 : batch.lines().size())
        .put("succeeded", batch.hasEnded() ? batch.ends().count("succeeded") : 0)
        .put("errored", batch.hasEnded() ? batch.ends().count("errored") : 0)
        .put("canceled", 0)
        .put("expired", batch.hasEnded() ? batch.ends().count("expired") : 0);
    // An address elsewhere: a client that follows it gives its key away.
    json.put("results_url", batch.hasEnded() ? "http://127.0.0.1:9/results" : null);
    return json;
  }

  private static ObjectNode state(Batch batch) {
    ObjectNode json = ModelServer.JSON.createObjectNode();
    boolean expired = batch.ends().count("expired") > 0;
    json.put("id", batch.id()).put("object", "batch");
    json.put("created_at", batch.created().getEpochSecond());
    json.set("metadata", batch.metadata());
    json.putObject("request_counts").put("total", batch.lines().size());
    if (!batch.hasEnded()) {
      return json.put("status", "in_progress");
    }
    if (batch.ends().failed()) {
      json.putObject("errors")
          .putArray("data")
          .addObject()
          .put("code", "token_limit_exceeded")
          .put("message", "Enqueued token limit reached.");
      return json.put("status", "failed");
    }
    json.put("status", expired ? "expired" : "completed");
    if (batch.ends().count("succeeded") > 0) {
      json.put("output_file_id", "succeeded-" + batch.id());
    }
    if (batch.ends().count("succeeded") < batch.lines().size()) {
      json.put("error_file_id", "others-" + batch.id());
    }
    return json;
  }

  /** The lines of a batch's answers, the last request first: no order is promised. */
  private Answer results(Batch batch, String which) throws IOException {
    // Of several files the first comes, and the others do not at first.
    boolean isFirst =
        which.equals("succeeded") && batch.ends().count("succeeded") < batch.lines().size();
    if (!isFirst
        && fetches.merge(batch.model(), 1, Integer::sum) <= number(batch.model(), "gone")) {
      return error(500, "api_error", "The results are not at hand.");
    }
    StringBuilder text = new StringBuilder();
    for (int i = batch.lines().size() - 1; i >= 0; i--) {
      Line line = batch.lines().get(i);
      String end = batch.ends().byKey().get(line.key());
      boolean isWanted =
          which.equals("all") || which.equals("succeeded") == end.equals("succeeded");
      if (isWanted) {
        ObjectNode json = ModelServer.JSON.createObjectNode().put("custom_id", line.key());
        text.append(
                batch.kind().equals("message") ? message(json, line, end) : row(json, line, end))
            .append('\n');
      }
    }
    return Answer.of(200, text.toString());
  }

  private static ObjectNode message(ObjectNode json, Line line, String end) throws IOException {
    ObjectNode result = json.putObject("result").put("type", end);
    if (end.equals("succeeded")) {
      result.set("message", ModelServer.JSON.readTree(answerTo(line).text()));
    } else if (end.equals("errored")) {
      result
          .putObject("error")
          .put("type", "error")
          .putObject("error")
          .put("type", "api_error")
          .put("message", "Internal server error");
    }
    return json;
  }

  private static ObjectNode row(ObjectNode json, Line line, String end) throws IOException {
    if (end.equals("expired")) {
      json.putNull("response");
      json.putObject("error")
          .put("code", "batch_expired")
          .put("message", "This request could not be executed before the window expired.");
      return json;
    }
    json.putNull("error");
    ObjectNode response = json.putObject("response");
    if (end.equals("errored")) {
      response.put("status_code", 500);
      response.putObject("body").putObject("error").put("message", "The server had an error.");
    } else {
      Answer answer = answerTo(line);
      response.put("status_code", answer.status());
      response.set("body", ModelServer.JSON.readTree(answer.text()));
    }
    return json;
  }

  private static Answer answerTo(Line line) {
    String text = line.body().toString();
    return line.url().equals("/v1/chat/completions")
        ? Script.of(line.body()).behaviour().answer(new Call(line.body(), text, null, 1))
        : OtherInterfaces.answer(line.url(), line.body(), text);
  }

  private synchronized Answer stats() {
    return Answer.of(
        200,
        ModelServer.JSON
            .createObjectNode()
            .put("batches", batches.size())
            .put("requests", requests)
            .put("keys", submissions.size())
            .put("answered", answers.size())
            .put("answered_twice", answers.values().stream().filter(n -> n > 1).count())
            .put("largest", largest)
            .toString());
  }

  private static Answer error(int status, String type, String message) {
    ObjectNode json = ModelServer.JSON.createObjectNode().put("type", "error");
    json.putObject("error").put("type", type).put("code", type).put("message", message);
    return Answer.of(status, json.toString());
  }
}
