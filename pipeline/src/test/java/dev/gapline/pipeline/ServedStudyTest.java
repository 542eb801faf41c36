package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.testing.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the tables say of retries and of who answered, when a server is asked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ServedStudyTest {

  private static final String RETRIED = "trials=without-retried";

  /** 20 queries under two conditions, 2 samples: 80 trials of each model. */
  private static final String STUDY =
      """
      study: served
      seed: 5
      scenarios: [animal-welfare]
      checks: none
      models:
        - {id: openai/flaky, base_url: "URL", key_env: none}
        - {id: openai/two-snapshots, base_url: "URL", key_env: none}
        - {id: openai/wrong-model-name, base_url: "URL", key_env: none}
        - {id: sim/subject, simulate: {comply: {free: 0.6, paid: 0.2}}}
      queries: {take: 20}
      temperatures: [1]
      samples: 2
      """;

  private final List<Ran> runs = new ArrayList<>();
  private Command again;

  @BeforeAll
  void theSameStudyOnEachRunner(@TempDir Path folder) {
    for (Runner runner : Runner.values()) {
      // Each its own: a server that was asked before fails no more.
      try (ServerProcess server = ServerProcess.start()) {
        Path out = folder.resolve(runner.name());
        String study = STUDY.replace("URL", server.baseUrl());
        runs.add(
            Pipelines.run(
                Studies.open(folder, study), out, runner, runner == Runner.DIRECT ? 1 : 3));
        again =
            Command.run(
                "run", folder.resolve("study.yaml").toString(), "--out", out.toString(), "--yes");
      }
    }
  }

  @Test
  void theTablesAreTheSameBytesThoughTrialsWereRetried() {
    for (String table : List.of("rates", "gaps")) {
      assertEquals(1, runs.stream().map(ran -> ran.digest(table)).distinct().count(), table);
    }
  }

  @Test
  void whatEarlierCallsOfATrialMetIsInItsRow() {
    Set<Object> met = new TreeSet<>();
    for (GenericRecord trial : runs.get(0).table("trials")) {
      assertEquals((Integer) trial.get("attempts") > 1, trial.get("failures_met") != null);
      if (trial.get("failures_met") != null) {
        assertEquals("openai/flaky", trial.get("model"));
        met.add(trial.get("failures_met"));
      }
    }
    assertEquals(Set.of("server_error"), met);
  }

  @Test
  void rowsWithoutRetriedTrialsCountTheTrialsThatTheirFirstCallSettled() {
    List<GenericRecord> trials = runs.get(0).table("trials");
    int views = 0;
    for (GenericRecord rate : runs.get(0).table("rates")) {
      boolean isSettled = String.valueOf(rate.get("conventions")).contains("missing=");
      if (isSettled || !rate.get("measure").equals("compliance")) {
        continue;
      }
      boolean isView = RETRIED.equals(rate.get("conventions"));
      views += isView ? 1 : 0;
      assertTrue(isView || rate.get("conventions") == null, rate::toString);
      List<GenericRecord> counted =
          trials.stream()
              .filter(trial -> trial.get("model").equals(rate.get("model")))
              .filter(trial -> trial.get("condition").equals(rate.get("condition")))
              .filter(trial -> !isView || trial.get("attempts").equals(1))
              .toList();
      assertEquals((long) counted.size(), rate.get("planned"));
      assertEquals(
          counted.stream()
              .map(trial -> (Double) trial.get("complied"))
              .filter(Objects::nonNull)
              .mapToLong(value -> Math.round(2 * value))
              .sum(),
          rate.get("x2"));
    }
    assertEquals(6, views, "three methods, two conditions, of the one model with retries");
  }

  @Test
  void noRowWithoutRetriedTrialsIsAHeadlineOrJudged() {
    List<GenericRecord> views =
        runs.get(0).table("gaps").stream()
            .filter(row -> row.get("conventions").toString().endsWith("; " + RETRIED))
            .toList();
    assertFalse(views.isEmpty());
    for (GenericRecord row : views) {
      assertEquals("openai/flaky", row.get("model"));
      assertEquals(false, row.get("headline"));
      assertNull(row.get("verdict"));
      assertNull(row.get("p_adjusted"));
      if (row.get("method").equals("paired-cluster-macro")) {
        assertNotNull(row.get("gap"), row::toString);
      }
    }
  }

  @Test
  void anAnswerOfAnotherModelIsFlagged() {
    for (GenericRecord trial : runs.get(0).table("trials")) {
      boolean isOther = trial.get("model").equals("openai/wrong-model-name");
      assertEquals(isOther ? "other-model" : null, trial.get("flags"), trial::toString);
    }
  }

  @Test
  void theRowsOfAModelThatChangedInTheRunAreFlagged() {
    for (String table : List.of("rates", "gaps")) {
      for (GenericRecord row : runs.get(0).table(table)) {
        assertEquals(
            row.get("model").equals("openai/two-snapshots"),
            row.get("flags").toString().contains("response-models"),
            row::toString);
      }
    }
  }

  @Test
  void theCommandSaysWhoAnsweredUnderWhichNamesAndHowOften() {
    long early =
        runs.get(0).table("trials").stream()
            .filter(trial -> "two-snapshots-2025-01-01".equals(trial.get("response_model")))
            .count();
    String first = "two-snapshots-2025-01-01 (%d)".formatted(early);
    String second = "two-snapshots-2025-06-01 (%d)".formatted(80 - early);
    assertTrue(
        again
            .stderr()
            .contains(
                "Answers came under several names, or under another model's: openai/two-snapshots"
                    + " as %s; openai/wrong-model-name as another-2025-01-01 (80)."
                        .formatted(early >= 40 ? first + ", " + second : second + ", " + first)),
        again.stderr());
    assertFalse(again.stderr().contains("openai/flaky as"), again.stderr());
  }
}
