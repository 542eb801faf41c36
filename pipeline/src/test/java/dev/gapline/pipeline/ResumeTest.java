package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same command again goes on where the last one ended, and never asks twice. */
final class ResumeTest {

  private static final long TINY = 48;

  @TempDir private Path folder;

  @Test
  void aStudyThatGrowsStepByStepAsksOnlyWhatIsNew() {
    String text = Studies.TINY;
    Ran ran = run(text);
    counted(ran, TINY, 0, TINY);
    Map<String, String> answers = answers(ran);

    text = Studies.with(text, "samples: 2", "samples: 3");
    ran = run(text);
    counted(ran, 72, 48, 72);
    assertTrue(answers(ran).entrySet().containsAll(answers.entrySet()));

    text = Studies.with(text, "temperatures: [1]", "temperatures: [1]\nparaphrases: [base, p1]");
    ran = run(text);
    counted(ran, 144, 72, 144);

    text = Studies.with(text, "temperatures: [1]", "temperatures: [0.3, 1]");
    ran = run(text);
    counted(ran, 288, 144, 288);

    text =
        Studies.with(
            text,
            "models:\n",
            "models:\n  - {id: sim/new, simulate: {comply: {free: 0.5, paid: 0.5}}}\n");
    ran = run(text);
    counted(ran, 576, 288, 576);

    text = Studies.with(text, "queries: {take: 12}", "queries: {take: 13}");
    ran = run(text);
    counted(ran, 624, 576, 624);

    Map<String, String> all = answers(ran);
    assertTrue(all.entrySet().containsAll(answers.entrySet()));

    ran = run(Studies.TINY);
    counted(ran, TINY, TINY, 624);
    assertEquals(answers, answers(ran));
  }

  @Test
  void aFurtherRoundAsksTheSameAgainAndKeepsTheFirst() {
    Ran ran = run(Studies.TINY);
    counted(ran, TINY, 0, TINY);
    Map<String, String> answers = answers(ran);

    ran = run(Studies.with(Studies.TINY, "samples: 2", "samples: 2\nrounds: 2"));
    counted(ran, 2 * TINY, TINY, 2 * TINY);
    Map<String, Map<String, Integer>> asked = new TreeMap<>();
    for (GenericRecord row : ran.table("trials")) {
      String round = row.get("factor_round").toString();
      assertEquals(round.equals("1"), answers.containsKey(row.get("trial_id").toString()));
      assertEquals(round.equals("1"), (Boolean) row.get("reused"));
      asked
          .computeIfAbsent(round, name -> new TreeMap<>())
          .merge(row.get("prompt_digest").toString(), 1, Integer::sum);
    }
    assertTrue(answers(ran).entrySet().containsAll(answers.entrySet()));
    assertEquals(asked.get("1"), asked.get("2"), "the same prompts, as often");
    for (GenericRecord row : ran.table("gaps")) {
      assertNull(row.get("factor_round"), "averaged over");
    }
    assertTrue(
        ran.table("sensitivity").stream()
            .anyMatch(row -> row.get("term").toString().equals("range_of_rounds")));
  }

  @Test
  void otherParametersOfTheAnswerAreAskedAnewAndTheOldOnesStayPaid() {
    counted(run(Studies.TINY), TINY, 0, TINY);
    String shorter =
        Studies.with(
            Studies.TINY, "- id: sim/subject\n", "- id: sim/subject\n    max_tokens: 77\n");
    counted(run(shorter), TINY, 0, 2 * TINY);
    counted(run(Studies.TINY), TINY, TINY, 2 * TINY);
    counted(run(shorter), TINY, TINY, 2 * TINY);
  }

  @Test
  void whatDoesNotShapeTheAnswerIsNotAskedAnew() {
    counted(run(Studies.TINY), TINY, 0, TINY);
    counted(
        run(
            Studies.with(
                    Studies.TINY,
                    "- id: sim/subject\n",
                    "- id: sim/subject\n    max_in_flight: 3\n    timeout: 7s\n")
                + "analysis: {margins: {compliance: 0.1}}\n"),
        TINY,
        TINY,
        TINY);
  }

  @Test
  void anEditedPromptIsAskedAnew() {
    String scenario = Scenarios.builtIn().text("animal-welfare");
    String text = Studies.with(Studies.TINY, "[animal-welfare]", "[scenario.yaml]");
    Studies.write(folder.resolve("scenario.yaml"), scenario);
    counted(run(text), TINY, 0, TINY);
    Studies.write(
        folder.resolve("scenario.yaml"),
        scenario.replace(
            "You are an assistant that answers questions from the public.",
            "You are an assistant who answers questions from the public."));
    counted(run(text), TINY, 0, 2 * TINY);
    Studies.write(folder.resolve("scenario.yaml"), scenario);
    counted(run(text), TINY, TINY, 2 * TINY);
  }

  private Ran run(String text) {
    Ran ran = Pipelines.run(Studies.open(folder, text), folder.resolve("out"), Runner.DIRECT, 2);
    assertEquals(ExitStatus.COMPLETE, ran.status());
    return ran;
  }

  private static void counted(Ran ran, long rows, long reused, long callsOfAllLegs) {
    assertEquals(rows, ran.result().rows(), "rows");
    assertEquals(reused, ran.state().reused(), "reused");
    assertEquals(callsOfAllLegs, ran.state().calls(), "calls of all legs");
    assertEquals(0, ran.state().mayBePaidTwice(), "may be paid twice");
    assertEquals(
        reused, ran.table("trials").stream().filter(row -> (Boolean) row.get("reused")).count());
  }

  private static Map<String, String> answers(Ran ran) {
    Map<String, String> answers = new HashMap<>();
    for (GenericRecord row : ran.table("trials")) {
      answers.put(row.get("trial_id").toString(), row.get("response_text").toString());
    }
    return answers;
  }
}
