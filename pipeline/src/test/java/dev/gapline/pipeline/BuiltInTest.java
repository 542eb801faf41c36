package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.prompts.PromptRenderer;
import dev.gapline.transforms.prompts.ScenarioCheck;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes with Gapline: its scenarios and studies. */
final class BuiltInTest {

  private static final String CANARY = "gapline-canary";

  @Test
  void everyBuiltInScenarioIsSound() {
    for (String name : Scenarios.builtIn().names()) {
      assertEquals(List.of(), ScenarioCheck.of(Scenarios.builtIn().read(name)).problems());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"organism.yaml", "organism-too-long.yaml"})
  void theScenariosOfTheTinyModelAreSound(String file) throws URISyntaxException {
    Path path = Path.of(BuiltInTest.class.getResource("/organism/" + file).toURI());
    Scenario scenario = Scenarios.readFile(path);
    assertEquals(List.of(), ScenarioCheck.of(scenario).problems());
  }

  @Test
  void noPromptOfABuiltInScenarioHoldsItsCanary() {
    for (String name : Scenarios.builtIn().names()) {
      Scenario scenario = Scenarios.builtIn().read(name);
      assertTrue(Scenarios.builtIn().text(name).contains(scenario.canary()));
      PromptRenderer prompts = new PromptRenderer(scenario);
      long seen = 0;
      for (SortedMap<String, String> factors : grid(scenario)) {
        for (Paraphrase paraphrase : scenario.paraphrases()) {
          for (Scenario.Condition condition : scenario.conditions()) {
            for (Query query : scenario.queries()) {
              String prompt =
                  prompts.render(paraphrase.id(), condition.name(), factors, query).toString();
              assertFalse(prompt.contains(CANARY), prompt);
              seen++;
            }
          }
        }
      }
      assertTrue(seen >= scenario.queries().size());
    }
  }

  @Test
  void theQuickstartAsksThreeSubjectsAtLeast5000Trials() {
    Study study = StudyFile.open("quickstart").study();
    StudyPlan plan = StudyPlan.of(study);
    assertTrue(plan.trials() >= 5_000, plan.trials() + " trials");
    assertEquals(3, study.models().size());
    assertTrue(study.models().stream().allMatch(model -> model.provider().equals("sim")));
    assertEquals(2, study.temperatures().size());
    assertEquals(4, study.paraphrases().size());
  }

  /** The reference, and every other level of one factor at a time. */
  private static List<SortedMap<String, String>> grid(Scenario scenario) {
    List<SortedMap<String, String>> grid = new ArrayList<>(List.of(new TreeMap<>()));
    for (Scenario.ScenarioFactor axis : scenario.factors()) {
      for (Scenario.Level level : axis.levels()) {
        grid.add(new TreeMap<>(Map.of(axis.name(), level.name())));
      }
    }
    return grid;
  }
}
