package dev.gapline.transforms.providers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.gapline.schemas.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** The body of a chat completion request, written straight from the request. */
final class ChatRequest {

  private static final JsonFactory JSON = new JsonFactory();

  private ChatRequest() {}

  /**
   * The body in UTF-8. Temperature and parameters keep their very digits; the seed is cut to the 31
   * bits that every server takes. Half a surrogate pair is sent as it is, escaped.
   *
   * @param maxTokensField how the server calls the most tokens of an answer
   */
  static byte[] bytesOf(Request request, String maxTokensField) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("model", request.model());
      json.writeArrayFieldStart("messages");
      for (Message message : request.messages()) {
        json.writeStartObject();
        json.writeStringField("role", message.role());
        json.writeStringField("content", message.content());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeFieldName("temperature");
      json.writeNumber(request.temperature().text());
      json.writeNumberField("seed", request.seed() & Integer.MAX_VALUE);
      json.writeNumberField(maxTokensField, request.maxTokens());
      for (Map.Entry<String, String> parameter : request.parameters().entrySet()) {
        json.writeFieldName(parameter.getKey());
        json.writeRawValue(parameter.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed.", e);
    }
    return bytes.toByteArray();
  }
}
