package dev.gapline.transforms.providers;

import static dev.gapline.transforms.providers.Reply.countOrNull;
import static dev.gapline.transforms.providers.Reply.failure;
import static dev.gapline.transforms.providers.Reply.textOrNull;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.OfferedTool;
import dev.gapline.schemas.ReasoningForm;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.ToolCall;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Anthropic's messages: {@code POST base_url/messages}. System messages go into the system prompt,
 * joined by a blank line; a last message of the assistant is a prefill. The interface takes no
 * seed.
 */
final class AnthropicMessages implements Wire {

  /** Where a model without a {@code base_url} is asked. */
  static final String ANTHROPIC = "https://api.anthropic.com/v1";

  private static final String VERSION = "2023-06-01";

  private static final Set<String> RESERVED =
      Set.of("model", "messages", "system", "temperature", "max_tokens", "stream");

  private static final String EXAMPLE =
      """
      {"type":"message","role":"assistant","model":"canned","content":[{"type":"text",\
      "text":"Yes."}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""";

  /** The one family whose thinking comes as the model wrote it; later ones summarise it. */
  private static final String THINKS_IN_FULL = "claude-3-7-";

  private final URI address;

  private AnthropicMessages(URI address) {
    this.address = address;
  }

  /**
   * For that model.
   *
   * @throws IllegalArgumentException if its address or a parameter is invalid
   */
  static AnthropicMessages of(ModelSpec model) {
    Addresses.checkParameters(model, RESERVED);
    if (model.logprobs() != null) {
      throw new IllegalArgumentException(
          "Invalid logprobs of %s: this interface has none. Leaving it out is valid."
              .formatted(model.id()));
    }
    return new AnthropicMessages(Addresses.of(model, ANTHROPIC, "/messages"));
  }

  @Override
  public URI address(Request request) {
    return address;
  }

  @Override
  public Map<String, String> headers(Key key) {
    Map<String, String> headers = new HashMap<>(Map.of("anthropic-version", VERSION));
    if (!key.isNone()) {
      headers.put("x-api-key", key.value());
    }
    return headers;
  }

  @Override
  public byte[] body(Request request) {
    return Bodies.of(
        json -> {
          json.writeStringField("model", request.model());
          json.writeNumberField("max_tokens", request.maxTokens());
          String system =
              request.messages().stream()
                  .filter(message -> message.role().equals("system"))
                  .map(Message::content)
                  .collect(Collectors.joining("\n\n"));
          if (!system.isEmpty()) {
            json.writeStringField("system", system);
          }
          json.writeArrayFieldStart("messages");
          Bodies.grouped(
              request.messages(),
              json,
              "content",
              AnthropicMessages::result,
              AnthropicMessages::write);
          json.writeEndArray();
          if (!request.tools().isEmpty()) {
            json.writeArrayFieldStart("tools");
            for (OfferedTool tool : request.tools()) {
              json.writeStartObject();
              Bodies.tool(json, tool, "input_schema");
              json.writeEndObject();
            }
            json.writeEndArray();
          }
          Bodies.number(json, "temperature", request.temperature().text());
          Bodies.parameters(request, json);
        });
  }

  private static void result(Message message, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "tool_result");
    json.writeStringField("tool_use_id", message.toolCallId());
    json.writeStringField("content", message.content());
    json.writeEndObject();
  }

  private static void write(Message message, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", message.role());
    if (message.verbatim() != null) {
      json.writeFieldName("content");
      json.writeRawValue(message.verbatim());
    } else if (message.toolCalls().isEmpty()) {
      json.writeStringField("content", message.content());
    } else {
      json.writeArrayFieldStart("content");
      if (!message.content().isEmpty()) {
        json.writeStartObject();
        json.writeStringField("type", "text");
        json.writeStringField("text", message.content());
        json.writeEndObject();
      }
      for (ToolCall call : message.toolCalls()) {
        json.writeStartObject();
        json.writeStringField("type", "tool_use");
        json.writeStringField("id", call.id());
        json.writeStringField("name", call.name());
        json.writeFieldName("input");
        json.writeRawValue(call.arguments());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  @Override
  public Completion read(int status, byte[] body) {
    return Reply.read(status, body, AnthropicMessages::answer);
  }

  private static Completion answer(JsonNode json, String whole) {
    JsonNode content = json.path("content");
    if (!content.isArray()) {
      return failure(FailureCategory.MALFORMED, "The answer has no content: " + whole);
    }
    StringBuilder text = new StringBuilder();
    StringBuilder thinking = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    boolean hasThought = false;
    for (JsonNode block : content) {
      switch (block.path("type").asText()) {
        case "text" -> text.append(block.path("text").asText(""));
        case "thinking" -> {
          hasThought = true;
          thinking.append(block.path("thinking").asText(""));
        }
        case "redacted_thinking" -> hasThought = true;
        case "tool_use" ->
            calls.add(
                new ToolCall(
                    textOrNull(block.path("id")),
                    block.path("name").asText(""),
                    block.path("input").toString()));
        default -> {
          // A kind of block that is newer than this: it holds no answer that could be read.
        }
      }
    }
    String stopped = textOrNull(json.path("stop_reason"));
    if ("refusal".equals(stopped) && text.isEmpty()) {
      return failure(
          FailureCategory.CONTENT_FILTER, "The answer was withheld: stop_reason refusal");
    }
    String model = textOrNull(json.path("model"));
    JsonNode usage = json.path("usage");
    return Completion.of(
        new Response(
            text.toString(),
            thinking.isEmpty() ? null : thinking.toString(),
            form(hasThought, thinking.isEmpty(), model),
            calls,
            calls.isEmpty() ? null : content.toString(),
            null,
            stopped,
            model,
            promptTokens(usage),
            countOrNull(usage.path("output_tokens")),
            null,
            List.of(),
            1));
  }

  private static ReasoningForm form(boolean hasThought, boolean isWithheld, String model) {
    if (!hasThought) {
      return null;
    }
    if (isWithheld) {
      return ReasoningForm.REDACTED;
    }
    return model != null && model.startsWith(THINKS_IN_FULL)
        ? ReasoningForm.FULL
        : ReasoningForm.SUMMARY;
  }

  /** What was read from a cache, and what was put there, counts as prompt. */
  private static Long promptTokens(JsonNode usage) {
    Long fresh = countOrNull(usage.path("input_tokens"));
    return fresh == null
        ? null
        : Long.valueOf(
            fresh
                + usage.path("cache_creation_input_tokens").asLong(0)
                + usage.path("cache_read_input_tokens").asLong(0));
  }

  @Override
  public String example() {
    return EXAMPLE;
  }
}
