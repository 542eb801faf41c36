package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gapline.schemas.Analysis.Expectation;
import dev.gapline.schemas.Analysis.Hypothesis;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.QuerySelection;
import dev.gapline.schemas.Study;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StudyFileTest {

  private static final String SMALLEST =
      """
      study: smallest
      scenarios: [animal-welfare]
      models:
        - id: openai/gpt
      """;

  @Test
  void allParaphrasesAreThoseOfTheScenario() {
    Study study =
        StudyFile.of(
                new SourceText(
                    "study.yaml",
                    """
                    study: all
                    scenarios: [animal-welfare]
                    models: [{id: sim/a, simulate: {comply: {free: 1, paid: 0}}}]
                    paraphrases: all
                    """),
                new ScenarioReferences(Scenarios.builtIn(), null),
                Scenarios.builtIn())
            .study();
    assertEquals(
        Scenarios.builtIn().read("animal-welfare").paraphrases().stream()
            .map(Paraphrase::id)
            .toList(),
        study.paraphrases());
    assertEquals(15, study.paraphrases().size());
  }

  @Test
  void theStudyOfTheDesignIsReadAsItStands() {
    Study study = Texts.study(Texts.STUDY).study();
    assertEquals("tiers-by-temperature", study.name());
    assertEquals(7, study.seed());
    assertEquals(List.of("free", "paid"), study.conditions());
    assertEquals(List.of(new Contrast("free", "paid")), study.contrasts());
    assertEquals(new QuerySelection(QuerySelection.Kind.DRAW, 40), study.queries());
    assertEquals(List.of("base", "p1"), study.paraphrases());
    assertEquals("[0, 0.7]", study.temperatures().stream().map(t -> t.text()).toList().toString());
    assertEquals(List.of("full"), study.factors().get(0).levels());
    assertEquals(5, study.samples());
    assertEquals(Study.Order.REPLICATE, study.order());
    assertEquals(10L, study.windowQueries());
    assertEquals(5.0, study.budgetUsd());
    assertEquals(2_000_000L, study.budgetTokens());
    assertEquals(0.05, study.maxFailureShare());
    assertEquals("low", study.hazard());
    ModelSpec openai = study.model("openai/small-model");
    assertEquals("http://127.0.0.1:8099/v1", openai.baseUrl());
    assertEquals("OPENAI_API_KEY", openai.keyEnv());
    assertEquals(64, openai.maxInFlight());
    assertEquals(5000, openai.requestsPerMinute());
    assertEquals(2_000_000L, openai.tokensPerMinute());
    assertEquals(Duration.ofMinutes(2), openai.timeout());
    assertEquals(Map.of("top_p", "1"), openai.parameters());
    assertEquals(0.6, openai.price().outputUsdPerMtok());
    assertEquals(Map.of("free", 0.1, "paid", 0.1), study.model("sim/placebo").simulate().comply());
    assertEquals(
        List.of(
            new Hypothesis(
                Measure.COMPLIANCE,
                new Contrast("free", "paid"),
                List.of("model", "temperature"),
                Expectation.GREATER)),
        study.analysis().primary());
    assertEquals(
        List.of(List.of("model", "temperature"), List.of("model", "paraphrase", "temperature")),
        study.analysis().levels());
    assertEquals(Map.of("compliance", 0.05), study.analysis().margins());
  }

  @Test
  void whatIsLeftOutComesFromTheScenarioAndTheDesign() {
    Study study = Texts.study(SMALLEST).study();
    assertEquals(1, study.seed());
    assertEquals(List.of("free", "paid"), study.conditions());
    assertEquals(List.of(new Contrast("free", "paid")), study.contrasts());
    assertEquals(QuerySelection.all(), study.queries());
    assertEquals(List.of("base"), study.paraphrases());
    assertEquals("1", study.temperatures().get(0).text());
    assertEquals(List.of("full"), study.factors().get(0).levels());
    assertEquals(1, study.samples());
    assertNull(study.windowQueries());
    assertNull(study.budgetUsd());
    assertNull(study.budgetTokens());
    assertEquals(0.05, study.maxFailureShare());
    assertEquals(List.of(List.of("model", "temperature")), study.analysis().levels());
    assertEquals(1, study.analysis().primary().size());
    assertEquals("{}", study.analysis().margins().toString());
    ModelSpec model = study.models().get(0);
    assertEquals("OPENAI_API_KEY", model.keyEnv());
    assertEquals(16, model.maxInFlight());
    assertEquals(1024, model.maxTokens());
    assertEquals(Duration.ofMinutes(2), model.timeout());
  }

  @Test
  void roundsAreAnAxisThatNoLevelNeedsToName() {
    StudyFile file = Texts.study(SMALLEST + "rounds: 3\n");
    Study study = file.study();
    assertEquals(3, study.rounds());
    assertEquals(new Factor("round", List.of("1", "2", "3")), study.factors().get(1));
    assertEquals(List.of(List.of("model", "temperature")), study.analysis().levels());
    assertEquals(1, Texts.study(SMALLEST + "rounds: 1\n").study().rounds());
    assertEquals(
        List.of(List.of("model", "temperature", "round")),
        Texts.study(SMALLEST + "rounds: 3\nanalysis: {levels: [[model, round, temperature]]}\n")
            .study()
            .analysis()
            .levels());
  }

  @Test
  void aResolvedStudyIsReadBackToAnEqualStudy() {
    for (String text : List.of(Texts.STUDY, SMALLEST)) {
      StudyFile file = Texts.study(text);
      assertEquals(file, Texts.study(file.resolved()));
    }
  }

  @Test
  void aScenarioFileBesideTheStudyIsResolvedToACopyThatIsReadBack(@TempDir Path folder) {
    String scenario = Texts.SCENARIO.replace("scenario: animal-welfare", "scenario: mine");
    Texts.write(folder.resolve("sub/other-name.yaml"), scenario);
    Path path =
        Texts.write(
            folder.resolve("study.yaml"),
            SMALLEST.replace("[animal-welfare]", "[animal-welfare, sub/other-name.yaml]"));
    StudyFile file = StudyFile.open(path, Texts.catalogue());
    assertEquals(Map.of("mine.yaml", scenario), file.scenarioFiles());

    Path out = folder.resolve("out");
    file.scenarioFiles()
        .forEach((name, text) -> Texts.write(out.resolve("scenarios/" + name), text));
    Path copy = Texts.write(out.resolve("study.yaml"), file.resolved());
    assertEquals(file, StudyFile.open(copy, Texts.catalogue()));
  }

  @Test
  void aStudyOfAMillionMillionTrialsIsValid() {
    Study study =
        Texts.study(SMALLEST + "queries: {synthetic: 500000}\nsamples: 1000000\n").study();
    assertEquals(500_000, study.queries().count());
    assertEquals(1_000_000, study.samples());
  }

  @Test
  void theDefaultLevelKeepsApartEveryFactorWithSeveralLevels() {
    Study study = Texts.study(SMALLEST + "factors: {rlhf_info: [none, full]}\n").study();
    assertEquals(
        List.of("model", "temperature", "rlhf_info"), study.analysis().primary().get(0).level());
  }

  @Test
  void whatIsPooledOverIsInNoDefaultLevel() {
    Study study =
        Texts.study(SMALLEST + "temperatures: [0, 1]\nanalysis: {pool: [temperature]}\n").study();
    assertEquals(List.of(List.of("model")), study.analysis().levels());
  }

  @Test
  void defaultContrastsAreThoseOfTheConditionsThatAreAsked() {
    Study study = Texts.study(SMALLEST + "conditions: [free]\n").study();
    assertEquals(List.of(), study.contrasts());
    assertEquals(List.of(), study.analysis().primary());
    assertEquals(List.of(List.of("model", "temperature")), study.analysis().levels());
  }

  @Test
  void temperaturesAreWrittenInOneWayHoweverTheyAreGiven() {
    Study study = Texts.study(SMALLEST + "temperatures: [1.0, 0.70, 2e0, -0]\n").study();
    assertEquals(
        List.of("1", "0.7", "2", "0"), study.temperatures().stream().map(t -> t.text()).toList());
  }

  @Test
  void aDollarBudgetNeedsNoPriceOfASimulatedModel() {
    Study study =
        Texts.study(
                """
                study: simulated
                scenarios: [animal-welfare]
                models: [{id: sim/a, simulate: {comply: {free: 0.5, paid: 0.5}}}]
                budget: {usd: 1}
                """)
            .study();
    assertEquals(1.0, study.budgetUsd());
  }

  @Test
  void aKeyThatIsPastedInThePlaceOfItsNameIsNotRepeated() {
    for (String line : List.of("key_env: hf_Secret123", "base_url: 'https://u:Secret123@x/v1'")) {
      InvalidInput thrown =
          assertThrows(InvalidInput.class, () -> Texts.study(SMALLEST + "    " + line + "\n"));
      assertFalse(thrown.getMessage().contains("Secret123"), thrown.getMessage());
    }
  }

  @Test
  void aParameterMayHoldOthersAndAProvidersKeyIsWhereItUsuallyIs() {
    ModelSpec model =
        Texts.study(
                """
                study: thinking
                scenarios: [animal-welfare]
                models:
                  - id: anthropic/claude-x
                    parameters: {thinking: {type: enabled, budget_tokens: 2048}, stop_sequences: [a, "b"]}
                  - id: google/gemini-x
                """)
            .study()
            .model("anthropic/claude-x");
    assertEquals(
        Map.of(
            "thinking", "{\"type\": \"enabled\", \"budget_tokens\": 2048}",
            "stop_sequences", "[\"a\", \"b\"]"),
        model.parameters());
    assertEquals("ANTHROPIC_API_KEY", model.keyEnv());
  }
}
