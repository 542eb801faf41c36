package dev.gapline.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Hashing;

/**
 * A request as the server sees it.
 *
 * @param text of the body
 * @param key the Authorization header; null when there is none
 * @param asked how often it has come, this time included
 */
record Call(JsonNode json, String text, String key, int asked) {

  String model() {
    return json.path("model").asText();
  }

  /** A number in [0, 1) that is always the same for this request. */
  double uniform(String purpose) {
    return Hashing.uniform(purpose + "|" + text, 0);
  }
}
