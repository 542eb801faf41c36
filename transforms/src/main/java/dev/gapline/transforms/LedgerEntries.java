package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ReasoningForm;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.ToolCall;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Ledger;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** How entries of the ledger are laid out in Avro. */
final class LedgerEntries {

  static final Schema SCHEMA = read();

  /** What an index needs of each line; texts are passed over unread. */
  static final Schema OUTLINE =
      only(
          "intended",
          "again",
          "key",
          "trial_id",
          "attempts",
          "prompt_tokens",
          "completion_tokens",
          "cost_usd",
          "charged_tokens",
          "charged_usd",
          "failure_category");

  /**
   * A settled outcome without its texts.
   *
   * @param isJudges whether it is a judge's call, and not a trial's own
   * @param failure null when an answer came
   */
  record Outline(
      String key,
      boolean isJudges,
      int attempts,
      FailureCategory failure,
      Long promptTokens,
      Long completionTokens,
      Double costUsd,
      Charge charge) {

    /** Whether it stands when the command is given again. */
    boolean isFinal() {
      return failure == null || failure.isFinal();
    }
  }

  private LedgerEntries() {}

  static GenericRecord intent(List<Ledger.Intent> calls) {
    Schema one = SCHEMA.getField("intended").schema().getTypes().get(1).getElementType();
    List<GenericRecord> list = new ArrayList<>(calls.size());
    for (Ledger.Intent call : calls) {
      GenericRecord item = new GenericData.Record(one);
      item.put("key", call.key());
      item.put("worst_tokens", call.worst().tokens());
      item.put("worst_usd", call.worst().usd());
      list.add(item);
    }
    GenericRecord row = blank();
    row.put("intended", list);
    return row;
  }

  static GenericRecord returned(Ledger.Returned call) {
    GenericRecord row = blank();
    row.put("again", true);
    row.put("key", call.key());
    row.put("failure_category", call.category().id());
    put(row, call.charge());
    return row;
  }

  static GenericRecord settled(Ledger.Entry entry) {
    GenericRecord row = blank();
    row.put("key", entry.key());
    row.put("trial_id", entry.trial());
    row.put("sent_at", entry.sentAtMillis());
    row.put("latency_ms", entry.latencyMillis());
    row.put("attempts", entry.completion().attempts());
    row.put("met", entry.met().stream().map(FailureCategory::id).toList());
    row.put("cost_usd", entry.costUsd());
    put(row, entry.charge());
    Response response = entry.completion().response();
    if (response != null) {
      row.put("text", response.text());
      row.put("reasoning", response.reasoning());
      row.put(
          "reasoning_form",
          response.reasoningForm() == null ? null : response.reasoningForm().id());
      row.put("tool_calls", response.toolCalls().isEmpty() ? null : toolCalls(response));
      row.put("verbatim", response.verbatim());
      row.put("logprobs", response.logprobs());
      row.put("notes", response.notes().isEmpty() ? null : response.notes());
      row.put("finish_reason", response.finishReason());
      row.put("response_model", response.model());
      row.put("prompt_tokens", response.promptTokens());
      row.put("completion_tokens", response.completionTokens());
      row.put("reasoning_tokens", response.reasoningTokens());
    } else {
      Failure failure = entry.completion().failure();
      row.put("failure_category", failure.category().id());
      row.put("failure_message", failure.message());
    }
    return row;
  }

  static boolean isIntent(GenericRecord row) {
    return row.get("intended") != null;
  }

  static boolean isSettled(GenericRecord row) {
    return !isIntent(row) && !isReturned(row);
  }

  static boolean isReturned(GenericRecord row) {
    return (Boolean) row.get("again");
  }

  static List<Ledger.Intent> intents(GenericRecord row) {
    List<Ledger.Intent> calls = new ArrayList<>();
    for (Object item : (List<?>) row.get("intended")) {
      GenericRecord call = (GenericRecord) item;
      calls.add(
          new Ledger.Intent(
              text(call, "key"),
              new Charge((Long) call.get("worst_tokens"), (Double) call.get("worst_usd"))));
    }
    return calls;
  }

  static Ledger.Returned call(GenericRecord row) {
    return new Ledger.Returned(
        text(row, "key"), FailureCategory.of(text(row, "failure_category")), charge(row));
  }

  static Outline outline(GenericRecord row) {
    String category = text(row, "failure_category");
    return new Outline(
        text(row, "key"),
        JudgeCalls.isOne(text(row, "trial_id")),
        (Integer) row.get("attempts"),
        category == null ? null : FailureCategory.of(category),
        (Long) row.get("prompt_tokens"),
        (Long) row.get("completion_tokens"),
        (Double) row.get("cost_usd"),
        charge(row));
  }

  static Ledger.Entry entry(GenericRecord row) {
    int attempts = (Integer) row.get("attempts");
    String category = text(row, "failure_category");
    Completion completion =
        category == null
            ? Completion.of(response(row, attempts))
            : Completion.of(
                new Failure(FailureCategory.of(category), text(row, "failure_message"), attempts));
    List<FailureCategory> met = texts(row.get("met")).stream().map(FailureCategory::of).toList();
    return new Ledger.Entry(
        text(row, "key"),
        text(row, "trial_id"),
        completion,
        met,
        (Long) row.get("sent_at"),
        (Long) row.get("latency_ms"),
        (Double) row.get("cost_usd"),
        charge(row));
  }

  private static Response response(GenericRecord row, int attempts) {
    String reasoning = text(row, "reasoning");
    String form = text(row, "reasoning_form");
    return new Response(
        text(row, "text"),
        reasoning,
        form != null
            ? ReasoningForm.of(form)
            // Of a ledger that knew one form only.
            : reasoning == null ? null : ReasoningForm.FULL,
        toolCalls(row),
        text(row, "verbatim"),
        text(row, "logprobs"),
        text(row, "finish_reason"),
        text(row, "response_model"),
        (Long) row.get("prompt_tokens"),
        (Long) row.get("completion_tokens"),
        (Long) row.get("reasoning_tokens"),
        texts(row.get("notes")),
        attempts);
  }

  private static List<GenericRecord> toolCalls(Response response) {
    Schema one = SCHEMA.getField("tool_calls").schema().getTypes().get(1).getElementType();
    List<GenericRecord> list = new ArrayList<>();
    for (ToolCall call : response.toolCalls()) {
      GenericRecord item = new GenericData.Record(one);
      item.put("id", call.id());
      item.put("name", call.name());
      item.put("arguments", call.arguments());
      list.add(item);
    }
    return list;
  }

  private static List<ToolCall> toolCalls(GenericRecord row) {
    List<ToolCall> calls = new ArrayList<>();
    if (row.get("tool_calls") instanceof List<?> list) {
      for (Object item : list) {
        GenericRecord call = (GenericRecord) item;
        calls.add(new ToolCall(text(call, "id"), text(call, "name"), text(call, "arguments")));
      }
    }
    return calls;
  }

  private static List<String> texts(Object list) {
    return list == null ? List.of() : ((List<?>) list).stream().map(Object::toString).toList();
  }

  private static Charge charge(GenericRecord row) {
    return new Charge((Long) row.get("charged_tokens"), (Double) row.get("charged_usd"));
  }

  private static void put(GenericRecord row, Charge charge) {
    row.put("charged_tokens", charge.tokens());
    row.put("charged_usd", charge.usd());
  }

  static String text(GenericRecord row, String field) {
    Object value = row.get(field);
    return value == null ? null : value.toString();
  }

  private static GenericRecord blank() {
    GenericRecord row = new GenericData.Record(SCHEMA);
    row.put("sent_at", 0L);
    row.put("latency_ms", 0L);
    row.put("attempts", 0);
    row.put("again", false);
    row.put("met", List.of());
    put(row, Charge.NONE);
    return row;
  }

  private static Schema only(String... fields) {
    List<Schema.Field> kept = new ArrayList<>();
    for (String name : fields) {
      kept.add(new Schema.Field(SCHEMA.getField(name), SCHEMA.getField(name).schema()));
    }
    return Schema.createRecord(
        SCHEMA.getName(), SCHEMA.getDoc(), SCHEMA.getNamespace(), false, kept);
  }

  private static Schema read() {
    try (InputStream in = LedgerEntries.class.getResourceAsStream("ledger.avsc")) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
