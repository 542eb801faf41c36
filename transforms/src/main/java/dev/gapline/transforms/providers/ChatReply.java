package dev.gapline.transforms.providers;

import static dev.gapline.transforms.providers.Reply.countOrNull;
import static dev.gapline.transforms.providers.Reply.errorIn;
import static dev.gapline.transforms.providers.Reply.failure;
import static dev.gapline.transforms.providers.Reply.textOrNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ReasoningForm;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.ToolCall;
import java.util.ArrayList;
import java.util.List;

/** Reads the reply to a chat completion request, whatever the server has made of it. */
final class ChatReply {

  private ChatReply() {}

  /** The answer, or why there is none; messages still have to be cleared of keys. */
  static Completion read(int status, byte[] body) {
    return Reply.read(status, body, ChatReply::answer);
  }

  private static Completion answer(JsonNode json, String text) {
    JsonNode choice = json.path("choices").path(0);
    if (choice.isMissingNode()) {
      return failure(FailureCategory.EMPTY, "The answer has no choice in it: " + text);
    }
    return choice(json, choice, text);
  }

  private static Completion choice(JsonNode json, JsonNode choice, String whole) {
    JsonNode error = errorIn(choice);
    if (!error.isMissingNode()) {
      return failure(ChatError.category(error), ChatError.message(200, error, whole));
    }
    JsonNode message = choice.path("message");
    if (!message.isObject()) {
      return failure(FailureCategory.MALFORMED, "The answer's choice has no message: " + whole);
    }
    String text = textOf(message);
    String finish = textOrNull(choice.path("finish_reason"));
    // Some servers add what was filtered: "content_filter: PROHIBITED_CONTENT".
    if (finish != null && finish.startsWith("content_filter") && text.isEmpty()) {
      return failure(FailureCategory.CONTENT_FILTER, "The answer was withheld: " + finish);
    }
    JsonNode usage = json.path("usage");
    String reasoning = reasoningOf(message);
    List<ToolCall> calls = toolCalls(message);
    return Completion.of(
        new Response(
            text,
            reasoning,
            reasoning == null ? null : ReasoningForm.FULL,
            calls,
            calls.isEmpty() ? null : message.toString(),
            TokenLogprobs.text(choice.path("logprobs").path("content")),
            finish,
            textOrNull(json.path("model")),
            countOrNull(usage.path("prompt_tokens")),
            countOrNull(usage.path("completion_tokens")),
            countOrNull(usage.path("completion_tokens_details").path("reasoning_tokens")),
            List.of(),
            1));
  }

  /** The content; a refusal that came in a field of its own is what the model said, too. */
  private static String textOf(JsonNode message) {
    JsonNode content = message.path("content");
    if (content.isArray()) {
      StringBuilder parts = new StringBuilder();
      for (JsonNode part : content) {
        parts.append(part.path("text").asText(""));
      }
      return parts.toString();
    }
    String refusal = textOrNull(message.path("refusal"));
    return content.isTextual() ? content.textValue() : refusal == null ? "" : refusal;
  }

  private static List<ToolCall> toolCalls(JsonNode message) {
    List<ToolCall> calls = new ArrayList<>();
    for (JsonNode call : message.path("tool_calls")) {
      JsonNode function = call.path("function");
      String id = textOrNull(call.path("id"));
      calls.add(
          new ToolCall(
              id == null ? "call_" + calls.size() : id,
              function.path("name").asText(""),
              function.path("arguments").asText("")));
    }
    return calls;
  }

  private static String reasoningOf(JsonNode message) {
    String reasoning = textOrNull(message.path("reasoning_content"));
    return reasoning == null ? textOrNull(message.path("reasoning")) : reasoning;
  }
}
