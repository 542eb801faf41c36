package dev.gapline.transforms.providers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/**
 * Anthropic's Message Batches: {@code /messages/batches}. A batch keeps no mark of whoever made it,
 * so that one whose creation was not heard of is known again by its size and its moment, and for
 * certain by its answers.
 */
final class AnthropicBatches implements BatchWire {

  private static final String PATH = "/messages/batches";

  @Override
  public int mostRequests() {
    return 100_000;
  }

  @Override
  public long mostBytes() {
    return 250L << 20;
  }

  @Override
  public String create(BatchHttp http, String mark, List<Request> requests, Wire wire)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("{\"requests\":[".getBytes(StandardCharsets.UTF_8));
    String separator = "";
    for (Request request : requests) {
      String head = "%s{\"custom_id\":\"%s\",\"params\":".formatted(separator, request.key());
      body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
      body.writeBytes(wire.body(request));
      body.write('}');
      separator = ",";
    }
    body.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
    return BatchHttp.idOf(http.post(PATH, body.toByteArray()));
  }

  @Override
  public State state(BatchHttp http, String id) throws IOException {
    JsonNode batch = http.get(PATH + "/" + id);
    boolean hasEnded = batch.path("processing_status").asText().equals("ended");
    // Not the address that the batch names: the key goes to the server of the study alone.
    return new State(hasEnded, hasEnded ? List.of(PATH + "/" + id + "/results") : List.of(), null);
  }

  @Override
  public BatchAnswer answer(JsonNode json, Wire wire) {
    String key = json.path("custom_id").asText("");
    JsonNode result = json.path("result");
    return switch (result.path("type").asText()) {
      case "succeeded" -> new BatchAnswer(key, wire.read(200, bytes(result.path("message"))));
      case "errored" -> new BatchAnswer(key, wire.read(200, bytes(result.path("error"))));
      case "canceled", "expired" ->
          BatchAnswer.notReached(
              key, "The batch did not come to it: " + result.path("type").asText());
      default -> null;
    };
  }

  private static byte[] bytes(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public List<Listed> list(BatchHttp http, long sinceMillis) throws IOException {
    return http.list(PATH, "after_id", sinceMillis, AnthropicBatches::listed);
  }

  private static Listed listed(JsonNode batch) throws IOException {
    long requests = 0;
    for (JsonNode count : batch.path("request_counts")) {
      requests += count.asLong();
    }
    return new Listed(
        batch.path("id").asText(), null, requests, millis(batch.path("created_at").asText()));
  }

  private static long millis(String moment) throws IOException {
    try {
      return Instant.parse(moment).toEpochMilli();
    } catch (DateTimeException e) {
      throw new IOException("A batch was created at no moment: " + moment, e);
    }
  }
}
