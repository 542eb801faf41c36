package dev.gapline.transforms.providers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gapline.schemas.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * Which wishes of a request a server took without a word and did not grant, as far as its answer
 * betrays it. A server that refuses a parameter says so itself, and the trial's failure does.
 */
final class Ignored {

  /** More tokens came than were asked for at most. */
  static final String MAX_TOKENS = "ignored-max-tokens";

  /** The answer goes on beyond a stop sequence. */
  static final String STOP = "ignored-stop";

  /** Log-probabilities were asked for and none came. */
  static final String LOGPROBS = "ignored-logprobs";

  private static final JsonMapper JSON = new JsonMapper();

  private Ignored() {}

  /** The words for {@code flags}, none where nothing is known to be ignored. */
  static List<String> of(Request request, Response response) {
    List<String> ignored = new ArrayList<>();
    if (response.completionTokens() != null
        && response.completionTokens() - orZero(response.reasoningTokens()) > request.maxTokens()) {
      ignored.add(MAX_TOKENS);
    }
    if (goesBeyond(request.parameters().get("stop"), response.text())) {
      ignored.add(STOP);
    }
    if (request.logprobs() != null && response.logprobs() == null) {
      ignored.add(LOGPROBS);
    }
    return ignored;
  }

  private static boolean goesBeyond(String stop, String text) {
    if (stop == null || text == null) {
      return false;
    }
    JsonNode wanted;
    try {
      wanted = JSON.readTree(stop);
    } catch (JsonProcessingException e) {
      return false; // refused before: parameters are JSON
    }
    for (JsonNode one : wanted.isArray() ? wanted : List.of(wanted)) {
      // An answer that ends with it merely shows it.
      int at = one.isTextual() && !one.textValue().isEmpty() ? text.indexOf(one.textValue()) : -1;
      if (at >= 0 && at + one.textValue().length() < text.stripTrailing().length()) {
        return true;
      }
    }
    return false;
  }

  private static long orZero(Long count) {
    return count == null ? 0 : count;
  }
}
