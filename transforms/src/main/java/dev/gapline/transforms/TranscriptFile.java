package dev.gapline.transforms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ReasoningForm;
import dev.gapline.schemas.Replay;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.ToolCall;
import dev.gapline.schemas.ToolUse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * A file of transcripts: one JSON object a line, its fields named as the columns of {@code trials}.
 * {@code query_id}, {@code condition} and {@code response_text} (or {@code failure_category}) are
 * needed; a coordinate of which the study has one value alone may be left out; without {@code
 * sample}, the lines of a cell, query and condition are its samples 1, 2, 3 in their order.
 */
final class TranscriptFile {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Replay replay;
  private final String as;
  private final Study study;
  private final Set<String> columns = new HashSet<>();
  private final Map<List<Object>, Long> samples = new HashMap<>();
  private String only;
  private int line;

  /** Reads a file's answers as those of that model of a study. */
  TranscriptFile(Replay replay, String as, Study study) {
    this.replay = replay;
    this.as = as;
    this.study = study;
    this.only = replay.model();
    for (Schema.Field field : TableSchema.of("trials", study.factors()).avro().getFields()) {
      columns.add(field.name());
    }
  }

  void read(InputStream in, Transcripts.Sink sink) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    try {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        line++;
        if (!text.isBlank()) {
          add(JSON.readTree(text), sink);
        }
      }
    } catch (JsonProcessingException e) {
      throw refuse("it is not one JSON object: " + e.getOriginalMessage());
    } catch (CharacterCodingException e) {
      line++;
      throw refuse("it is not UTF-8");
    }
  }

  private void add(JsonNode row, Transcripts.Sink sink) throws IOException {
    if (!row.isObject()) {
      throw refuse("it is not a JSON object");
    }
    for (String name : (Iterable<String>) row::fieldNames) {
      if (!columns.contains(name)) {
        throw refuse("\"%s\" is not a column of trials".formatted(name));
      }
    }
    String model = optional(row, "model");
    if (model != null) {
      if (only == null) {
        only = model;
      }
      if (!model.equals(only)) {
        if (replay.model() == null) {
          throw refuse(
              "it is an answer of %s after those of %s. `model:` with one of them, in the study, is valid"
                  .formatted(model, only));
        }
        return;
      }
    }
    String scenario = coordinate(row, "scenario", scenarios());
    CellKey cell =
        new CellKey(
            scenario,
            as,
            coordinate(row, "paraphrase", study.paraphrases()),
            temperature(row),
            factors(row));
    String query = required(row, "query_id");
    String condition = required(row, "condition");
    Long sample = whole(row, "sample");
    if (sample == null) {
      sample = samples.merge(List.of(cell, query, condition), 1L, Long::sum);
    }
    List<Message> messages = messages(row);
    if (messages == null && hasFollowUps(cell)) {
      throw refuse(
          "wording %s has follow_ups, so that `messages` with the replies before this answer is needed"
              .formatted(cell.paraphrase()));
    }
    int count = messages == null ? 0 : messages.size();
    List<ToolUse> uses = toolUses(row, count);
    Transcripts.Answer answer =
        new Transcripts.Answer(
            messages == null ? null : Said.asSent(messages, uses),
            completion(row, Said.callsOf(count, uses)));
    if (!sink.add(cell, query, condition, sample, answer)) {
      throw refuse("sample %d of this query and condition stands there twice".formatted(sample));
    }
  }

  private List<String> scenarios() {
    return study.scenarios().stream().map(Scenario::name).toList();
  }

  private boolean hasFollowUps(CellKey cell) {
    return study.scenarios().stream()
        .filter(scenario -> scenario.name().equals(cell.scenario()))
        .flatMap(scenario -> scenario.paraphrases().stream())
        .anyMatch(
            wording -> wording.id().equals(cell.paraphrase()) && !wording.followUps().isEmpty());
  }

  private Temperature temperature(JsonNode row) throws UnreadableTrials {
    JsonNode value = row.path("temperature");
    if (value.isMissingNode() || value.isNull()) {
      return Temperature.of(
          coordinate(
              row, "temperature", study.temperatures().stream().map(Temperature::text).toList()));
    }
    try {
      return Temperature.of(new BigDecimal(value.asText()).toPlainString());
    } catch (IllegalArgumentException e) {
      throw refuse("temperature: %s is not a temperature".formatted(value));
    }
  }

  private SortedMap<String, String> factors(JsonNode row) throws UnreadableTrials {
    SortedMap<String, String> levels = new TreeMap<>();
    JsonNode map = row.path("factors");
    for (Factor factor : study.factors()) {
      String name = factor.name();
      String inMap = map.path(name).isTextual() ? map.path(name).asText() : null;
      levels.put(
          name,
          inMap != null
              ? inMap
              : coordinate(row, TableSchema.columnOfFactor(name), factor.levels()));
    }
    return levels;
  }

  private List<Message> messages(JsonNode row) throws UnreadableTrials {
    JsonNode list = row.path("messages");
    if (list.isMissingNode() || list.isNull()) {
      return null;
    }
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : list) {
      messages.add(new Message(required(message, "role"), required(message, "content")));
    }
    return messages;
  }

  private List<ToolUse> toolUses(JsonNode row, int messages) throws UnreadableTrials {
    List<ToolUse> uses = new ArrayList<>();
    for (JsonNode use : row.path("tool_calls")) {
      Long message = whole(use, "message");
      String id = optional(use, "id");
      uses.add(
          new ToolUse(
              message == null ? messages : (int) Math.min(messages, message),
              id == null ? "call_" + uses.size() : id,
              required(use, "name"),
              required(use, "arguments"),
              optional(use, "result")));
    }
    return uses;
  }

  private Completion completion(JsonNode row, List<ToolCall> openCalls) throws UnreadableTrials {
    String failure = optional(row, "failure_category");
    String text = optional(row, "response_text");
    if ((failure == null) == (text == null)) {
      throw refuse("exactly one of response_text and failure_category is needed");
    }
    if (failure != null) {
      try {
        String message = optional(row, "failure_message");
        return Completion.of(
            new Failure(FailureCategory.of(failure), message == null ? "" : message, 1));
      } catch (IllegalArgumentException e) {
        throw refuse("failure_category: \"%s\" is none".formatted(failure));
      }
    }
    // Reasoning in tags is in the text, and is found there again.
    boolean isInText = "tags".equals(optional(row, "reasoning_source"));
    String reasoning = isInText ? null : optional(row, "reasoning_text");
    return Completion.of(
        new Response(
            text,
            reasoning,
            form(isInText ? null : optional(row, "reasoning_form"), reasoning),
            openCalls,
            null,
            null,
            optional(row, "finish_reason"),
            optional(row, "response_model"),
            whole(row, "prompt_tokens"),
            whole(row, "completion_tokens"),
            whole(row, "reasoning_tokens"),
            List.of(),
            1));
  }

  private ReasoningForm form(String id, String reasoning) throws UnreadableTrials {
    try {
      return id != null ? ReasoningForm.of(id) : reasoning == null ? null : ReasoningForm.FULL;
    } catch (IllegalArgumentException e) {
      throw refuse("reasoning_form: \"%s\" is none".formatted(id));
    }
  }

  /** A coordinate; where it is left out, the only one that the study has. */
  private String coordinate(JsonNode row, String name, List<String> ofStudy)
      throws UnreadableTrials {
    String given = optional(row, name);
    if (given == null && ofStudy.size() != 1) {
      throw refuse(
          "%s is needed, for the study has %s".formatted(name, String.join(", ", ofStudy)));
    }
    return given == null ? ofStudy.get(0) : given;
  }

  private String required(JsonNode row, String name) throws UnreadableTrials {
    String value = optional(row, name);
    if (value == null) {
      throw refuse(name + " is needed");
    }
    return value;
  }

  private String optional(JsonNode row, String name) throws UnreadableTrials {
    JsonNode value = row.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw refuse("%s: %s is not text".formatted(name, value));
    }
    return value.asText();
  }

  private Long whole(JsonNode row, String name) throws UnreadableTrials {
    JsonNode value = row.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.canConvertToExactIntegral() || value.asLong() < 0) {
      throw refuse("%s: %s is not a whole number".formatted(name, value));
    }
    return value.asLong();
  }

  private UnreadableTrials refuse(String what) {
    return new UnreadableTrials(
        String.format(Locale.ROOT, "%s: %s, line %d: %s.", as, replay.from(), line, what), null);
  }
}
