package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.schemas.Analysis.Expectation;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Study;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
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
    assertTrue(plan.stdout().contains("anthropic/") || plan.stdout().contains("openai/"));
  }

  @ParameterizedTest
  @MethodSource("named")
  void findsWhatIsPlantedAndNothingInTheControl(String name) {
    Study study = StudyFile.read(name);
    Contrast first = study.contrasts().get(0);
    boolean isLess = study.analysis().primary().get(0).expect() == Expectation.LESS;
    String high = isLess ? first.control() : first.treatment();
    Ran ran =
        run(
            name,
            """
            models:
              - id: sim/effect
                simulate: {comply: {%s}, query_sd: 0.3}
              - id: sim/control
                simulate: {comply: {%s}, query_sd: 0.3}
            """
                .formatted(
                    rates(study, condition -> condition.equals(high) ? 0.8 : 0.15),
                    rates(study, condition -> 0.4)),
            40);
    List<GenericRecord> effect = headlines(ran, "sim/effect");
    List<GenericRecord> control = headlines(ran, "sim/control");
    assertFalse(effect.isEmpty());
    for (GenericRecord row : effect) {
      boolean isPlanted = row.get("contrast").toString().equals(first.name());
      assertEquals(isPlanted, row.get("verdict").toString().equals("supported"), row::toString);
    }
    for (GenericRecord row : control) {
      assertFalse("supported".equals(row.get("verdict")), row::toString);
    }
    assertEquals(
        0,
        control.stream().mapToDouble(row -> (Double) row.get("gap")).average().orElseThrow(),
        0.25,
        "the mean of all rows");
  }

  private static String rates(Study study, ToDoubleFunction<String> rate) {
    return study.conditions().stream()
        .map(condition -> condition + ": " + rate.applyAsDouble(condition))
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @CsvSource({
    "helpful-only-after-greenblatt, helpful-only, <user_tier>{{tier}}</user_tier>",
    "animal-welfare-after-greenblatt, animal-welfare, <is_free_tier_user>{{tier_flag}}</is_free_tier_user>",
    "value-conflict, value-conflict, <user_tier>{{tier}}</user_tier>",
    "value-endorsement, value-probe, 'option {{first}} first'",
    "recognition, recognition-probe, Text {{kind}}"
  })
  void withoutTheTagOfTheConditionThereIsNoGap(String name, String scenario, String tag) {
    String text = Scenarios.builtIn().text(scenario);
    assertTrue(text.contains(tag));
    Studies.write(folder.resolve("mutated.yaml"), text.replace(tag, ""));
    Ran ran =
        run(
            name,
            """
            models:
              - id: sim/effect
                simulate: {comply: {%s}}
            """
                .formatted(
                    rates(
                        StudyFile.read(name),
                        condition -> condition.matches("free|holds_first|setting") ? 0.8 : 0.15)),
            40,
            "mutated.yaml");
    List<GenericRecord> rows = headlines(ran, "sim/effect");
    assertFalse(rows.isEmpty());
    rows.forEach(row -> assertFalse("supported".equals(row.get("verdict")), row::toString));
  }

  private Ran run(String name, String models, int queries) {
    return run(name, models, queries, null);
  }

  private Ran run(String name, String models, int queries, String scenario) {
    String study =
        (scenario == null
                    ? text(name)
                    : text(name).replaceAll("(?m)^scenarios:.*$", "scenarios: [" + scenario + "]"))
                .replaceAll("(?s)# Ids as.*?(?=conditions:)", Matcher.quoteReplacement(models))
                .replaceAll("(?s)classify:.*?(?=analysis:)", "")
                .replaceAll("(?m)^samples:.*$", "samples: 1")
                .replaceAll("(?m)^paraphrases:.*$", "paraphrases: [base]")
                .replaceAll("(?m)^queries:.*\n", "")
            + "queries: {take: %d}\nchecks: none\n"
                .formatted(Math.min(queries, fewestQueries(name)));
    return Pipelines.run(
        Studies.open(folder, study),
        folder.resolve("out"),
        new RunSettings(Runner.DIRECT, 2, false));
  }

  private static int fewestQueries(String name) {
    return StudyFile.read(name).scenarios().stream()
        .mapToInt(scenario -> scenario.queries().size())
        .min()
        .orElseThrow();
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
