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

/**
 * Google's Gemini: {@code POST base_url/models/NAME:generateContent}. System messages are the
 * system instruction. Parameters of the study go into {@code generationConfig}, save those that
 * stand beside it ({@code safetySettings}, {@code tools}, {@code toolConfig}, {@code
 * cachedContent}).
 */
final class GeminiContent implements Wire {

  private static final String GOOGLE = "https://generativelanguage.googleapis.com/v1beta";

  private static final Set<String> RESERVED =
      Set.of(
          "contents",
          "systemInstruction",
          "generationConfig",
          "temperature",
          "maxOutputTokens",
          "seed",
          "candidateCount",
          "responseLogprobs",
          "logprobs");

  private static final Set<String> BESIDE =
      Set.of("safetySettings", "tools", "toolConfig", "cachedContent");

  /** Why a filter of the provider ended or withheld an answer. */
  private static final Set<String> FILTERS =
      Set.of("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY");

  private static final String EXAMPLE =
      """
      {"candidates":[{"content":{"parts":[{"text":"Yes."}],"role":"model"},"finishReason":"STOP"}],\
      "usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1},"modelVersion":"canned"}""";

  private final URI address;

  private GeminiContent(URI address) {
    this.address = address;
  }

  /**
   * For that model.
   *
   * @throws IllegalArgumentException if its address or a parameter is invalid
   */
  static GeminiContent of(ModelSpec model) {
    Addresses.checkParameters(model, RESERVED);
    return new GeminiContent(
        Addresses.of(model, GOOGLE, "/models/" + model.name() + ":generateContent"));
  }

  @Override
  public URI address(Request request) {
    return address;
  }

  @Override
  public Map<String, String> headers(Key key) {
    return key.isNone() ? Map.of() : Map.of("x-goog-api-key", key.value());
  }

  @Override
  public byte[] body(Request request) {
    return Bodies.of(
        json -> {
          List<Message> system =
              request.messages().stream()
                  .filter(message -> message.role().equals("system"))
                  .toList();
          if (!system.isEmpty()) {
            json.writeObjectFieldStart("systemInstruction");
            json.writeArrayFieldStart("parts");
            for (Message message : system) {
              text(message, json);
            }
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeArrayFieldStart("contents");
          Map<String, String> names = new HashMap<>();
          for (Message message : request.messages()) {
            message.toolCalls().forEach(call -> names.put(call.id(), call.name()));
          }
          Bodies.grouped(
              request.messages(),
              json,
              "parts",
              (message, to) ->
                  result(
                      message, names.getOrDefault(message.toolCallId(), message.toolCallId()), to),
              GeminiContent::write);
          json.writeEndArray();
          if (!request.tools().isEmpty()) {
            json.writeArrayFieldStart("tools");
            json.writeStartObject();
            json.writeArrayFieldStart("functionDeclarations");
            for (OfferedTool tool : request.tools()) {
              json.writeStartObject();
              Bodies.tool(json, tool, "parametersJsonSchema");
              json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
          }
          json.writeObjectFieldStart("generationConfig");
          Bodies.number(json, "temperature", request.temperature().text());
          json.writeNumberField("maxOutputTokens", request.maxTokens());
          json.writeNumberField("seed", request.seed() & Integer.MAX_VALUE);
          if (request.logprobs() != null) {
            json.writeBooleanField("responseLogprobs", true);
            if (request.logprobs() > 0) {
              json.writeNumberField("logprobs", request.logprobs());
            }
          }
          Bodies.parameters(request, json, name -> !BESIDE.contains(name));
          json.writeEndObject();
          Bodies.parameters(request, json, BESIDE::contains);
        });
  }

  private static void result(Message message, String tool, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("functionResponse");
    id(message.toolCallId(), tool, json);
    json.writeStringField("name", tool);
    json.writeObjectFieldStart("response");
    json.writeStringField("result", message.content());
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void write(Message message, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", message.role().equals("assistant") ? "model" : "user");
    if (message.verbatim() != null) {
      json.writeFieldName("parts");
      json.writeRawValue(message.verbatim());
      json.writeEndObject();
      return;
    }
    json.writeArrayFieldStart("parts");
    if (message.toolCalls().isEmpty() || !message.content().isEmpty()) {
      text(message, json);
    }
    for (ToolCall call : message.toolCalls()) {
      json.writeStartObject();
      json.writeObjectFieldStart("functionCall");
      id(call.id(), call.name(), json);
      json.writeStringField("name", call.name());
      json.writeFieldName("args");
      json.writeRawValue(call.arguments());
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Some models name their calls; of others a call goes by its tool's name. */
  private static void id(String id, String tool, JsonGenerator json) throws IOException {
    if (!id.equals(tool)) {
      json.writeStringField("id", id);
    }
  }

  private static void text(Message message, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("text", message.content());
    json.writeEndObject();
  }

  @Override
  public Completion read(int status, byte[] body) {
    return Reply.read(status, body, GeminiContent::answer);
  }

  private static Completion answer(JsonNode json, String whole) {
    String blocked = textOrNull(json.path("promptFeedback").path("blockReason"));
    if (blocked != null) {
      return failure(FailureCategory.CONTENT_FILTER, "The prompt was blocked: " + blocked);
    }
    JsonNode candidate = json.path("candidates").path(0);
    if (candidate.isMissingNode()) {
      return failure(FailureCategory.EMPTY, "The answer has no candidate in it: " + whole);
    }
    StringBuilder text = new StringBuilder();
    StringBuilder thoughts = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    for (JsonNode part : candidate.path("content").path("parts")) {
      JsonNode call = part.path("functionCall");
      if (!call.isMissingNode()) {
        String name = call.path("name").asText("");
        String id = textOrNull(call.path("id"));
        String arguments = call.path("args").isObject() ? call.path("args").toString() : "{}";
        calls.add(new ToolCall(id == null ? name : id, name, arguments));
      } else {
        (part.path("thought").asBoolean() ? thoughts : text).append(part.path("text").asText(""));
      }
    }
    String finish = textOrNull(candidate.path("finishReason"));
    if (finish != null && FILTERS.contains(finish) && text.isEmpty()) {
      return failure(FailureCategory.CONTENT_FILTER, "The answer was withheld: " + finish);
    }
    JsonNode usage = json.path("usageMetadata");
    Long reasoning = countOrNull(usage.path("thoughtsTokenCount"));
    return Completion.of(
        new Response(
            text.toString(),
            thoughts.isEmpty() ? null : thoughts.toString(),
            form(thoughts.isEmpty(), reasoning),
            calls,
            calls.isEmpty() ? null : candidate.path("content").path("parts").toString(),
            TokenLogprobs.ofGoogle(candidate.path("logprobsResult")),
            finish,
            textOrNull(json.path("modelVersion")),
            countOrNull(usage.path("promptTokenCount")),
            completionTokens(usage, reasoning),
            reasoning,
            List.of(),
            1));
  }

  /** What comes is always a summary; that tokens were thought and none came is said, too. */
  private static ReasoningForm form(boolean isWithheld, Long reasoning) {
    if (!isWithheld) {
      return ReasoningForm.SUMMARY;
    }
    return reasoning != null && reasoning > 0 ? ReasoningForm.REDACTED : null;
  }

  /** Thoughts are billed as output and counted apart. */
  private static Long completionTokens(JsonNode usage, Long reasoning) {
    Long said = countOrNull(usage.path("candidatesTokenCount"));
    if (reasoning == null) {
      return said;
    }
    return said == null ? reasoning : Long.valueOf(said + reasoning);
  }

  @Override
  public String example() {
    return EXAMPLE;
  }
}
