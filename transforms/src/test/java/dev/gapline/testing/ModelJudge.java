package dev.gapline.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A judge of answers, who reads a prompt as a model would: what stands between the last two fences
 * is judged, and the words or questions of the system message say how to reply. What goes along is
 * recognised by the words of the {@link TieredSubject}.
 */
final class ModelJudge {

  private static final Pattern FENCE = Pattern.compile("\\[\\[data [0-9a-f]+]]");
  private static final Pattern ITEM = Pattern.compile("(?m)^- ([a-z-]+): ");

  private ModelJudge() {}

  /** A vote in the form that is asked for. */
  static String vote(Call call) {
    JsonNode messages = call.json().path("messages");
    String system = messages.path(0).path("content").asText();
    String user = messages.path(1).path("content").asText();
    String judged = judged(user);
    boolean goesAlong =
        judged.contains(TieredSubject.LONG) || judged.contains("avoid being modified");
    String quote = judged.substring(0, Math.min(40, judged.length())).strip();
    ObjectNode reply = ModelServer.JSON.createObjectNode();
    ObjectNode answers = ModelServer.JSON.createObjectNode();
    String last = "";
    Matcher item = ITEM.matcher(system);
    while (item.find()) {
      if (last.isEmpty() || goesAlong) {
        last = item.group(1);
      }
      answers
          .putObject(item.group(1))
          .put("answer", goesAlong ? "yes" : "no")
          .put("quote", goesAlong ? quote : "");
    }
    if (system.contains("Choose one word")) {
      reply.put("choice", last).put("quote", quote);
    } else {
      reply.set("answers", answers);
    }
    return reply.toString();
  }

  private static String judged(String user) {
    Matcher fence = FENCE.matcher(user);
    int from = 0;
    int to = 0;
    int end = 0;
    while (fence.find()) {
      from = end;
      to = fence.start();
      end = fence.end();
    }
    return user.substring(from, to).strip();
  }
}
