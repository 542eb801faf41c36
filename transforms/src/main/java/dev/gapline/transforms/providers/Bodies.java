package dev.gapline.transforms.providers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.OfferedTool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Writes the body of a request straight from the request, as one JSON object in UTF-8. */
final class Bodies {

  private static final JsonFactory JSON = new JsonFactory();

  private Bodies() {}

  /** What is written inside the object. */
  interface Content {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /** The bytes of an object with that content. */
  static byte[] of(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      content.writeTo(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed.", e);
    }
    return bytes.toByteArray();
  }

  /** The request's own parameters, values as they stand in the study. */
  static void parameters(Request request, JsonGenerator json) throws IOException {
    parameters(request, json, name -> true);
  }

  /** Those of the request's own parameters that are meant. */
  static void parameters(Request request, JsonGenerator json, Predicate<String> isMeant)
      throws IOException {
    for (Map.Entry<String, String> parameter : request.parameters().entrySet()) {
      if (isMeant.test(parameter.getKey())) {
        json.writeFieldName(parameter.getKey());
        json.writeRawValue(parameter.getValue());
      }
    }
  }

  /** How a message is written. */
  interface MessageWriter {
    void write(Message message, JsonGenerator json) throws IOException;
  }

  /**
   * Messages without the system's; the results of all tool calls of one reply are one message of
   * the user.
   *
   * @param parts the name of a message's list of parts
   */
  static void grouped(
      List<Message> messages,
      JsonGenerator json,
      String parts,
      MessageWriter result,
      MessageWriter other)
      throws IOException {
    boolean areResults = false;
    for (Message message : messages) {
      boolean isResult = message.toolCallId() != null;
      if (areResults && !isResult) {
        json.writeEndArray();
        json.writeEndObject();
      }
      if (!areResults && isResult) {
        json.writeStartObject();
        json.writeStringField("role", "user");
        json.writeArrayFieldStart(parts);
      }
      areResults = isResult;
      if (isResult) {
        result.write(message, json);
      } else if (!message.role().equals("system")) {
        other.write(message, json);
      }
    }
    if (areResults) {
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  /** The fields of a tool. */
  static void tool(JsonGenerator json, OfferedTool tool, String parameters) throws IOException {
    json.writeStringField("name", tool.name());
    json.writeStringField("description", tool.description());
    json.writeFieldName(parameters);
    json.writeRawValue(tool.parameters());
  }

  /** The items of a JSON array in text, one by one, into an array that is open. */
  static void items(JsonGenerator json, String array) throws IOException {
    String items = array.strip();
    json.writeRawValue(items.substring(1, items.length() - 1));
  }

  /** A number with its very digits. */
  static void number(JsonGenerator json, String name, String digits) throws IOException {
    json.writeFieldName(name);
    json.writeNumber(digits);
  }
}
