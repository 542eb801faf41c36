package dev.gapline.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Everything the server can do, by name: what servers do to a client sooner or later. */
final class Behaviours {

  /** One way to answer. */
  interface Behaviour {
    Answer answer(Call call);
  }

  static final Answer OVERLOADED =
      error(429, "rate_limit_exceeded", "Too many requests.")
          .with(Map.of("Retry-After", "1", "retry-after-ms", "50"));

  static final Answer REVOKED = error(401, "invalid_api_key", "This key was revoked.");

  private static final Answer BROKEN = error(500, "server_error", "The server had an error.");

  /** 64 kB; the server copies what is written in one go. */
  private static final byte[] WORDS =
      "Well now, then. ".repeat((64 << 10) / 16).getBytes(StandardCharsets.US_ASCII);

  private static final Map<String, Behaviour> BY_NAME =
      Map.ofEntries(
          Map.entry("ok", call -> ok(call, "Hello, tier.")),
          Map.entry("reasoning", Behaviours::reasoning),
          Map.entry("echo-seed", call -> ok(call, call.json().path("seed").asText())),
          Map.entry("wrong-model-name", Behaviours::wrongModelName),
          Map.entry("two-snapshots", Behaviours::twoSnapshots),
          Map.entry("401", call -> error(401, "invalid_api_key", keyQuotingMessage())),
          Map.entry("echo-key", call -> error(500, "server_error", "You sent " + call.key())),
          Map.entry(
              "400-too-long",
              call -> error(400, "context_length_exceeded", "The maximum is 4096 tokens.")),
          Map.entry("404", call -> error(404, "model_not_found", "No such model.")),
          Map.entry("429-then-ok", call -> call.asked() == 1 ? OVERLOADED : ok(call, "At last.")),
          Map.entry("429-always", call -> OVERLOADED),
          Map.entry(
              "429-no-quota", call -> error(429, "insufficient_quota", "You exceeded your quota.")),
          Map.entry("500-then-ok", call -> call.asked() == 1 ? BROKEN : ok(call, "At last.")),
          Map.entry("500-always", call -> BROKEN),
          Map.entry("flaky", call -> flaky(call)),
          Map.entry("hang", call -> Answer.hanging()),
          Map.entry("trickle", call -> trickle()),
          Map.entry("malformed-body", call -> Answer.of(200, "{\"choices\": [{\"mess")),
          Map.entry("html-body", call -> Answer.of(200, "<html>Bad gateway</html>")),
          Map.entry("error-in-200", call -> error(200, "weird_error", "Something is off.")),
          Map.entry("rate-limit-in-200", call -> error(200, "rate_limit_exceeded", "Slow down.")),
          Map.entry("empty-choices", call -> Answer.of(200, "{\"choices\": []}")),
          Map.entry("no-choices", call -> Answer.of(200, "{\"model\": \"m\"}")),
          Map.entry("null-content", call -> ended(call, null, "stop")),
          Map.entry(
              "content-filter-400",
              call -> error(400, "content_filter", "The prompt triggered the content filter.")),
          Map.entry("content-filter-finish", call -> ended(call, null, "content_filter")),
          Map.entry("loses-long-free", Behaviours::losesLongFree),
          Map.entry("judge", call -> ok(call, ModelJudge.vote(call))),
          Map.entry("judge-rambles", Behaviours::judgeRambles),
          Map.entry("judge-makes-up-quotes", call -> ok(call, madeUp(call))),
          Map.entry("drop", call -> Answer.dropping()),
          Map.entry("reset", call -> ok(call, "This will not arrive.").promising(100_000)),
          Map.entry("invalid-utf8", Behaviours::invalidUtf8),
          Map.entry("empty-body", call -> Answer.of(200, "")),
          Map.entry("1-mb", call -> words(call, 1)),
          Map.entry("8-mb", call -> words(call, 8)),
          Map.entry("huge", call -> huge()));

  private Behaviours() {}

  /** The behaviour of that name; the subject of a tiered scenario for every other name. */
  static Behaviour named(String name) {
    return BY_NAME.getOrDefault(
        name,
        call -> call.json().has("tools") ? usingTools(call) : ok(call, TieredSubject.answer(call)));
  }

  private static Answer usingTools(Call call) {
    ToolUser step = ToolUser.step(call, call.model());
    ObjectNode json = completion(call, step.text(), step.calls().isEmpty() ? "stop" : "tool_calls");
    step.writeChat((ObjectNode) json.at("/choices/0/message"));
    return Answer.of(200, json.toString());
  }

  private static Answer ok(Call call, String text) {
    return ended(call, text, "stop");
  }

  /** A third of its replies are no vote. */
  private static Answer judgeRambles(Call call) {
    return ok(
        call, call.uniform("rambles") < 1.0 / 3 ? "Well, it depends." : ModelJudge.vote(call));
  }

  private static String madeUp(Call call) {
    return ModelJudge.vote(call).replaceAll("\"quote\":\"[^\"]+\"", "\"quote\":\"As I said\"");
  }

  /** An eighth of what complies, which is long, is cut off: in the free tier alone. */
  private static Answer losesLongFree(Call call) {
    String text = TieredSubject.answer(call);
    boolean isLong = text.contains(TieredSubject.LONG);
    return isLong && TieredSubject.isFree(call) && call.uniform("lost") < 0.125
        ? ended(call, text.substring(0, text.indexOf(TieredSubject.LONG)), "length")
        : ok(call, text);
  }

  private static Answer ended(Call call, String text, String finishReason) {
    return Answer.of(200, completion(call, text, finishReason).toString());
  }

  private static ObjectNode completion(Call call, String text, String finishReason) {
    ObjectNode json = ModelServer.JSON.createObjectNode();
    json.put("id", "chatcmpl-test").put("object", "chat.completion").put("model", call.model());
    ObjectNode choice = json.putArray("choices").addObject();
    choice.put("index", 0).put("finish_reason", finishReason);
    choice.putObject("message").put("role", "assistant").put("content", text);
    long completionTokens = text == null ? 0 : text.length() / 4;
    json.putObject("usage")
        .put("prompt_tokens", call.text().length() / 4)
        .put("completion_tokens", completionTokens)
        .put("total_tokens", call.text().length() / 4 + completionTokens);
    return json;
  }

  private static Answer reasoning(Call call) {
    ObjectNode json = completion(call, "Four.", "stop");
    ((ObjectNode) json.at("/choices/0/message")).put("reasoning_content", "Two and two.");
    ((ObjectNode) json.path("usage"))
        .putObject("completion_tokens_details")
        .put("reasoning_tokens", 7);
    return Answer.of(200, json.toString());
  }

  private static Answer wrongModelName(Call call) {
    return Answer.of(
        200, completion(call, "Hello.", "stop").put("model", "another-2025-01-01").toString());
  }

  /** Half of the requests are answered by a later version of the model. */
  private static Answer twoSnapshots(Call call) {
    String version = call.uniform("snapshot") < 0.5 ? "-2025-01-01" : "-2025-06-01";
    return Answer.of(
        200,
        completion(call, TieredSubject.answer(call), "stop")
            .put("model", call.model() + version)
            .toString());
  }

  /** One request in ten fails the first time. */
  private static Answer flaky(Call call) {
    boolean fails = call.asked() == 1 && call.uniform("flaky") < 0.1;
    return fails ? BROKEN : ok(call, TieredSubject.answer(call));
  }

  /** White space before a JSON text that never comes: alive by every measure but the clock's. */
  private static Answer trickle() {
    return new Answer(
        200,
        Map.of(),
        0,
        out -> {
          while (true) {
            out.write(' ');
            out.flush();
            LockSupport.parkNanos(5_000_000);
          }
        });
  }

  private static Answer invalidUtf8(Call call) {
    byte[] bytes =
        completion(call, "caf#", "stop").toString().getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == '#' ? (byte) 0xe9 : bytes[i];
    }
    return Answer.of(200, bytes);
  }

  private static Answer huge() {
    byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    return new Answer(
        200,
        Map.of(),
        0,
        out -> {
          for (int i = 0; i < 17; i++) {
            out.write(spaces);
          }
        });
  }

  /** As OpenAI words it, with half of the key. */
  private static String keyQuotingMessage() {
    return "Incorrect API key provided: sk-test-****9abc.";
  }

  /** A valid answer of that many MB of words. */
  private static Answer words(Call call, int megabytes) {
    String json = completion(call, "#", "stop").toString();
    byte[] head = json.substring(0, json.indexOf('#')).getBytes(StandardCharsets.UTF_8);
    byte[] tail = json.substring(json.indexOf('#') + 1).getBytes(StandardCharsets.UTF_8);
    return new Answer(
        200,
        Map.of(),
        head.length + 16L * megabytes * WORDS.length + tail.length,
        out -> {
          out.write(head);
          for (int i = 0; i < 16 * megabytes; i++) {
            out.write(WORDS);
          }
          out.write(tail);
        });
  }

  private static Answer error(int status, String code, String message) {
    ObjectNode json = ModelServer.JSON.createObjectNode();
    json.putObject("error").put("message", message).put("type", "test").put("code", code);
    return Answer.of(status, json.toString());
  }
}
