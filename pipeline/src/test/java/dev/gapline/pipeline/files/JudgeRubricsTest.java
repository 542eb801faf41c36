package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.JudgeRubric;
import dev.gapline.schemas.JudgeRubric.Sees;
import dev.gapline.schemas.JudgeRubric.Sets;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rubrics of judges, and the {@code classify} block that names them. */
final class JudgeRubricsTest {

  private static final String STUDY =
      """
      study: judged
      scenarios: [animal-welfare]
      models: [{id: openai/subject}]
      classify:
      """;

  /** Words that YAML could take for something else. */
  private static final String OWN =
      """
      rubric: own
      version: 2
      convention: "mine: none # of others"
      sets: compliance
      sees: output
      task: |
        You judge "it": yes, {no}.
        A second line.
      choices:
        - {id: "no", value: 0, means: "it's not, [really]"}
        - {id: "yes", value: 1, means: "it is: yes"}
      """;

  @TempDir private Path folder;

  private StudyFile open(String classify) throws IOException {
    Path file = Files.writeString(folder.resolve("study.yaml"), STUDY + classify.indent(2));
    return StudyFile.open(file);
  }

  @Test
  void everyBuiltInRubricNamesItsConventionAndShowsTheJudgeOnePart() {
    for (String name : JudgeRubrics.names()) {
      JudgeRubric rubric = JudgeRubrics.builtIn(name);
      assertEquals(name, rubric.name());
      assertTrue(rubric.convention().matches("(?s).*\\(.*20[0-9]{2}.*"), rubric.convention());
      boolean isOfAnswer = rubric.sets() == Sets.COMPLIANCE;
      if (isOfAnswer) {
        assertEquals(Sees.OUTPUT, rubric.sees(), "compliance is judged without the reasoning");
        assertTrue(rubric.showsQuery(), name);
      } else if (rubric.sets().further() == null && rubric.sets() != Sets.PARTIAL_TYPE) {
        assertEquals(Sees.REASONING, rubric.sees(), name);
        assertFalse(rubric.showsQuery(), name);
      }
      assertEquals(name.equals("training-signal"), rubric.showsObjective(), name);
    }
  }

  @Test
  void aStudyWithARubricOfItsOwnReadsBackFromItsResolvedForm() throws IOException {
    Files.writeString(folder.resolve("own.yaml"), OWN);
    StudyFile file =
        open(
            """
            judge:
              - {rubric: own.yaml, model: {id: anthropic/judge, max_in_flight: 3, max_tokens: 99}, votes: 4}
              - {rubric: faking-votes, model: anthropic/judge, votes: 20, threshold: 0.4, temperature: 0.7}
              - {rubric: considers, model: openai/subject}
              - {rubric: faking, model: sim/judge, sensitivity: 0.9}
            """);
    Study study = file.study();
    assertEquals(4, study.judges().size());
    JudgeSpec own = study.judges().get(0);
    assertEquals("own@2 anthropic/judge", own.label());
    assertEquals("it's not, [really]", own.rubric().choices().get(0).means());
    assertEquals(Temperature.of("1"), own.temperature(), "several votes are sampled");
    assertEquals(own.model(), study.judges().get(1).model());
    assertEquals(8, study.judges().get(1).votesNeeded());
    assertEquals(Temperature.of("0"), study.judges().get(2).temperature());
    assertEquals(
        List.of("openai/subject", "anthropic/judge", "sim/judge"),
        study.allModels().stream().map(model -> model.id()).toList());
    Path resolved = Files.createDirectories(folder.resolve("elsewhere")).resolve("study.yaml");
    Files.writeString(resolved, file.resolved());
    StudyFile again = StudyFile.open(resolved);
    assertEquals(study, again.study());
    assertEquals(file.resolved(), again.resolved());
  }

  @Test
  void aJudgeWithoutARubricJudgesComplianceAndFaking() throws IOException {
    assertEquals(
        List.of("compliance", "faking", "faking-full"),
        open("judge: {model: openai/judge}\n").study().judges().stream()
            .map(judge -> judge.rubric().name())
            .toList());
    assertFalse(open("judge: {model: openai/judge}\n").resolved().contains("judge: rules"));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "judge: {rubric: fakking, model: openai/j}|\"fakking\" is not a rubric. Did you mean \"faking\"?",
        "judge: {rubric: ../own.yaml, model: openai/j}|leaves the folder of the study file.",
        "judge: {rubric: faking}|judge.model: nothing is given.",
        "judge: {rubric: faking, model: nobody/j}|names the provider \"nobody\", which is not known.",
        "judge: {model: openai/j, threshold: 0}|0 is not a share.",
        "judge: {model: openai/j, temperature: 3}|is not a temperature.",
        "judge: [{rubric: faking, model: openai/j}, {rubric: faking, model: openai/j}]|gives the judge faking@1 openai/j twice.",
        "judge: [{rubric: faking, model: {id: openai/j, max_tokens: 9}}, {rubric: considers, model: {id: openai/j, max_tokens: 8}}]|is described twice, and not alike."
      })
  void aMistakeIsNamedWithItsMend(String classify, String sentence) {
    InvalidInput refused = assertThrows(InvalidInput.class, () -> open(classify + "\n"));
    assertTrue(refused.getMessage().contains(sentence), refused.getMessage());
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "sees: output|sees: all|is not a part of an answer",
        "value: 1,|value: 2,|is not a value",
        "sets: compliance|sets: af_full|",
        "version: 2|version: 0|is not a version",
        "sets: compliance|sets: kindness|is not a measure that a judge sets"
      })
  void soIsARubricThatCannotBe(String right, String wrong, String sentence) throws IOException {
    Path file = Files.writeString(folder.resolve("own.yaml"), OWN.replace(right, wrong));
    if (sentence == null) {
      assertEquals(Sets.AF_FULL, JudgeRubrics.readFile(file).sets());
      return;
    }
    InvalidInput refused = assertThrows(InvalidInput.class, () -> JudgeRubrics.readFile(file));
    assertTrue(refused.getMessage().contains(sentence), refused.getMessage());
  }
}
