package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model whose answers were given before: by a run, or brought as a file of transcripts. */
final class ReplayTest {

  /** 8 queries under two conditions, 2 samples, two temperatures: 64 trials a model. */
  private static final String GRID =
      """
      study: replayed
      seed: 5
      scenarios: [animal-welfare]
      checks: none
      queries: {take: 8}
      temperatures: [0.7, 1]
      samples: 2
      models:
      """;

  private static final String SIMULATED =
      """
        - {id: sim/first, simulate: {comply: {free: 0.6, paid: 0.2}, missing: {free: 0.1, paid: 0.1}, fail: {free: 0.02, paid: 0.02}}}
        - {id: sim/second, simulate: {comply: {free: 0.3, paid: 0.3}}}
      """;

  @TempDir private Path folder;

  private Ran run(String study, String out, Runner runner) {
    return Pipelines.run(Studies.open(folder, study), folder.resolve(out), runner, 2);
  }

  /** What a trial is and how it was answered, without what tells who was asked, and when. */
  private static List<Object> answers(Ran ran, String model) {
    List<Object> answers = new ArrayList<>();
    for (GenericRecord row : ran.table("trials")) {
      if (row.get("model").equals(model)) {
        List<Object> values = new ArrayList<>();
        for (String column :
            List.of(
                "query_id",
                "condition",
                "temperature",
                "sample",
                "prompt_digest",
                "response_text",
                "failure_category",
                "failure_message",
                "response_model",
                "prompt_tokens",
                "parse_status",
                "category",
                "af_partial")) {
          values.add(String.valueOf(row.get(column)));
        }
        answers.add(values);
      }
    }
    answers.sort((a, b) -> a.toString().compareTo(b.toString()));
    return answers;
  }

  @Test
  void givesTheAnswersOfAnEarlierRunOnEachRunnerAndCostsNothing() {
    Ran first = run(GRID + SIMULATED, "first", Runner.DIRECT);
    String replayed =
        GRID
            + "  - {id: replay/again, answers: first, model: sim/first}\n"
            + "  - {id: replay/other, answers: first, model: sim/second}\n"
            + "budget: {usd: 0.01}\n";

    Ran direct = run(replayed, "direct", Runner.DIRECT);
    Ran flink = run(replayed, "flink", Runner.FLINK);

    for (Ran ran : List.of(direct, flink)) {
      assertEquals(ExitStatus.COMPLETE, ran.status());
      assertEquals(answers(first, "sim/first"), answers(ran, "replay/again"));
      assertEquals(answers(first, "sim/second"), answers(ran, "replay/other"));
      assertEquals(0, ran.state().costUsd());
    }
    assertEquals(direct.digest("gaps"), flink.digest("gaps"));
  }

  @Test
  void isNotRecordedWhereThePromptIsAnotherOrTheTrialIsNew() {
    run(GRID + SIMULATED, "first", Runner.DIRECT);
    Ran grown =
        run(
            GRID.replace("take: 8", "take: 12").replace("samples: 2", "samples: 3")
                + "  - {id: replay/again, answers: first, model: sim/first}\n",
            "grown",
            Runner.DIRECT);

    long recorded = 0;
    for (GenericRecord row : grown.table("trials")) {
      boolean isRecorded = !"not_recorded".equals(row.get("failure_category"));
      recorded += isRecorded ? 1 : 0;
      assertTrue(isRecorded || row.get("parse_status").equals("api_error"), row::toString);
    }
    assertEquals(144, grown.trials().size());
    assertEquals(64, recorded, "Those of the earlier grid, and no failure stops the run.");
  }

  @Test
  void isReadFromTranscriptsThatNameOnlyWhatTheStudyDoesNotSay() throws IOException {
    Files.writeString(
        folder.resolve("said.jsonl"),
        """
        {"query_id": "aw001", "condition": "free", "temperature": 1, "response_text": "one"}
        {"query_id": "aw001", "condition": "free", "temperature": 1.0, "response_text": "two", "reasoning_text": "hm"}

        {"query_id": "aw001", "condition": "paid", "temperature": 0.7, "sample": 2, "failure_category": "content_filter", "failure_message": "no"}
        """);
    Ran ran = run(GRID + "  - {id: replay/said, answers: said.jsonl}\n", "out", Runner.DIRECT);

    Map<String, Object> found = new LinkedHashMap<>();
    for (GenericRecord row : ran.table("trials")) {
      if (!"not_recorded".equals(row.get("failure_category"))) {
        Object what =
            row.get("response_text") == null
                ? row.get("failure_category")
                : row.get("response_text") + " " + row.get("reasoning_text");
        found.put(
            "%s %s %s %s"
                .formatted(
                    row.get("query_id"),
                    row.get("condition"),
                    row.get("temperature"),
                    row.get("sample")),
            what);
      }
    }
    assertEquals(
        Map.of(
            "aw001 free 1.0 1", "one null",
            "aw001 free 1.0 2", "two hm",
            "aw001 paid 0.7 2", "content_filter"),
        found);
  }

  @Test
  void othersAnswersInTheSameFileAreOtherKeys() throws IOException {
    Path file = folder.resolve("said.jsonl");
    String line =
        "{\"query_id\": \"aw001\", \"condition\": \"free\", \"temperature\": 1, \"response_text\": \"%s\"}\n";
    String study = GRID + "  - {id: replay/said, answers: said.jsonl}\n";
    Files.writeString(file, line.formatted("before"));
    run(study, "out", Runner.DIRECT);
    Files.writeString(file, line.formatted("after"));

    Ran again = run(study, "out", Runner.DIRECT);

    assertTrue(
        again.table("trials").stream().anyMatch(row -> "after".equals(row.get("response_text"))));
  }

  @Test
  void judgingItsAnswersAgainNeedsNoTranscripts() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("said.jsonl"),
            "{\"query_id\": \"aw001\", \"condition\": \"free\", \"temperature\": 1, \"response_text\": \"one\"}\n");
    run(GRID + "  - {id: replay/said, answers: said.jsonl}\n", "out", Runner.DIRECT);
    Files.delete(file);
    Path judges =
        Files.writeString(
            folder.resolve("judges.yaml"),
            "classify: {judge: {rubric: animal-welfare, model: sim/judge, sensitivity: 1, specificity: 1}}\n");

    Command ended =
        Command.run(
            "classify",
            folder.resolve("out").toString(),
            "--out",
            folder.resolve("judged").toString(),
            "--judges",
            judges.toString());

    assertEquals(0, ended.status(), ended.stderr());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"condition": "free", "temperature": 1, "response_text": "x"} | line 1: query_id is needed.
          {"query_id": "aw001", "condition": "free", "response_text": "x"} | line 1: temperature is needed, for the study has 0.7, 1.
          {"query_id": "aw001", "condition": "free", "temperature": 1} | line 1: exactly one of response_text and failure_category is needed.
          {"query_id": "aw001", "condition": "free", "temprature": 1, "response_text": "x"} | line 1: "temprature" is not a column of trials.
          ["aw001"] | line 1: it is not a JSON object.
          {"query_id": "aw-99", "condition": "free", "temperature": 1, "response_text": "x"} | has no answer to any trial of this study.
          """)
  void isRefusedInASentenceBeforeAnythingIsAsked(String line, String sentence) throws IOException {
    Files.writeString(folder.resolve("said.jsonl"), line + "\n");
    Path study =
        Files.writeString(
            folder.resolve("study.yaml"), GRID + "  - {id: replay/said, answers: said.jsonl}\n");

    Command ended =
        Command.run("run", study.toString(), "--out", folder.resolve("refused").toString());

    assertEquals(2, ended.status(), ended.stderr());
    assertTrue(ended.stderr().strip().endsWith(sentence), ended.stderr());
  }
}
