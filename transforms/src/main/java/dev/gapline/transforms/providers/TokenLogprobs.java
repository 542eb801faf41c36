package dev.gapline.transforms.providers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** Log-probabilities as {@code Response} holds them, from the form that OpenAI gave them. */
final class TokenLogprobs {

  private TokenLogprobs() {}

  /** Of a list of tokens with their {@code top_logprobs}; null when there is none. */
  static String text(JsonNode tokens) {
    if (!tokens.isArray() || tokens.isEmpty()) {
      return null;
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (JsonNode token : tokens) {
      ArrayNode one = all.addArray();
      add(token, one);
      ArrayNode top = one.addArray();
      for (JsonNode other : token.path("top_logprobs")) {
        add(other, top.addArray());
      }
    }
    return all.toString();
  }

  private static void add(JsonNode token, ArrayNode to) {
    to.add(token.path("token").asText(""));
    to.add(token.path("logprob").asDouble());
  }
}
