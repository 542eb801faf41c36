package dev.gapline.transforms.providers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * OpenAI's Batch interface: a file of requests is handed in ({@code /files}), a batch is made of it
 * ({@code /batches}), and its answers are files again. A batch bears a mark in its metadata.
 */
final class OpenAiBatches implements BatchWire {

  private static final String MARK = "gapline";
  private static final Set<String> ENDED = Set.of("completed", "expired", "cancelled", "failed");

  private final String endpoint;

  /** Of the interface at that path, such as {@code /v1/chat/completions}. */
  OpenAiBatches(String endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public int mostRequests() {
    return 50_000;
  }

  @Override
  public long mostBytes() {
    return 190L << 20;
  }

  @Override
  public String create(BatchHttp http, String mark, List<Request> requests, Wire wire)
      throws IOException {
    String file = uploaded(http, mark, requests, wire);
    byte[] body =
        Bodies.of(
            json -> {
              json.writeStringField("input_file_id", file);
              json.writeStringField("endpoint", endpoint);
              json.writeStringField("completion_window", "24h");
              json.writeObjectFieldStart("metadata");
              json.writeStringField(MARK, mark);
              json.writeEndObject();
            });
    return BatchHttp.idOf(http.post("/batches", body));
  }

  /** The file's id; whatever goes wrong with it, no batch has been made of it. */
  private String uploaded(BatchHttp http, String mark, List<Request> requests, Wire wire)
      throws IOException {
    try {
      return BatchHttp.idOf(upload(http, mark, requests, wire));
    } catch (BatchHttp.Refused e) {
      throw e.isInDoubt() ? new BatchHttp.NotTaken(e) : e;
    } catch (IOException e) {
      throw new BatchHttp.NotTaken(e);
    }
  }

  private JsonNode upload(BatchHttp http, String mark, List<Request> requests, Wire wire)
      throws IOException {
    // No request can hold it: the mark is made of random digits for this batch alone.
    String boundary = "gapline-" + mark;
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    write(
        body,
        "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
            .formatted(boundary));
    write(
        body,
        "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n"
            .formatted(boundary, mark));
    for (Request request : requests) {
      write(
          body,
          "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":"
              .formatted(request.key(), endpoint));
      body.writeBytes(wire.body(request));
      write(body, "}\n");
    }
    write(body, "\r\n--%s--\r\n".formatted(boundary));
    return http.post(
        "/files",
        "multipart/form-data; boundary=" + boundary,
        BodyPublishers.ofByteArray(body.toByteArray()));
  }

  private static void write(ByteArrayOutputStream to, String text) {
    to.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public State state(BatchHttp http, String id) throws IOException {
    JsonNode batch = http.get("/batches/" + id);
    String status = batch.path("status").asText();
    if (!ENDED.contains(status)) {
      return new State(false, List.of(), null);
    }
    List<String> results = new ArrayList<>();
    for (String field : List.of("output_file_id", "error_file_id")) {
      if (batch.path(field).isTextual()) {
        results.add("/files/" + batch.path(field).asText() + "/content");
      }
    }
    JsonNode error = batch.path("errors").path("data").path(0);
    String problem =
        status.equals("failed") && results.isEmpty()
            ? "The batch was not taken: " + error.path("message").asText("no reason was given")
            : null;
    return new State(true, results, problem);
  }

  @Override
  public BatchAnswer answer(JsonNode json, Wire wire) {
    String key = json.path("custom_id").asText("");
    JsonNode response = json.path("response");
    if (response.path("status_code").isInt()) {
      return new BatchAnswer(
          key,
          wire.read(
              response.path("status_code").asInt(),
              response.path("body").toString().getBytes(StandardCharsets.UTF_8)));
    }
    JsonNode error = json.path("error");
    if (!error.isObject()) {
      return null;
    }
    return BatchAnswer.notReached(
        key,
        "The batch did not come to it: %s %s"
            .formatted(error.path("code").asText(""), error.path("message").asText("")));
  }

  @Override
  public List<Listed> list(BatchHttp http, long sinceMillis) throws IOException {
    return http.list("/batches", "after", sinceMillis, OpenAiBatches::listed);
  }

  private static Listed listed(JsonNode batch) {
    return new Listed(
        batch.path("id").asText(),
        batch.path("metadata").path(MARK).asText(""),
        batch.path("request_counts").path("total").asLong(),
        batch.path("created_at").asLong() * 1000);
  }
}
