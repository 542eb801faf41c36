package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Replay;
import dev.gapline.schemas.Sorted;
import dev.gapline.schemas.Temperature;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;

/** The answers of one model in a stored run. */
final class RunTranscripts {

  private final Replay replay;
  private final String as;

  /** Reads the answers of a model of a run as those of another of this study. */
  RunTranscripts(Replay replay, String as) {
    this.replay = replay;
    this.as = as;
  }

  /** The stored trials of the run at that place. */
  static TrialSet trials(String run) throws IOException {
    RunFolder folder = RunFolder.of(run);
    RunState state =
        RunState.read(folder)
            .orElseThrow(
                () ->
                    new NoSuchFileException(
                        run,
                        null,
                        "it is no run: run.json is missing. A run or a .jsonl is valid"));
    if (state.tablesLeg() == null) {
      throw new NoSuchFileException(run, null, "it has no tables yet");
    }
    return TrialSet.of(folder, state, null);
  }

  void read(Transcripts.Sink sink) throws IOException {
    Map<String, Long> others = new TreeMap<>();
    String[] only = {replay.model()};
    new StoredAnswers(trials(replay.from()))
        .forEach(
            (file, row) -> {
              String model = row.get("model").toString();
              if (only[0] == null) {
                only[0] = model;
              }
              if (model.equals(only[0])) {
                add(row, sink);
              } else {
                others.merge(model, 1L, Long::sum);
              }
            });
    if (replay.model() == null && !others.isEmpty()) {
      throw new UnreadableTrials(
          "%s: %s has the answers of %s and of %s. `model:` with one of them is valid."
              .formatted(as, replay.from(), only[0], String.join(", ", others.keySet())),
          null);
    }
  }

  private void add(GenericRecord row, Transcripts.Sink sink) throws IOException {
    Map<String, String> factors = new TreeMap<>();
    ((Map<?, ?>) row.get("factors"))
        .forEach((name, level) -> factors.put(name.toString(), level.toString()));
    CellKey cell =
        new CellKey(
            row.get("scenario").toString(),
            as,
            row.get("paraphrase").toString(),
            Temperature.of(row.get("temperature").toString()),
            Sorted.copyOf(factors));
    StoredAnswers.Answer answer = StoredAnswers.answer(row);
    boolean isNew =
        sink.add(
            cell,
            row.get("query_id").toString(),
            row.get("condition").toString(),
            (Long) row.get("sample"),
            new Transcripts.Answer(answer.messages(), replayed(answer.entry().completion())));
    if (!isNew) {
      throw new UnreadableTrials(
          "%s: the trial %s stands twice in %s.".formatted(as, answer.trial(), replay.from()),
          null);
    }
  }

  /** A call that never reached the model left no answer that could come again. */
  private static Completion replayed(Completion completion) {
    if (!completion.isFailure() || completion.isFinal() || completion.isTransient()) {
      return completion;
    }
    Failure failure = completion.failure();
    return Completion.of(
        new Failure(
            FailureCategory.NOT_RECORDED,
            "That run had no answer either: " + failure.message(),
            failure.attempts()));
  }
}
