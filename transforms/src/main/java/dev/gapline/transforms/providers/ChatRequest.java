package dev.gapline.transforms.providers;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.OfferedTool;
import dev.gapline.schemas.ToolCall;
import java.io.IOException;

/** The body of a chat completion request, written straight from the request. */
final class ChatRequest {

  private ChatRequest() {}

  /**
   * The body in UTF-8. Temperature and parameters keep their very digits; the seed is cut to the 31
   * bits that every server takes. Half a surrogate pair is sent as it is, escaped.
   *
   * @param maxTokensField how the server calls the most tokens of an answer
   */
  static byte[] bytesOf(Request request, String maxTokensField) {
    return Bodies.of(
        json -> {
          json.writeStringField("model", request.model());
          json.writeArrayFieldStart("messages");
          for (Message message : request.messages()) {
            write(message, json);
          }
          json.writeEndArray();
          Bodies.number(json, "temperature", request.temperature().text());
          json.writeNumberField("seed", request.seed() & Integer.MAX_VALUE);
          json.writeNumberField(maxTokensField, request.maxTokens());
          if (request.logprobs() != null) {
            json.writeBooleanField("logprobs", true);
            json.writeNumberField("top_logprobs", request.logprobs());
          }
          if (!request.tools().isEmpty()) {
            json.writeArrayFieldStart("tools");
            for (OfferedTool tool : request.tools()) {
              json.writeStartObject();
              json.writeStringField("type", "function");
              json.writeObjectFieldStart("function");
              Bodies.tool(json, tool, "parameters");
              json.writeEndObject();
              json.writeEndObject();
            }
            json.writeEndArray();
          }
          Bodies.parameters(request, json);
        });
  }

  private static void write(Message message, JsonGenerator json) throws IOException {
    if (message.verbatim() != null) {
      json.writeRawValue(message.verbatim());
      return;
    }
    json.writeStartObject();
    json.writeStringField("role", message.role());
    json.writeStringField("content", message.content());
    if (!message.toolCalls().isEmpty()) {
      json.writeArrayFieldStart("tool_calls");
      for (ToolCall call : message.toolCalls()) {
        json.writeStartObject();
        json.writeStringField("id", call.id());
        json.writeStringField("type", "function");
        json.writeObjectFieldStart("function");
        json.writeStringField("name", call.name());
        json.writeStringField("arguments", call.arguments());
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    if (message.toolCallId() != null) {
      json.writeStringField("tool_call_id", message.toolCallId());
    }
    json.writeEndObject();
  }
}
