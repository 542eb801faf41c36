package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ReasoningForm;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.ToolCall;
import dev.gapline.schemas.ToolUse;
import dev.gapline.transforms.classifiers.TokenDecision;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;

/** The answers of a stored run, from its {@code trials}: what its subjects were sent and said. */
final class StoredAnswers {

  /**
   * One trial of the run.
   *
   * @param trial its id
   * @param entry its outcome as the ledger had it; the cost is that of then
   * @param decision the tokens that decided it; null when they are not known
   */
  record Answer(String trial, List<Message> messages, Ledger.Entry entry, TokenDecision decision) {}

  private final TrialSet trials;

  StoredAnswers(TrialSet trials) {
    this.trials = trials;
  }

  /**
   * The trials at these places in the order of the plan, as far as the run stored them.
   *
   * @param first place
   * @param count of places
   */
  List<Answer> read(long first, long count) throws IOException {
    List<Answer> answers = new ArrayList<>();
    forEach(
        part -> part.first() < first + count && part.first() + part.rows() > first,
        (file, row) -> {
          long place = (Long) row.get("order_index");
          if (place >= first && place < first + count) {
            if (place != first + answers.size()) {
              throw new UnreadableTrials(
                  "trials/%s: order_index %d stands where %d belongs, so that a trial stands twice or is missing."
                      .formatted(file.getFileName(), place, first + answers.size()),
                  null);
            }
            answers.add(answer(row));
          }
        });
    return answers;
  }

  /** What is done with a row. */
  interface RowReader {
    void read(Path file, GenericRecord row) throws IOException;
  }

  /** Shows every stored trial, in the order of the plan. */
  void forEach(RowReader each) throws IOException {
    forEach(part -> true, each);
  }

  private void forEach(Predicate<StoredPart> isMeant, RowReader each) throws IOException {
    RunFolder folder = RunFolder.of(trials.run());
    Path copies = Files.createTempDirectory("gapline-answers");
    try {
      for (StoredPart part : trials.parts()) {
        if (isMeant.test(part)) {
          String name = RunNames.table(trials.tablesLeg(), "trials") + "/" + part.name();
          forEach(folder.store().local(name, copies), each);
        }
      }
    } finally {
      Folders.delete(copies);
    }
  }

  private static void forEach(Path file, RowReader each) throws IOException {
    try (ParquetReader<GenericRecord> reader =
        AvroParquetReader.<GenericRecord>builder(
                new LocalInputFile(file), new PlainParquetConfiguration())
            .withDataModel(GenericData.get())
            .withCodecFactory(new SnappyCodecs())
            .build()) {
      for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
        each.read(file, row);
      }
    } catch (RuntimeException e) {
      throw UnreadableTrials.in(file, e);
    }
  }

  /** The trial of a row, and what came of it. */
  static Answer answer(GenericRecord row) {
    List<Message> messages = new ArrayList<>();
    for (Object item : (List<?>) row.get("messages")) {
      GenericRecord message = (GenericRecord) item;
      messages.add(new Message(text(message, "role"), text(message, "content")));
    }
    List<ToolUse> uses = toolUses(row);
    String met = text(row, "failures_met");
    // Runs of earlier versions have no such column.
    String decision = row.hasField("decision") ? text(row, "decision") : null;
    return new Answer(
        text(row, "trial_id"),
        Said.asSent(messages, uses),
        new Ledger.Entry(
            text(row, "prompt_digest"),
            text(row, "trial_id"),
            completion(row, Said.callsOf(messages.size(), uses)),
            met == null
                ? List.of()
                : Arrays.stream(met.split(",", -1)).map(FailureCategory::of).toList(),
            (Long) row.get("sent_at"),
            (Long) row.get("latency_ms"),
            (Double) row.get("cost_usd"),
            Charge.NONE),
        decision == null ? null : TokenDecision.of(decision));
  }

  private static Completion completion(GenericRecord row, List<ToolCall> openCalls) {
    int attempts = (Integer) row.get("attempts");
    String category = text(row, "failure_category");
    if (category != null) {
      return Completion.of(
          new Failure(FailureCategory.of(category), text(row, "failure_message"), attempts));
    }
    // Reasoning in tags is in the text, and is found there again.
    boolean isProviders = "provider".equals(text(row, "reasoning_source"));
    String form = text(row, "reasoning_form");
    return Completion.of(
        new Response(
            text(row, "response_text"),
            isProviders ? text(row, "reasoning_text") : null,
            form == null || "tags".equals(text(row, "reasoning_source"))
                ? null
                : ReasoningForm.of(form),
            openCalls,
            null,
            null,
            text(row, "finish_reason"),
            text(row, "response_model"),
            (Long) row.get("prompt_tokens"),
            (Long) row.get("completion_tokens"),
            (Long) row.get("reasoning_tokens"),
            notes(text(row, "flags")),
            attempts));
  }

  /** Runs of earlier versions know no tools. */
  private static List<ToolUse> toolUses(GenericRecord row) {
    List<ToolUse> uses = new ArrayList<>();
    if (row.hasField("tool_calls")) {
      for (Object item : (List<?>) row.get("tool_calls")) {
        GenericRecord use = (GenericRecord) item;
        uses.add(
            new ToolUse(
                (Integer) use.get("message"),
                text(use, "id"),
                text(use, "name"),
                text(use, "arguments"),
                text(use, "result")));
      }
    }
    return uses;
  }

  private static List<String> notes(String flags) {
    return flags == null
        ? List.of()
        : Arrays.stream(flags.split(",", -1))
            .filter(flag -> !flag.equals(UnitPart.OTHER_MODEL))
            .filter(flag -> !flag.equals(UnitPart.OPEN_CALLS))
            .toList();
  }

  private static String text(GenericRecord row, String column) {
    Object value = row.get(column);
    return value == null ? null : value.toString();
  }
}
