package dev.gapline.transforms.providers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/** What every interface's reply has in common: JSON in UTF-8, an answer or an error in it. */
final class Reply {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Reply() {}

  /**
   * Reads a reply whatever the server has made of it.
   *
   * @param answer reads the body of an answer, given as JSON and, for a message, as it came
   */
  static Completion read(int status, byte[] body, BiFunction<JsonNode, String, Completion> answer) {
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
    return error.isMissingNode()
        ? answer.apply(json, text)
        : failure(ChatError.category(error), ChatError.message(status, error, text));
  }

  static Completion failure(FailureCategory category, String message) {
    return Completion.of(new Failure(category, message, 1));
  }

  /** The {@code error} member; missing also where it is null. */
  static JsonNode errorIn(JsonNode json) {
    JsonNode error = json.path("error");
    return error.isNull() ? MissingNode.getInstance() : error;
  }

  static String textOrNull(JsonNode node) {
    return node.isTextual() && !node.textValue().isEmpty() ? node.textValue() : null;
  }

  static Long countOrNull(JsonNode node) {
    return node.canConvertToLong() && node.isIntegralNumber() ? node.longValue() : null;
  }

  private static JsonNode parsedOrMissing(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      // Some servers send a list with one error in it.
      return json.isArray() ? json.path(0) : json;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
