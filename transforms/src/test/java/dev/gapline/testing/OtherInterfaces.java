package dev.gapline.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The interfaces beside chat completions, each answered by the subject of a tiered scenario. */
final class OtherInterfaces {

  private OtherInterfaces() {}

  /** The answer at that path, in the form of its interface. */
  static Answer answer(String path, JsonNode request, String body) {
    Call call = new Call(request, body, null, 1);
    String text = TieredSubject.answer(call);
    ObjectNode answer = ModelServer.JSON.createObjectNode();
    if (path.endsWith("/messages")) {
      answer.put("type", "message").put("role", "assistant").put("model", call.model());
      var content = answer.putArray("content");
      content
          .addObject()
          .put("type", "thinking")
          .put("thinking", "Let me see.")
          .put("signature", "s");
      content.addObject().put("type", "text").put("text", text);
      answer.put("stop_reason", "end_turn");
      answer.putObject("usage").put("input_tokens", 9).put("output_tokens", 30);
    } else if (path.endsWith("/responses")) {
      answer.put("object", "response").put("status", "completed").put("model", call.model());
      var output = answer.putArray("output");
      output.addObject().put("type", "reasoning").putArray("summary");
      ObjectNode message = output.addObject().put("type", "message").put("role", "assistant");
      message.putArray("content").addObject().put("type", "output_text").put("text", text);
      answer.putObject("usage").put("input_tokens", 9).put("output_tokens", 30);
    } else {
      ObjectNode candidate = answer.putArray("candidates").addObject().put("finishReason", "STOP");
      candidate
          .putObject("content")
          .put("role", "model")
          .putArray("parts")
          .addObject()
          .put("text", text);
      answer.put("modelVersion", path.replaceAll(".*/models/|:generateContent", ""));
      answer.putObject("usageMetadata").put("promptTokenCount", 9).put("candidatesTokenCount", 30);
    }
    return Answer.of(200, answer.toString());
  }
}
