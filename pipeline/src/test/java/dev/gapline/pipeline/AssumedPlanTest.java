package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.files.PilotStudy;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.schemas.Query;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A study is planned with assumptions: its power, its cost, and the cheapest design that suffices.
 */
final class AssumedPlanTest {

  private static final String STUDY =
      """
      study: assumed
      seed: 3
      scenarios: [{from: animal-welfare, queries: few.txt}]
      models:
        - id: sim/subject
          price: {input_usd_per_mtok: 2, output_usd_per_mtok: 8}
          simulate: {comply: {free: 0.14, paid: 0.03}}
      queries: {draw: 50}
      samples: 10
      """;

  /** The worked example of the specification: 55, 16 and 12 queries for 80% at 1, 5 and 10. */
  private static final String ASSUMPTIONS =
      """
      models:
        - model: sim/subject
          use: {prompt_tokens: 500, completion_tokens: 200}
          gaps:
            - {contrast: free - paid, p_treatment: 0.14, p_control: 0.03, icc: 0.5, sd_tier: 0.08}
      """;

  @TempDir private Path folder;

  /** 64 queries are at hand, few enough that some designs need more. */
  @BeforeEach
  void someQueries() {
    Studies.write(
        folder.resolve("few.txt"),
        IntStream.rangeClosed(1, 64)
            .mapToObj("Question %d?"::formatted)
            .collect(Collectors.joining("\n")));
  }

  @Test
  void aPlanIsOfTheWorkedExample() {
    String plan = plan(STUDY, ASSUMPTIONS);
    assertLine(
        plan,
        "alpha: 0.05 two-sided over 1 headline row = 0.05 a row (Bonferroni; holm finds no less)");
    assertLine(
        plan,
        "compliance, free - paid: greater animal-welfare sim/subject 1 14.0% / 3.0% +11.0 0.50"
            + " 0.080 100.0% 4.8 12");
    assertLine(plan, "50 10 1 100.0% 4.8 1,000 2.60 <- as planned");
    assertLine(plan, "55 1 1 80.3% 11.0 110 0.29 <- cheapest with 80%");
    assertLine(plan, "16 5 1 80.4% 11.0 160 0.42");
    assertLine(plan, "353 2 1 100.0% 3.1 1,412 3.67 more than the 64 at hand");
    assertLine(
        plan,
        "cheapest with 80% power in every row: 55 queries x 1 samples x 1 paraphrases: 110 calls,"
            + " $0.29");
    assertFalse(plan.contains("sign-flip"), plan);
    assertFalse(plan.contains("warning"), plan);
  }

  @Test
  void theQueriesOfAPilotAreNotPlannedWith() {
    StudyFile file = StudyFile.open(Studies.write(folder.resolve("s.yaml"), STUDY));
    String pilot = pilot(file);
    String drawn = plan(STUDY, pilot + ASSUMPTIONS);
    assertLine(drawn, "None of the pilot's 12 queries is in this study.");
    assertLine(drawn, "55 1 1 80.3% 11.0 110 0.29 more than the 52 at hand");
    assertTrue(
        drawn.contains("cheapest with 80% power in every row: 31 queries x 2 samples"), drawn);
    String all = plan(Studies.with(STUDY, "queries: {draw: 50}\n", ""), pilot + ASSUMPTIONS);
    assertLine(
        all,
        "warning: 12 of the pilot's 12 queries are in this study. They should stay out of it: what"
            + " was planned by them is not tested on them. `queries: {draw: 52}`, or fewer, leaves"
            + " them out.");
    assertLine(all, "leave out of animal-welfare: " + ids(file, ", "));
    String reseeded = plan(Studies.with(STUDY, "seed: 3", "seed: 4"), pilot + ASSUMPTIONS);
    assertTrue(reseeded.contains("of the pilot's 12 queries are in this study."), reseeded);
    assertFalse(reseeded.contains("leaves them out"), reseeded);
  }

  @Test
  void everyRowOfTheFamilySharesTheError() {
    String study =
        Studies.with(
                STUDY, "queries: {draw: 50}\n", "queries: {take: 8}\nparaphrases: [base, p1]\n")
            + """
            temperatures: [0, 1]
            analysis:
              primary:
                - {measure: compliance, contrast: free - paid, level: [model, paraphrase, temperature]}
                - {measure: refusal, contrast: free - paid, level: [model, temperature], expect: less}
            """;
    String assumptions =
        ASSUMPTIONS
            + """
                  - {measure: refusal, contrast: free - paid, p_treatment: 0.86, p_control: 0.5, icc: 0.5, sd_tier: 0.08}
            """;
    String plan = plan(study, assumptions);
    assertLine(
        plan,
        "alpha: 0.05 two-sided over 6 headline rows = 0.008333 a row (Bonferroni; holm finds no"
            + " less)");
    assertLine(
        plan,
        "warning: sim/subject in animal-welfare at T 0: the expected gap is not less. The power is"
            + " that of finding it.");
    assertLine(
        plan,
        "below 10 queries the sign-flip test governs: power and detectable gap are too good there.");
    assertTrue(plan.contains("<- as planned, sign-flip"), plan);
    String uncorrected = plan(study + "  family: {primary: none}\n", assumptions);
    assertLine(uncorrected, "alpha: 0.05 two-sided, uncorrected as the study says");
  }

  @Test
  void whatCannotBeFoundIsSaid() {
    String study =
        STUDY.replace(
            "queries: {draw",
            """
              - id: sim/placebo
                simulate: {comply: {free: 0.1, paid: 0.1}}
            queries: {draw""");
    String assumptions =
        ASSUMPTIONS
            + """
              - model: sim/placebo
                gaps:
                  - {contrast: free - paid, p_treatment: 0.1, p_control: 0.1, icc: 0.5, sd_tier: 0.02}
            """;
    String plan = plan(study, assumptions);
    assertLine(
        plan,
        "No design of the 64 queries at hand has 80% power in every row."
            + " Cheapest with more: none; some expected gap is 0, or beyond its margin");
    assertLine(plan, "out of reach: sim/placebo in animal-welfare at T 1, gap +0.0 points");
    assertTrue(plan.contains("cheapest with 80% power in all other rows: "), plan);
    String unknown = plan(study, assumptions.replace("sd_tier: 0.02", "sd_tier: null"));
    assertLine(
        unknown,
        "warning: sim/placebo in animal-welfare at T 1 cannot be planned: a number of its"
            + " assumptions is null.");
    assertTrue(unknown.contains("cheapest with 80% power in every row: "), unknown);
    String equivalent =
        plan(
            study
                + """
                analysis:
                  primary: [{measure: compliance, contrast: free - paid, expect: equivalent}]
                  margins: {compliance: 0.2}
                """,
            assumptions);
    assertTrue(equivalent.contains("cheapest with 80% power in every row: "), equivalent);
  }

  @Test
  void assumptionsOfAnotherStudyAreRefused() {
    Path file = Studies.write(folder.resolve("a.yaml"), ASSUMPTIONS.replace("subject", "other"));
    String study = Studies.write(folder.resolve("s.yaml"), STUDY).toString();
    Command plan = Command.run("plan", study, "--assume", file.toString());
    assertEquals(2, plan.status());
    assertEquals("", plan.stdout());
    assertEquals(
        file
            + ": models: nothing is assumed of compliance, free - paid of sim/subject in"
            + " animal-welfare at temperature 1. An entry of every model, scenario and temperature"
            + " of the study is valid.\n",
        plan.stderr());
    Command none = Command.run("plan", study, "--assume", folder + "/none.yaml");
    assertEquals(2, none.status());
    assertEquals(folder + "/none.yaml: there is no such file.\n", none.stderr());
  }

  private String plan(String study, String assumptions) {
    Command plan =
        Command.run(
            "plan",
            Studies.write(folder.resolve("study.yaml"), study).toString(),
            "--out",
            folder.resolve("out").toString(),
            "--assume",
            Studies.write(folder.resolve("assumptions.yaml"), assumptions).toString());
    assertEquals(0, plan.status(), plan.stderr());
    return plan.stdout();
  }

  private static String pilot(StudyFile file) {
    return """
    pilot:
      study: assumed
      seed: 3
      samples: 4
      queries: {animal-welfare: [%s]}
    """
        .formatted(ids(file, ", "));
  }

  private static String ids(StudyFile file, String between) {
    return PilotStudy.of(file, 12, 4).study().scenarios().get(0).queries().stream()
        .map(Query::id)
        .sorted()
        .collect(Collectors.joining(between));
  }

  /** Exactly that line is there, however its columns are padded. */
  private static void assertLine(String text, String line) {
    List<String> lines = text.lines().map(one -> one.replaceAll(" +", " ").strip()).toList();
    assertTrue(lines.contains(line), () -> line + "\nis no line of\n" + text);
  }
}
