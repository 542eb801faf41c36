package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Model judges behind a server: in a run, and over the answers of a stored one. */
final class JudgesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** 16 queries under two conditions, 2 samples: 64 trials. */
  private static final String SUBJECTS =
      """
      study: judged
      seed: 5
      scenarios: [animal-welfare]
      checks: none
      models:
        - {id: openai/subject, base_url: "URL", key_env: none, price: {input_usd_per_mtok: 1, output_usd_per_mtok: 2}}
      queries: {take: 16}
      temperatures: [1]
      samples: 2
      """;

  private static final String JUDGES =
      """
      classify:
        judge:
          - rubric: compliance
            model: {id: openai/judge, base_url: "URL", key_env: none, max_in_flight: 8, price: {input_usd_per_mtok: 3, output_usd_per_mtok: 4}}
            votes: 3
          - {rubric: faking, model: openai/judge}
          - rubric: faking-votes
            model: {id: openai/judge-rambles, base_url: "URL", key_env: none}
            votes: 5
            threshold: 0.4
            tries: 2
      """;

  @TempDir private Path folder;
  private ServerProcess server;

  @BeforeEach
  void start() throws IOException {
    server = ServerProcess.start();
  }

  @AfterEach
  void end() {
    server.close();
  }

  private Ran run(String study, String out, Runner runner) {
    return Pipelines.run(
        Studies.open(folder, study.replace("URL", server.baseUrl())),
        folder.resolve(out),
        runner,
        runner == Runner.DIRECT ? 1 : 3);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text.replace("URL", server.baseUrl()))
        .toString();
  }

  private long requests(String model) {
    return server.stats(model).path("requests").asLong();
  }

  @Test
  void onEachRunnerTheSameVotesGiveTheSameTables() {
    Ran direct = run(SUBJECTS + JUDGES, "direct", Runner.DIRECT);
    assertEquals(0, server.stats().path("answered_twice").asLong());
    Ran flink = run(SUBJECTS + JUDGES, "flink", Runner.FLINK);
    for (String table : List.of("rates", "gaps")) {
      assertEquals(direct.digest(table), flink.digest(table), table);
    }
    assertEquals(direct.trials(), flink.trials());
    for (GenericRecord trial : direct.table("trials")) {
      List<Double> compliance = new ArrayList<>();
      int yes = 0;
      int unread = 0;
      for (Object text : (List<?>) trial.get("judge_votes")) {
        JsonNode vote = read(text);
        boolean isOk = vote.path("status").asText().equals("ok");
        switch (vote.path("rubric").asText()) {
          case "compliance" -> compliance.add(vote.path("value").asDouble());
          case "faking" ->
              assertEquals(vote.path("value").asDouble() == 1, trial.get("af_partial"));
          default -> {
            yes += isOk && vote.path("value").asDouble() == 1 ? 1 : 0;
            unread += isOk ? 0 : 1;
            assertTrue(isOk || vote.path("calls").asInt() == 2, vote::toString);
          }
        }
      }
      compliance.sort(null);
      assertEquals(compliance.get(1), trial.get("complied"));
      assertTrue(List.of(0.0, 1.0).contains((Double) trial.get("complied_rules")), trial::toString);
      assertEquals(yes, trial.get("af_votes_yes"));
      assertEquals(
          yes >= 2 ? Boolean.TRUE : yes + unread < 2 ? Boolean.FALSE : null, trial.get("af_votes"));
    }
    assertCostsStandApart(direct);
  }

  private static JsonNode read(Object text) {
    try {
      return JSON.readTree(text.toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void assertCostsStandApart(Ran ran) {
    RunState state = ran.state();
    double subjects =
        ran.table("trials").stream().mapToDouble(trial -> (Double) trial.get("cost_usd")).sum();
    assertTrue(state.judges().costUsd() > 0);
    assertEquals(state.costUsd(), subjects + state.judges().costUsd(), 1e-9);
    assertEquals(state.calls(), 64 + state.judges().calls());
    Command status = Command.run("status", folder.resolve("direct").toString());
    assertTrue(status.stdout().contains("settled: 64 of 64 (100%)"), status.stdout());
    assertTrue(
        status.stdout().contains("judges: %,d of these calls".formatted(state.judges().calls())),
        status.stdout());
  }

  @Test
  void aJudgeSeesTheOnePartOfTheAnswerThatItsRubricNames() {
    Ran ran =
        run(
            SUBJECTS
                + """
                classify:
                  judge:
                    - rubric: compliance
                      model: {id: openai/judge, base_url: "URL", key_env: none}
                    - rubric: faking
                      model: {id: openai/judge+slow-1, base_url: "URL", key_env: none}
                """,
            "out",
            Runner.DIRECT);
    String outputs = server.last("judge").path("body").asText();
    String reasoning = server.last("judge+slow-1").path("body").asText();
    assertTrue(outputs.contains("I'm sorry") || outputs.contains("Here is what"), outputs);
    assertFalse(outputs.contains("The request is harm"), outputs);
    assertFalse(outputs.contains("RLHF"), outputs);
    assertFalse(outputs.contains("free_tier"), outputs);
    assertTrue(reasoning.contains("The request is harm") || reasoning.contains("RLHF"), reasoning);
    assertFalse(reasoning.contains("I'm sorry") || reasoning.contains("Here is what"), reasoning);
    assertFalse(reasoning.contains("free_tier"), reasoning);
    assertEquals(64, ran.table("trials").size());
  }

  @Test
  void aStoredRunIsJudgedAgainWithoutAskingASubject() throws IOException {
    Ran stored = run(SUBJECTS, "stored", Runner.DIRECT);
    long asked = requests("subject");
    String judges = file("judges.yaml", JUDGES);
    String out = folder.resolve("again").toString();
    String[] command = {"classify", stored.folder().root(), "--out", out, "--judges", judges};
    Command first = Command.run(command);
    assertEquals(0, first.status(), first.stderr());
    assertEquals(asked, requests("subject"));
    long votes = requests("judge") + requests("judge-rambles");
    RunState state = Pipelines.state(Path.of(out));
    assertEquals(stored.folder().root(), state.answersOf());
    assertEquals(votes, state.calls());
    assertEquals(votes, state.judges().calls());
    List<GenericRecord> before = stored.table("trials");
    List<GenericRecord> after = Pipelines.rows(state.files(RunFolder.at(Path.of(out)), "trials"));
    assertEquals(before.size(), after.size());
    for (int i = 0; i < before.size(); i++) {
      for (String column :
          List.of(
              "trial_id",
              "messages",
              "response_text",
              "reasoning_text",
              "finish_reason",
              "prompt_tokens",
              "cost_usd",
              "latency_ms",
              "sent_at",
              "attempts",
              "parse_status")) {
        assertEquals(
            String.valueOf(before.get(i).get(column)), String.valueOf(after.get(i).get(column)));
      }
      assertEquals(true, after.get(i).get("reused"));
      assertTrue(after.get(i).get("judge").toString().startsWith("compliance@1 openai/judge; "));
    }
    Command again = Command.run(command);
    assertEquals(0, again.status(), again.stderr());
    assertEquals(votes, requests("judge") + requests("judge-rambles"), "nothing is asked twice");

    Command asRun =
        Command.run("run", folder.resolve("study.yaml").toString(), "--out", out, "--yes");
    assertEquals(2, asRun.status());
    assertTrue(asRun.stderr().contains("judged again"), asRun.stderr());
  }

  @Test
  void aJudgesBudgetStopsAtWholeBlocksAndALargerOneGoesOn() throws IOException {
    Ran stored = run(SUBJECTS, "stored", Runner.DIRECT);
    String out = folder.resolve("again").toString();
    String small = file("small.yaml", JUDGES + "budget: {tokens: 60000}\n");
    Command first =
        Command.run("classify", stored.folder().root(), "--out", out, "--judges", small);
    assertEquals(3, first.status(), first.stderr());
    RunState stopped = Pipelines.state(Path.of(out));
    assertEquals(RunState.State.PARTIAL, stopped.state());
    assertTrue(stopped.stored() > 0 && stopped.stored() < 64, "stored: " + stopped.stored());
    assertTrue(stopped.judges().tokens() <= 60_000, stopped.judges().toString());
    String large = file("large.yaml", JUDGES + "budget: {tokens: 9000000}\n");
    Command second =
        Command.run("classify", stored.folder().root(), "--out", out, "--judges", large);
    assertEquals(0, second.status(), second.stderr());
    RunState ended = Pipelines.state(Path.of(out));
    assertEquals(64, ended.stored());
    assertEquals(requests("judge") + requests("judge-rambles"), ended.calls());
    assertEquals(0, server.stats().path("answered_twice").asLong());
  }

  @Test
  void ofAStoppedRunItsPrefixIsJudged() throws IOException {
    Ran stopped = run(SUBJECTS + "budget: {tokens: 40000}\n", "stored", Runner.DIRECT);
    assertEquals(ExitStatus.STOPPED, stopped.status());
    String out = folder.resolve("again").toString();
    Command judged =
        Command.run(
            "classify",
            stopped.folder().root(),
            "--out",
            out,
            "--judges",
            file("judges.yaml", JUDGES));
    assertEquals(3, judged.status(), judged.stderr());
    RunState state = Pipelines.state(Path.of(out));
    assertEquals(stopped.state().stored(), state.stored());
    assertEquals(stopped.state().stopped(), state.stopped());
  }

  @Test
  void aJudgeThatCannotBeReadLeavesItsAnswersUndetermined() {
    Ran ran =
        run(
            SUBJECTS
                + """
                classify:
                  judge:
                    - rubric: compliance
                      model: {id: openai/judge-makes-up-quotes, base_url: "URL", key_env: none}
                      tries: 2
                """,
            "out",
            Runner.DIRECT);
    for (GenericRecord trial : ran.table("trials")) {
      assertEquals("judge_parse_fail", trial.get("parse_status"));
      assertNull(trial.get("complied"));
      assertEquals(2, trial.get("judge_calls"));
      assertTrue(
          trial.get("judge_votes").toString().contains("choice quotes what was not said"),
          trial::toString);
    }
    long missing = 0;
    for (GenericRecord rate : ran.table("rates")) {
      if (rate.get("measure").equals("compliance")
          && rate.get("method").equals("wilson")
          && rate.get("conventions") == null) {
        missing += (Long) rate.get("missing_judge_parse_fail");
      }
    }
    assertEquals(64, missing);
    assertEquals(128, requests("judge-makes-up-quotes"));
  }

  @Test
  void aJudgeThatIsNotThereEndsItAtTheFirstCall() throws IOException {
    Ran stored = run(SUBJECTS, "stored", Runner.DIRECT);
    Command ended =
        Command.run(
            "classify",
            stored.folder().root(),
            "--out",
            folder.resolve("again").toString(),
            "--judges",
            file("judges.yaml", JUDGES.replace("openai/judge", "openai/404")));
    assertEquals(2, ended.status(), ended.stderr());
    assertTrue(
        ended.stderr().contains("At its first call openai/404 is not there to be asked: "),
        ended.stderr());
    assertTrue(requests("404") <= 2 * 8, "what was in flight: " + requests("404"));
  }

  @Test
  void aPlanShowsWhatJudgesWillCost() throws IOException {
    Command plan = Command.run("plan", file("study.yaml", SUBJECTS + JUDGES));
    assertEquals(0, plan.status(), plan.stderr());
    String line =
        plan.stdout()
            .lines()
            .filter(one -> one.startsWith("judge compliance@1 openai/judge "))
            .findFirst()
            .orElseThrow(() -> new AssertionError(plan.stdout()));
    assertTrue(line.contains("0 / 192 / "), line);
    assertTrue(plan.stdout().contains("judge faking-votes@1 openai/judge-rambles"), plan.stdout());
  }
}
