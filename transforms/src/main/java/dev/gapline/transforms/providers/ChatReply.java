package dev.gapline.transforms.providers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Response;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the reply to a chat completion request, whatever the server has made of it. */
final class ChatReply {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private ChatReply() {}

  /** The answer, or why there is none; messages still have to be cleared of keys. */
  static Completion read(int status, byte[] body) {
    if (status / 100 != 2) {
      String text = new String(body, StandardCharsets.UTF_8);
      JsonNode error = errorIn(parsedOrMissing(text));
      return failure(ChatError.category(status, error), ChatError.message(status, error, text));
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      return failure(FailureCategory.MALFORMED, "The answer is not valid UTF-8.");
    }
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return failure(FailureCategory.MALFORMED, "The answer is not JSON: " + text);
    }
    JsonNode error = errorIn(json);
    if (!error.isMissingNode()) {
      return failure(ChatError.category(error), ChatError.message(status, error, text));
    }
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
    return Completion.of(
        new Response(
            text,
            reasoningOf(message),
            finish,
            textOrNull(json.path("model")),
            countOrNull(usage.path("prompt_tokens")),
            countOrNull(usage.path("completion_tokens")),
            countOrNull(usage.path("completion_tokens_details").path("reasoning_tokens")),
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

  private static String reasoningOf(JsonNode message) {
    String reasoning = textOrNull(message.path("reasoning_content"));
    return reasoning == null ? textOrNull(message.path("reasoning")) : reasoning;
  }

  private static String textOrNull(JsonNode node) {
    return node.isTextual() && !node.textValue().isEmpty() ? node.textValue() : null;
  }

  private static Long countOrNull(JsonNode node) {
    return node.canConvertToLong() && node.isIntegralNumber() ? node.longValue() : null;
  }

  private static JsonNode errorIn(JsonNode json) {
    JsonNode error = json.path("error");
    return error.isNull() ? MissingNode.getInstance() : error;
  }

  private static JsonNode parsedOrMissing(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static Completion failure(FailureCategory category, String message) {
    return Completion.of(new Failure(category, message, 1));
  }
}
