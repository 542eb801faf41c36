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
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * OpenAI's responses, which some of its models need: {@code POST base_url/responses}. The messages
 * are the input, one item each; the interface takes no seed and keeps what it is sent unless a
 * parameter {@code store: false} says otherwise.
 */
final class OpenAiResponses implements Wire {

  /** The name by which a study asks for it. */
  static final String NAME = "responses";

  private static final Set<String> RESERVED =
      Set.of(
          "model",
          "input",
          "instructions",
          "temperature",
          "max_output_tokens",
          "stream",
          "top_logprobs",
          "background",
          "conversation",
          "previous_response_id");

  private static final String EXAMPLE =
      """
      {"object":"response","status":"completed","model":"canned","output":[{"type":"message",\
      "role":"assistant","content":[{"type":"output_text","text":"Yes."}]}],\
      "usage":{"input_tokens":1,"output_tokens":1}}""";

  private final URI address;

  private OpenAiResponses(URI address) {
    this.address = address;
  }

  /**
   * For that model.
   *
   * @throws IllegalArgumentException if its address or a parameter is invalid
   */
  static OpenAiResponses of(ModelSpec model) {
    Addresses.checkParameters(model, RESERVED);
    if (model.logprobs() != null) {
      Addresses.checkParameters(model, Set.of("include"));
    }
    return new OpenAiResponses(Addresses.of(model, ChatCompletions.OPENAI, "/responses"));
  }

  @Override
  public URI address(Request request) {
    return address;
  }

  @Override
  public Map<String, String> headers(Key key) {
    return key.isNone() ? Map.of() : Map.of("Authorization", "Bearer " + key.value());
  }

  @Override
  public byte[] body(Request request) {
    return Bodies.of(
        json -> {
          json.writeStringField("model", request.model());
          json.writeArrayFieldStart("input");
          for (Message message : request.messages()) {
            write(message, json);
          }
          json.writeEndArray();
          Bodies.number(json, "temperature", request.temperature().text());
          json.writeNumberField("max_output_tokens", request.maxTokens());
          if (request.logprobs() != null) {
            json.writeArrayFieldStart("include");
            json.writeString("message.output_text.logprobs");
            json.writeEndArray();
            json.writeNumberField("top_logprobs", request.logprobs());
          }
          if (!request.tools().isEmpty()) {
            json.writeArrayFieldStart("tools");
            for (OfferedTool tool : request.tools()) {
              json.writeStartObject();
              json.writeStringField("type", "function");
              Bodies.tool(json, tool, "parameters");
              // Otherwise this interface would take another schema for it.
              json.writeBooleanField("strict", false);
              json.writeEndObject();
            }
            json.writeEndArray();
          }
          Bodies.parameters(request, json);
        });
  }

  private static void write(Message message, JsonGenerator json) throws IOException {
    if (message.verbatim() != null) {
      Bodies.items(json, message.verbatim());
      return;
    }
    if (message.toolCallId() != null) {
      json.writeStartObject();
      json.writeStringField("type", "function_call_output");
      json.writeStringField("call_id", message.toolCallId());
      json.writeStringField("output", message.content());
      json.writeEndObject();
      return;
    }
    if (message.toolCalls().isEmpty() || !message.content().isEmpty()) {
      json.writeStartObject();
      json.writeStringField("role", message.role());
      json.writeStringField("content", message.content());
      json.writeEndObject();
    }
    for (ToolCall call : message.toolCalls()) {
      json.writeStartObject();
      json.writeStringField("type", "function_call");
      json.writeStringField("call_id", call.id());
      json.writeStringField("name", call.name());
      json.writeStringField("arguments", call.arguments());
      json.writeEndObject();
    }
  }

  @Override
  public Completion read(int status, byte[] body) {
    return Reply.read(status, body, OpenAiResponses::answer);
  }

  private static Completion answer(JsonNode json, String whole) {
    JsonNode output = json.path("output");
    if (!output.isArray()) {
      return failure(FailureCategory.MALFORMED, "The answer has no output: " + whole);
    }
    StringBuilder text = new StringBuilder();
    StringBuilder inFull = new StringBuilder();
    StringBuilder summary = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    List<JsonNode> logprobs = new ArrayList<>();
    boolean hasThought = false;
    for (JsonNode item : output) {
      switch (item.path("type").asText()) {
        case "message" -> {
          for (JsonNode part : item.path("content")) {
            // A refusal in a part of its own is what the model said, too.
            text.append(part.path("text").asText(part.path("refusal").asText("")));
            part.path("logprobs").forEach(logprobs::add);
          }
        }
        case "reasoning" -> {
          hasThought = true;
          append(item.path("content"), inFull);
          append(item.path("summary"), summary);
        }
        case "function_call" ->
            calls.add(
                new ToolCall(
                    textOrNull(item.path("call_id")),
                    item.path("name").asText(""),
                    item.path("arguments").asText("")));
        default -> {
          // A kind of item that is newer than this: it holds no answer that could be read.
        }
      }
    }
    String cut = textOrNull(json.path("incomplete_details").path("reason"));
    if ("content_filter".equals(cut) && text.isEmpty()) {
      return failure(FailureCategory.CONTENT_FILTER, "The answer was withheld: " + cut);
    }
    JsonNode usage = json.path("usage");
    StringBuilder reasoning = inFull.isEmpty() ? summary : inFull;
    return Completion.of(
        new Response(
            text.toString(),
            reasoning.isEmpty() ? null : reasoning.toString(),
            !hasThought
                ? null
                : reasoning.isEmpty()
                    ? ReasoningForm.REDACTED
                    : inFull.isEmpty() ? ReasoningForm.SUMMARY : ReasoningForm.FULL,
            calls,
            calls.isEmpty() ? null : output.toString(),
            TokenLogprobs.text(logprobs),
            cut == null ? textOrNull(json.path("status")) : cut,
            textOrNull(json.path("model")),
            countOrNull(usage.path("input_tokens")),
            countOrNull(usage.path("output_tokens")),
            countOrNull(usage.path("output_tokens_details").path("reasoning_tokens")),
            List.of(),
            1));
  }

  private static void append(JsonNode parts, StringBuilder to) {
    for (JsonNode part : parts) {
      to.append(to.isEmpty() ? "" : "\n").append(part.path("text").asText(""));
    }
  }

  @Override
  public String example() {
    return EXAMPLE;
  }
}
