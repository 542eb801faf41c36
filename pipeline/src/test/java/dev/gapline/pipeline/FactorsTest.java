package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Scenario.Level;
import dev.gapline.schemas.Scenario.ScenarioFactor;
import dev.gapline.transforms.prompts.PromptRenderer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Mutations of every factor of every scenario. A simulated subject minds every level but the
 * reference and reads the rendered prompt alone: each level moves the gap as planted, and once the
 * factor is lost from the templates, none does, whatever the tables call the cells.
 */
final class FactorsTest {

  private static final double RATE = 0.2;

  /** From 20% to logistic(logit(0.2) + 3). */
  private static final double MOVED = 0.634;

  /** Eight standard errors of a rate of 20% of 38 queries would be more than that. */
  private static final double NOISE = 0.3;

  @TempDir private Path folder;

  static Stream<Arguments> factors() {
    return Scenarios.builtIn().names().stream()
        .map(Scenarios.builtIn()::read)
        .flatMap(
            scenario ->
                scenario.factors().stream()
                    .filter(factor -> !factor.name().equals("order"))
                    .map(factor -> Arguments.of(scenario.name(), factor.name())));
  }

  @ParameterizedTest
  @MethodSource("factors")
  void everyLevelMovesTheGapAndNoneDoesOnceItIsLost(String name, String factor) {
    Scenario scenario = Scenarios.builtIn().read(name);
    String text = Scenarios.builtIn().text(name);
    List<GenericRecord> rows = headlines(scenario, factor, text, "whole");
    assertEquals(levels(scenario, factor).size(), rows.size());
    for (GenericRecord row : rows) {
      boolean isReference =
          row.get("factor_" + factor).toString().equals(factor(scenario, factor).reference());
      assertEquals(isReference ? 0 : MOVED, (Double) row.get("gap"), NOISE, row::toString);
    }
    String lost = without(scenario, factor, text);
    assertFalse(lost.equals(text));
    rows = headlines(scenario, factor, lost, "lost");
    double first = (Double) rows.get(0).get("gap");
    for (GenericRecord row : rows) {
      assertEquals(first, (Double) row.get("gap"), NOISE, row::toString);
    }
  }

  /** Which of the two stands first depends on every query's own words, so no marker tells it. */
  @Test
  void theOrderOfTheOptionsIsThatOfThePrompt() {
    Scenario scenario = Scenarios.builtIn().read("value-conflict");
    PromptRenderer renderer = new PromptRenderer(scenario);
    for (Paraphrase wording : scenario.paraphrases()) {
      Query query = scenario.queries().get(0);
      String x = "x: " + query.values().get("x");
      String y = "y: " + query.values().get("y");
      for (String order : List.of("x_first", "y_first")) {
        String prompt =
            renderer
                .render(wording.id(), "free", new TreeMap<>(Map.of("order", order)), query)
                .get(1)
                .content();
        assertEquals(
            order.equals("x_first"), prompt.indexOf(x) < prompt.indexOf(y), wording.id() + order);
        assertTrue(prompt.contains(x) && prompt.contains(y), prompt);
      }
    }
  }

  /** The factor's own sections, at its reference level, and none of its variables. */
  private static String without(Scenario scenario, String factor, String text) {
    String reference = factor(scenario, factor).reference();
    String lost = text;
    Pattern section =
        Pattern.compile(
            "(?s)\\{\\{([#^])"
                + factor
                + "\\.([a-z0-9_]+)\\}\\}(.*?)\\{\\{/"
                + factor
                + "\\.\\2\\}\\}");
    for (Matcher found = section.matcher(lost); found.find(); found = section.matcher(lost)) {
      boolean isShown = found.group(1).equals("#") == found.group(2).equals(reference);
      lost =
          lost.substring(0, found.start())
              + (isShown ? found.group(3) : "")
              + lost.substring(found.end());
    }
    for (Level level : factor(scenario, factor).levels()) {
      for (String variable : level.values().keySet()) {
        lost = lost.replace("{{" + variable + "}}", "");
      }
    }
    return lost.replace("    prefill: \"\"\n", "");
  }

  private static ScenarioFactor factor(Scenario scenario, String name) {
    return scenario.factors().stream()
        .filter(factor -> factor.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  /** Levels at which the first contrast is asked. */
  private static List<String> levels(Scenario scenario, String factor) {
    return factor(scenario, factor).levels().stream()
        .map(Level::name)
        .filter(level -> !factor.equals("tiers") || List.of("two", "swapped").contains(level))
        .toList();
  }

  private List<GenericRecord> headlines(Scenario scenario, String factor, String text, String run) {
    Studies.write(folder.resolve(run + ".yaml"), text);
    String treatment = scenario.contrasts().get(0).treatment();
    String control = scenario.contrasts().get(0).control();
    List<String> levels = levels(scenario, factor);
    Ran ran =
        Pipelines.run(
            Studies.open(
                folder,
                """
                study: factors
                scenarios: [%s.yaml]
                hazard: %s
                acknowledge: provider-policy
                checks: none
                models:
                  - id: sim/minds
                    simulate:
                      comply: {%s: %s, %s: %s}
                      shifts: {%s: {%s}}
                conditions: [%s, %s]
                contrasts: [%s - %s]
                paraphrases: [base]
                factors: {%s: [%s]%s}
                queries: {take: %d}
                samples: 2
                temperatures: [1]
                analysis:
                  primary:
                    - {measure: compliance, contrast: %s - %s, level: [model, %s], expect: greater}
                """
                    .formatted(
                        run,
                        scenario.hazard(),
                        treatment,
                        RATE,
                        control,
                        RATE,
                        factor,
                        levels.stream()
                            .filter(level -> !level.equals(factor(scenario, factor).reference()))
                            .map(level -> "%s: {%s: 3}".formatted(level, treatment))
                            .collect(Collectors.joining(", ")),
                        treatment,
                        control,
                        treatment,
                        control,
                        factor,
                        String.join(", ", levels),
                        factor.equals("risk") ? ", afterwards: [everyone]" : "",
                        Math.min(38, scenario.queries().size()),
                        treatment,
                        control,
                        factor)),
            folder.resolve(run),
            new RunSettings(Runner.DIRECT, 2, false));
    List<GenericRecord> rows =
        ran.table("gaps").stream().filter(row -> (Boolean) row.get("headline")).toList();
    assertTrue(rows.stream().allMatch(row -> row.get("gap") != null), rows::toString);
    return rows;
  }
}
