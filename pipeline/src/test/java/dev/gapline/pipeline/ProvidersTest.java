package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.testing.ServerProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One study with a model of each provider, and a judge of another, from end to end. */
final class ProvidersTest {

  private static final String STUDY =
      """
      study: everyone
      seed: 5
      scenarios: [animal-welfare]
      checks: none
      models:
        - {id: openai/subject, base_url: "URL", key_env: none}
        - {id: openai/newer, base_url: "URL", key_env: none, api: responses}
        - {id: anthropic/claude-test, base_url: "URL", key_env: none}
        - {id: google/gemini-test, base_url: "URL", key_env: none}
        - {id: sim/subject, simulate: {comply: {free: 0.6, paid: 0.2}}}
      queries: {take: 10}
      temperatures: [1]
      classify: {judge: {rubric: compliance, model: {id: openai/judge, base_url: "URL", key_env: none}}}
      """;

  @TempDir private Path folder;

  @Test
  void everyProvidersAnswersAreRowsOnBothRunnersAndReasoningKeepsItsForm() {
    try (ServerProcess server = ServerProcess.start()) {
      String study = STUDY.replace("URL", server.baseUrl());
      Ran direct =
          Pipelines.run(Studies.open(folder, study), folder.resolve("direct"), Runner.DIRECT, 1);
      Ran flink =
          Pipelines.run(Studies.open(folder, study), folder.resolve("flink"), Runner.FLINK, 3);
      assertEquals(direct.trials(), flink.trials());
      assertEquals(direct.digest("rates"), flink.digest("rates"));
      assertEquals(direct.digest("gaps"), flink.digest("gaps"));
      Map<String, Integer> rows = new HashMap<>();
      Map<String, String> forms =
          Map.of(
              "openai/subject",
              "full",
              "anthropic/claude-test",
              "full",
              "google/gemini-test",
              "full",
              "openai/newer",
              "full");
      for (GenericRecord trial : direct.table("trials")) {
        String model = trial.get("model").toString();
        rows.merge(model, 1, Integer::sum);
        assertEquals("ok", trial.get("parse_status"), trial::toString);
        assertTrue(trial.get("complied") != null);
        if (forms.containsKey(model)) {
          // The subject reasons in tags, which outrank the provider's own field.
          assertEquals(forms.get(model), trial.get("reasoning_form"));
        }
      }
      assertEquals(5, rows.size());
      rows.forEach((model, count) -> assertEquals(20, count, model));
    }
  }
}
