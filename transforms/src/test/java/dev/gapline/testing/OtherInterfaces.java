package dev.gapline.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The interfaces beside chat completions, each answered by the subject of a tiered scenario. */
final class OtherInterfaces {

  /** What comes with a reply and has to come back. */
  private static final String SIGNATURE = "signed-by-the-provider";

  private OtherInterfaces() {}

  private static JsonNode json(String text) {
    try {
      return ModelServer.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The answer at that path, in the form of its interface. */
  static Answer answer(String path, JsonNode request, String body) {
    Call call = new Call(request, body, null, 1);
    ToolUser step =
        request.has("tools")
            ? ToolUser.step(call, path + call.model())
            : new ToolUser(TieredSubject.answer(call), List.of());
    if (body.contains("read_notes") && body.contains("Let me look") && !body.contains(SIGNATURE)) {
      return Answer.of(
          400, "{\"error\":{\"message\":\"What was signed came back without its signature.\"}}");
    }
    String text = step.text();
    ObjectNode answer = ModelServer.JSON.createObjectNode();
    if (path.endsWith("/messages")) {
      answer.put("type", "message").put("role", "assistant").put("model", call.model());
      var content = answer.putArray("content");
      content
          .addObject()
          .put("type", "thinking")
          .put("thinking", "Let me see.")
          .put("signature", SIGNATURE);
      content.addObject().put("type", "text").put("text", text);
      for (String[] one : step.calls()) {
        content
            .addObject()
            .put("type", "tool_use")
            .put("id", "toolu" + content.size())
            .put("name", one[0])
            .set("input", json(one[1]));
      }
      answer.put("stop_reason", step.calls().isEmpty() ? "end_turn" : "tool_use");
      answer.putObject("usage").put("input_tokens", 9).put("output_tokens", 30);
    } else if (path.endsWith("/responses")) {
      answer.put("object", "response").put("status", "completed").put("model", call.model());
      var output = answer.putArray("output");
      output
          .addObject()
          .put("type", "reasoning")
          .put("encrypted_content", SIGNATURE)
          .putArray("summary");
      ObjectNode message = output.addObject().put("type", "message").put("role", "assistant");
      message.putArray("content").addObject().put("type", "output_text").put("text", text);
      for (String[] one : step.calls()) {
        output
            .addObject()
            .put("type", "function_call")
            .put("call_id", "fc" + output.size())
            .put("name", one[0])
            .put("arguments", one[1]);
      }
      answer.putObject("usage").put("input_tokens", 9).put("output_tokens", 30);
    } else {
      ObjectNode candidate = answer.putArray("candidates").addObject().put("finishReason", "STOP");
      var parts = candidate.putObject("content").put("role", "model").putArray("parts");
      parts.addObject().put("text", text);
      for (String[] one : step.calls()) {
        ObjectNode part = parts.addObject().put("thoughtSignature", SIGNATURE);
        part.putObject("functionCall").put("name", one[0]).set("args", json(one[1]));
      }
      answer.put("modelVersion", path.replaceAll(".*/models/|:generateContent", ""));
      answer.putObject("usageMetadata").put("promptTokenCount", 9).put("candidatesTokenCount", 30);
    }
    return Answer.of(200, answer.toString());
  }
}
