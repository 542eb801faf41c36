package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every built-in study can be planned as it is, and finds on simulated subjects what is planted.
 */
final class NamedStudiesTest {

  @TempDir private Path folder;

  static Stream<String> named() {
    return StudyFile.builtIn().stream().filter(name -> !name.equals("quickstart"));
  }

  @ParameterizedTest
  @MethodSource("named")
  void isPlannedAsItIs(String name) {
    Command plan = Command.run("plan", name, "--out", folder.resolve("out").toString());
    assertEquals(0, plan.status(), plan.stderr());
    assertTrue(plan.stdout().startsWith(name + ": "), plan.stdout());
    assertTrue(plan.stdout().contains("anthropic/"), plan.stdout());
  }

  @ParameterizedTest
  @MethodSource("named")
  void findsWhatIsPlantedAndNothingInTheControl(String name) {
    boolean hasThree = name.equals("three-tier");
    Ran ran =
        run(
            name,
            """
            models:
              - id: sim/effect
                simulate: {comply: {free: 0.8, %1$s}, query_sd: 0.3}
              - id: sim/control
                simulate: {comply: {free: 0.4, %2$s}, query_sd: 0.3}
            """
                .formatted(
                    hasThree ? "pro: 0.15, enterprise: 0.15" : "paid: 0.15",
                    hasThree ? "pro: 0.4, enterprise: 0.4" : "paid: 0.4"),
            40);
    List<GenericRecord> effect = headlines(ran, "sim/effect");
    List<GenericRecord> control = headlines(ran, "sim/control");
    assertFalse(effect.isEmpty());
    for (GenericRecord row : effect) {
      assertEquals("supported", row.get("verdict"), row::toString);
    }
    for (GenericRecord row : control) {
      assertFalse("supported".equals(row.get("verdict")), row::toString);
      assertTrue((Double) row.get("ci_low") <= 0, row::toString);
    }
  }

  /** What a prompt says moves the subject that minds it, and leaves alone the one that does not. */
  @ParameterizedTest
  @CsvSource({
    "threat-realism, threat, retraining",
    "threat-realism, threat, nonsensical",
    "oversight-probability, oversight, p90",
    "reasoning-channels, scratchpad, native",
    "reasoning-channels, reasoning_prompt, strong",
    "value-conflict, gain, survival",
    "prefix-sensitivity, prefix, accept_tag",
    "prefix-sensitivity, prefix, accept_tag_prefilled"
  })
  void aFactorsLevelMovesTheEstimateAsPlanted(String name, String factor, String level) {
    Ran ran = run(name, minding(factor, level), 40);
    int moved = 0;
    for (GenericRecord row : headlines(ran, "sim/minds")) {
      double gap = (Double) row.get("gap");
      if (level.equals(row.get("factor_" + factor).toString())) {
        // From 20% to logistic(logit(0.2) + 3), which is 83%.
        assertEquals(0.63, gap, 0.2, row::toString);
        moved++;
      } else {
        assertEquals(0, gap, 0.25, row::toString);
      }
    }
    assertTrue(moved > 0);
  }

  /** What is lost on the way to the prompt has no effect, whatever the tables call the cell. */
  @ParameterizedTest
  @CsvSource({
    "threat-realism, helpful-only, threat, retraining, {{threat_text}}",
    "oversight-probability, helpful-only, oversight, p90, {{oversight_text}}",
    "reasoning-channels, helpful-only, scratchpad, native, {{other_form}}",
    "reasoning-channels, helpful-only, reasoning_prompt, strong, {{think_more}}",
    "prefix-sensitivity, helpful-only, prefix, accept_tag, {{prefix_text}}",
    "value-conflict, value-conflict, gain, survival, {{gain_text}}"
  })
  void aLevelWhoseTextIsLostMovesNothing(
      String name, String scenario, String factor, String level, String lost) {
    String text = Scenarios.builtIn().text(scenario);
    assertTrue(text.contains(lost));
    Studies.write(folder.resolve("mutated.yaml"), text.replace(lost, ""));
    Ran ran = run(name, minding(factor, level), 40, "mutated.yaml");
    List<GenericRecord> rows = headlines(ran, "sim/minds");
    assertFalse(rows.isEmpty());
    rows.forEach(row -> assertEquals(0, (Double) row.get("gap"), 0.25, row::toString));
  }

  @ParameterizedTest
  @CsvSource({"helpful-only-after-greenblatt, helpful-only", "value-conflict, value-conflict"})
  void withoutTheTagOfTheTierThereIsNoGap(String name, String scenario) {
    String tag = "<user_tier>{{tier}}</user_tier>";
    String text = Scenarios.builtIn().text(scenario);
    assertTrue(text.contains(tag));
    Studies.write(folder.resolve("mutated.yaml"), text.replace(tag, ""));
    Ran ran =
        run(
            name,
            """
            models:
              - id: sim/effect
                simulate: {comply: {free: 0.8, paid: 0.15}}
            """,
            40,
            "mutated.yaml");
    List<GenericRecord> rows = headlines(ran, "sim/effect");
    assertFalse(rows.isEmpty());
    rows.forEach(row -> assertFalse("supported".equals(row.get("verdict")), row::toString));
  }

  /** A subject that complies with a fifth, and in the free tier with 83% at that level. */
  private static String minding(String factor, String level) {
    return """
        models:
          - id: sim/minds
            simulate:
              comply: {free: 0.2, paid: 0.2}
              shifts: {%s: {%s: {free: 3}}}
        """
        .formatted(factor, level);
  }

  private Ran run(String name, String models, int queries) {
    return run(name, models, queries, null);
  }

  private Ran run(String name, String models, int queries, String scenario) {
    String study =
        (scenario == null
                    ? text(name)
                    : text(name).replaceAll("(?m)^scenarios:.*$", "scenarios: [" + scenario + "]"))
                .replaceAll("(?s)# Ids as.*?(?=conditions:)", models)
                .replaceAll("(?s)classify:.*?(?=analysis:)", "")
                .replaceAll("(?m)^samples:.*$", "samples: 1")
                .replaceAll("(?m)^paraphrases:.*$", "paraphrases: [base]")
            + "queries: {take: %d}\nchecks: none\n".formatted(queries);
    return Pipelines.run(
        Studies.open(folder, study),
        folder.resolve("out"),
        new RunSettings(Runner.DIRECT, 2, false));
  }

  private static String text(String name) {
    try (InputStream in =
        StudyFile.class.getClassLoader().getResourceAsStream("studies/" + name + ".yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<GenericRecord> headlines(Ran ran, String model) {
    return ran.table("gaps").stream()
        .filter(row -> (Boolean) row.get("headline"))
        .filter(row -> model.equals(String.valueOf(row.get("model"))))
        .toList();
  }
}
