package dev.gapline.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request asks the server to do: {@code NAME+slow-200+limit-32+revoke-400}.
 *
 * @param revokeAfter that many requests to the model, its first key is refused; 0 for never
 */
record Script(Behaviours.Behaviour behaviour, int slowMs, int limit, int revokeAfter) {

  private static final Pattern MARKER = Pattern.compile("\\[\\[behaviour:([^\\]]+)\\]\\]");

  static Script of(JsonNode request) {
    String name = request.path("model").asText();
    for (JsonNode message : request.path("messages")) {
      Matcher marker = MARKER.matcher(message.path("content").asText());
      if (marker.find()) {
        name = marker.group(1);
      }
    }
    String[] parts = name.split("\\+", -1);
    int slowMs = 0;
    int limit = 0;
    int revokeAfter = 0;
    for (int i = 1; i < parts.length; i++) {
      int number = Integer.parseInt(parts[i].substring(parts[i].indexOf('-') + 1));
      if (parts[i].startsWith("slow-")) {
        slowMs = number;
      } else if (parts[i].startsWith("limit-")) {
        limit = number;
      } else if (parts[i].startsWith("revoke-")) {
        revokeAfter = number;
      }
    }
    return new Script(Behaviours.named(parts[0]), slowMs, limit, revokeAfter);
  }
}
