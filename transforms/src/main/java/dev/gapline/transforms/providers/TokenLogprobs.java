package dev.gapline.transforms.providers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** Log-probabilities as {@code Response} holds them, from the forms in which they come. */
final class TokenLogprobs {

  private TokenLogprobs() {}

  /** Of tokens with their {@code top_logprobs}, OpenAI's form; null when there is none. */
  static String text(Iterable<JsonNode> tokens) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (JsonNode token : tokens) {
      add(token, "logprob", token.path("top_logprobs"), all);
    }
    return all.isEmpty() ? null : all.toString();
  }

  /** Of a {@code logprobsResult}, Google's form: the tokens, and beside them the alternatives. */
  static String ofGoogle(JsonNode result) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    JsonNode chosen = result.path("chosenCandidates");
    for (int i = 0; i < chosen.size(); i++) {
      JsonNode top = result.path("topCandidates").path(i).path("candidates");
      add(chosen.get(i), "logProbability", top, all);
    }
    return all.isEmpty() ? null : all.toString();
  }

  private static void add(JsonNode token, String logprob, JsonNode others, ArrayNode all) {
    ArrayNode one = all.addArray();
    put(token, logprob, one);
    ArrayNode top = one.addArray();
    for (JsonNode other : others) {
      put(other, logprob, top.addArray());
    }
  }

  private static void put(JsonNode token, String logprob, ArrayNode to) {
    to.add(token.path("token").asText(""));
    to.add(token.path(logprob).asDouble());
  }
}
