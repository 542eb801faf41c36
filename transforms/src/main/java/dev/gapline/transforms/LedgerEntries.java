package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Response;
import dev.gapline.transforms.providers.Ledger;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** How entries of the ledger are laid out in Avro. */
final class LedgerEntries {

  static final Schema SCHEMA = read();

  private LedgerEntries() {}

  static GenericRecord intent(long[] places) {
    GenericRecord row = blank();
    List<Long> list = new ArrayList<>(places.length);
    for (long place : places) {
      list.add(place);
    }
    row.put("intended", list);
    return row;
  }

  static GenericRecord settled(Ledger.Entry entry, Double costUsd) {
    GenericRecord row = blank();
    row.put("cost_usd", costUsd);
    row.put("key", entry.key());
    row.put("trial_id", entry.trial());
    row.put("sent_at", entry.sentAtMillis());
    row.put("latency_ms", entry.latencyMillis());
    row.put("attempts", entry.completion().attempts());
    Response response = entry.completion().response();
    if (response != null) {
      row.put("text", response.text());
      row.put("reasoning", response.reasoning());
      row.put("finish_reason", response.finishReason());
      row.put("response_model", response.model());
      row.put("prompt_tokens", response.promptTokens());
      row.put("completion_tokens", response.completionTokens());
      row.put("reasoning_tokens", response.reasoningTokens());
    } else {
      Failure failure = entry.completion().failure();
      row.put("failure_category", failure.category().name().toLowerCase(Locale.ROOT));
      row.put("failure_message", failure.message());
    }
    return row;
  }

  static boolean isIntent(GenericRecord row) {
    return row.get("intended") != null;
  }

  static List<Long> places(GenericRecord row) {
    List<Long> places = new ArrayList<>();
    for (Object place : (List<?>) row.get("intended")) {
      places.add((Long) place);
    }
    return places;
  }

  static Ledger.Entry entry(GenericRecord row) {
    int attempts = (Integer) row.get("attempts");
    String category = text(row, "failure_category");
    Completion completion =
        category == null
            ? Completion.of(
                new Response(
                    text(row, "text"),
                    text(row, "reasoning"),
                    text(row, "finish_reason"),
                    text(row, "response_model"),
                    (Long) row.get("prompt_tokens"),
                    (Long) row.get("completion_tokens"),
                    (Long) row.get("reasoning_tokens"),
                    attempts))
            : Completion.of(
                new Failure(
                    FailureCategory.valueOf(category.toUpperCase(Locale.ROOT)),
                    text(row, "failure_message"),
                    attempts));
    return new Ledger.Entry(
        text(row, "key"),
        text(row, "trial_id"),
        completion,
        (Long) row.get("sent_at"),
        (Long) row.get("latency_ms"));
  }

  /** What a settled outcome cost, as far as it was known. */
  static double costUsd(GenericRecord row) {
    Double cost = (Double) row.get("cost_usd");
    return cost == null ? 0 : cost;
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
    return row;
  }

  private static Schema read() {
    try (InputStream in = LedgerEntries.class.getResourceAsStream("ledger.avsc")) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
