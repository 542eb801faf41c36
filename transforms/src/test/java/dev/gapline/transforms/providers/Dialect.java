package dev.gapline.transforms.providers;

import dev.gapline.schemas.FailureCategory;
import java.util.Map;

/** The documented wire format of each provider of the catalogue, as its servers speak it. */
enum Dialect {
  OPENAI(
      "openai/gpt-test",
      "/base/chat/completions",
      "authorization",
      "Bearer dummy-key-0123456789",
      """
      {"id":"c1","object":"chat.completion","created":1,"model":"gpt-test-2025-01-01","choices":[\
      {"index":0,"finish_reason":"FINISH","message":{"role":"assistant","content":"TEXT"}}],\
      "usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18},"NEW":{"field":[1]}}""",
      "stop",
      "length",
      "content_filter",
      """
      {"error":{"message":"SAID","type":"TYPE","param":null,"code":"TYPE"}}"""),
  RESPONSES(
      "openai/gpt-test",
      "/base/responses",
      "authorization",
      "Bearer dummy-key-0123456789",
      """
      {"id":"r1","object":"response","STATUS","model":"gpt-test-2025-01-01","output":[\
      {"id":"m1","type":"message","role":"assistant","status":"completed","content":[\
      {"type":"output_text","text":"TEXT","annotations":[]}]}],"usage":{"input_tokens":11,\
      "output_tokens":7,"total_tokens":18},"NEW":{"field":[1]}}""",
      "completed",
      "max_output_tokens",
      "content_filter",
      """
      {"error":{"message":"SAID","type":"TYPE","param":null,"code":"TYPE"}}"""),
  ANTHROPIC(
      "anthropic/claude-test",
      "/base/messages",
      "x-api-key",
      "dummy-key-0123456789",
      """
      {"id":"m1","type":"message","role":"assistant","model":"claude-test-20250101","content":[\
      {"type":"text","text":"TEXT"}],"stop_reason":"FINISH","stop_sequence":null,\
      "usage":{"input_tokens":8,"cache_read_input_tokens":2,"cache_creation_input_tokens":1,\
      "output_tokens":7},"NEW":{"field":[1]}}""",
      "end_turn",
      "max_tokens",
      "refusal",
      """
      {"type":"error","error":{"type":"TYPE","message":"SAID"},"request_id":"r1"}"""),
  GOOGLE(
      "google/gemini-test",
      "/base/models/gemini-test:generateContent",
      "x-goog-api-key",
      "dummy-key-0123456789",
      """
      {"candidates":[{"content":{"parts":[{"text":"TEXT"}],"role":"model"},"finishReason":"FINISH",\
      "index":0}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,\
      "totalTokenCount":18},"modelVersion":"gemini-test-001","NEW":{"field":[1]}}""",
      "STOP",
      "MAX_TOKENS",
      "SAFETY",
      """
      {"error":{"code":0,"message":"SAID","status":"TYPE"}}""");

  final String model;
  final String path;
  final String keyHeader;
  final String keyValue;
  final String stopped;
  final String cutOff;
  final String filtered;
  private final String answer;
  private final String error;

  Dialect(
      String model,
      String path,
      String keyHeader,
      String keyValue,
      String answer,
      String stopped,
      String cutOff,
      String filtered,
      String error) {
    this.model = model;
    this.path = path;
    this.keyHeader = keyHeader;
    this.keyValue = keyValue;
    this.answer = answer;
    this.stopped = stopped;
    this.cutOff = cutOff;
    this.filtered = filtered;
    this.error = error;
  }

  /** An answer; the text is part of a JSON string. */
  String answer(String text, String finish) {
    String status =
        finish.equals(stopped)
            ? "status\":\"completed\",\"incomplete_details\":null,\"error\":null,\"x\":\""
            : "status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"FINISH\"},\"x\":\"";
    return answer
        .replace("STATUS\"", status + "\"")
        .replace("TEXT", text)
        .replace("FINISH", finish);
  }

  /** Which of its provider's interfaces it is; null for the usual one. */
  String api() {
    return this == RESPONSES ? "responses" : null;
  }

  /** An answer without any count of tokens. */
  String withoutUsage() {
    return answer("Yes.", stopped).replaceAll("\"usage(Metadata)?\":\\{[^}]*\\},", "");
  }

  String error(String type, String said) {
    return error.replace("TYPE", type).replace("SAID", said);
  }

  /** What each documented error status means, whatever the provider. */
  static Map<Integer, FailureCategory> statuses() {
    return Map.of(
        400, FailureCategory.BAD_REQUEST,
        401, FailureCategory.AUTH,
        403, FailureCategory.AUTH,
        404, FailureCategory.NO_MODEL,
        413, FailureCategory.BAD_REQUEST,
        429, FailureCategory.RATE_LIMITED,
        500, FailureCategory.SERVER_ERROR,
        503, FailureCategory.SERVER_ERROR,
        529, FailureCategory.SERVER_ERROR);
  }
}
