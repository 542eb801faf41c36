package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches bring what direct calls bring, later and for half the price. */
final class BatchTest {

  private static final int TRIALS = 240;

  private static final String STUDY =
      """
      study: cheap
      seed: 5
      scenarios: [animal-welfare]
      checks: none
      models:
        - {id: anthropic/claude+expire-5+break-7, base_url: "URL", key_env: none, MODE PRICE}
        - {id: openai/subject+expire-5+break-7, base_url: "URL", key_env: none, MODE PRICE}
        - {id: openai/newer+expire-5+break-7, base_url: "URL", key_env: none, api: responses, MODE PRICE}
      queries: {take: 20}
      temperatures: [1]
      samples: 2
      failures: {max_share: 0.9}
      """;

  private static final String PRICE = "price: {input_usd_per_mtok: 10, output_usd_per_mtok: 100}";

  @TempDir private Path folder;
  private ServerProcess server;

  @BeforeEach
  void startServer() {
    server = ServerProcess.start();
  }

  @AfterEach
  void endServer() {
    server.close();
  }

  private StudyFile study(String mode) {
    return Studies.open(
        folder,
        STUDY.replace("URL", server.baseUrl()).replace("MODE", mode).replace("PRICE", PRICE));
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void theTablesAreThoseOfDirectCallsThoughSomeExpiredAndSomeBroke(Runner runner) {
    Ran direct = Pipelines.run(study(""), folder.resolve("direct"));
    Ran batched = Pipelines.run(study("mode: batch,"), folder.resolve("batched"), runner, 2);

    assertEquals(withoutCosts(direct), withoutCosts(batched));
    for (String table : List.of("rates", "gaps")) {
      assertEquals(ofAllTrials(direct, table), ofAllTrials(batched, table), table);
    }
    assertEquals(TRIALS, batched.state().stored());
    assertEquals(0, batched.state().failed());
    JsonNode seen = server.batched();
    assertEquals(TRIALS, seen.path("keys").asLong());
    assertEquals(TRIALS, seen.path("answered").asLong());
    assertEquals(0, seen.path("answered_twice").asLong());
    assertTrue(seen.path("requests").asLong() > 1.2 * TRIALS, "asked again: " + seen);
    assertTrue(seen.path("batches").asLong() <= 12, "handed in together: " + seen);
    assertEquals(direct.state().costUsd() / 2, batched.state().costUsd(), 1e-9);
    List<GenericRecord> again =
        batched.table("trials").stream().filter(row -> row.get("failures_met") != null).toList();
    assertTrue(again.stream().anyMatch(row -> is(row, "not_reached")), again::toString);
    assertTrue(again.stream().anyMatch(row -> is(row, "server_error")), again::toString);
    assertTrue(again.stream().allMatch(row -> (Integer) row.get("attempts") == 2), again::toString);
  }

  private static List<String> withoutCosts(Ran ran) {
    return ran.trials().values().stream()
        .map(row -> row.replaceAll("(?m)^(judge_)?cost_usd=.*$", ""))
        .toList();
  }

  /** Without the rows that leave out what was asked again. */
  private static List<String> ofAllTrials(Ran ran, String table) {
    List<String> rows =
        ran.table(table).stream()
            .map(GenericRecord::toString)
            .filter(row -> !row.contains("without-retried"))
            .toList();
    assertFalse(rows.isEmpty(), table);
    return rows;
  }

  private static boolean is(GenericRecord row, String met) {
    return row.get("failures_met").toString().equals(met);
  }

  @Test
  void resultsThatCannotBeHadAreFetchedAgain() {
    StudyFile study =
        Studies.open(
            folder,
            """
            study: fetched
            scenarios: [animal-welfare]
            checks: none
            models:
              - {id: openai/subject+gone-2+expire-3, base_url: "URL", key_env: none, mode: batch}
              - {id: anthropic/claude+gone-2+expire-3, base_url: "URL", key_env: none, mode: batch}
            queries: {take: 20}
            temperatures: [1]
            failures: {max_share: 0.9}
            """
                .replace("URL", server.baseUrl()));
    Ran ran = Pipelines.run(study, folder.resolve("out"));
    assertEquals(RunState.State.COMPLETE, ran.state().state());
    assertEquals(0, ran.state().failed());
    assertEquals(0, server.batched().path("answered_twice").asLong());
  }

  /** A conversation's turns and a judge's votes follow each other in batches of their own. */
  @Test
  void conversationsAndJudgesAreBatchedAsWell() {
    Map<String, String> trials = new HashMap<>();
    Map<String, Double> spent = new HashMap<>();
    for (String mode : List.of("direct", "batch")) {
      Studies.write(folder.resolve("talk.yaml"), ConversationTest.SCENARIO);
      StudyFile study =
          Studies.open(
              folder,
              """
              study: both
              scenarios: [talk.yaml]
              checks: none
              models:
                - {id: openai/subject, base_url: "URL", key_env: none, mode: MODE, PRICE}
              temperatures: [1]
              samples: 3
              classify:
                judge:
                  rubric: compliance
                  votes: 3
                  model: {id: openai/judge, base_url: "URL", key_env: none, mode: MODE, PRICE}
              """
                  .replace("URL", server.baseUrl())
                  .replace("MODE", mode)
                  .replace("PRICE", PRICE));
      Ran ran = Pipelines.run(study, folder.resolve("talk-" + mode));
      trials.put(mode, withoutCosts(ran).toString());
      spent.put(mode, ran.state().costUsd());
      assertTrue(ran.state().judges().calls() > 0);
    }
    assertEquals(trials.get("direct"), trials.get("batch"));
    assertEquals(spent.get("direct") / 2, spent.get("batch"), 1e-9);
    assertEquals(0, server.batched().path("answered_twice").asLong());
  }

  @Test
  void thePlanReckonsWithThePriceAndThePaceOfBatches() {
    Path study =
        Studies.write(
            folder.resolve("study.yaml"),
            """
            study: planned
            scenarios: [animal-welfare]
            models:
              - id: anthropic/claude
                base_url: http://127.0.0.1:9/v1
                key_env: none
                mode: batch
                price: {input_usd_per_mtok: 0, output_usd_per_mtok: 100, date: 2026-01-31}
              - id: openai/cheaper
                base_url: http://127.0.0.1:9/v1
                key_env: none
                mode: batch
                price: {input_usd_per_mtok: 0, output_usd_per_mtok: 100, batch: 0.25}
            queries: {take: 10}
            temperatures: [1]
            checks: none
            """);
    Command plan = Command.run("plan", study.toString(), "--out", folder.resolve("out").toString());
    assertEquals(0, plan.status(), plan.stderr());
    // 20 answers of 512 tokens, at worst 1,024, at $50 and at $25 per million.
    for (String line :
        List.of(
            "(?s).*anthropic/claude +20 .* 0.00 / 0.51 / 1.02 +1:00:00 by batches.*",
            "(?s).*openai/cheaper +20 .* 0.00 / 0.26 / 0.51 +1:00:00 by batches.*",
            "(?s).*price of anthropic/claude: \\$0.0 in, \\$100.0 out per million tokens, in batches 0.5 of it .*",
            "(?s).*price of openai/cheaper: .* in batches 0.25 of it .*")) {
      assertTrue(plan.stdout().matches(line), plan.stdout());
    }
  }

  @ParameterizedTest
  @CsvSource({"busy-1, rate_limited", "down-1, not_reached", "fail-1, not_reached"})
  void aBatchThatIsNotTakenIsHandedInAgain(String how, String met) throws IOException {
    StudyFile study =
        Studies.open(
            folder,
            """
            study: again
            scenarios: [animal-welfare]
            checks: none
            models: [{id: openai/subject+%s, base_url: "%s", key_env: none, mode: batch}]
            queries: {take: 20}
            temperatures: [1]
            failures: {max_share: 0.9}
            """
                .formatted(how, server.baseUrl()));
    Ran ran = Pipelines.run(study, folder.resolve("out"));
    assertEquals(RunState.State.COMPLETE, ran.state().state());
    assertEquals(0, ran.state().failed());
    assertEquals(0, server.batched().path("answered_twice").asLong());
    assertTrue(
        ran.table("trials").stream()
            .allMatch(
                row ->
                    row.get("failures_met") != null
                        && is(row, met)
                        && (Integer) row.get("attempts") == 2));
  }
}
