package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.files.Assumptions;
import dev.gapline.pipeline.files.PilotStudy;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Temperature;
import dev.gapline.transforms.providers.PlantedSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pilot asks queries that the study will not, and finds what is planted in its subjects. */
final class PilotTest {

  private static final String STUDY =
      """
      study: planned
      seed: 17
      scenarios: [animal-welfare]
      models:
        - id: sim/subject
          price: {input_usd_per_mtok: 2, output_usd_per_mtok: 8}
          simulate:
            comply: {free: 0.6, paid: 0.3}
            query_sd: 1
            query_condition_sd: 1
            temperature_slope: 0.5
            missing: {free: 0.1, paid: 0}
      queries: {draw: 24}
      paraphrases: [p1, base]
      temperatures: [0.3, 1]
      factors: {rlhf_info: [none, full]}
      samples: 5
      windows: {queries: 4}
      """;

  @TempDir private Path folder;

  @Test
  void itsAssumptionsAreWhatIsPlanted() throws IOException {
    String study = Studies.write(folder.resolve("study.yaml"), STUDY).toString();
    Path out = folder.resolve("pilot");
    int queries = 40;
    int samples = 20;
    Command pilot =
        Command.run(
            "pilot",
            study,
            "--queries",
            Integer.toString(queries),
            "--samples",
            Integer.toString(samples),
            "--out",
            out.toString());
    assertEquals(0, pilot.status(), pilot.stderr());
    assertTrue(
        pilot.stderr().contains("3,200 rows in trials == 3,200 trials of the grid"),
        pilot.stderr());
    assertEquals(Files.readString(out.resolve("assumptions.yaml")), pilot.stdout());

    Assumptions assumptions = Assumptions.read(out.resolve("assumptions.yaml"));
    assertEquals("planned", assumptions.pilot().study());
    assertEquals(samples, assumptions.pilot().samples());
    List<String> asked = assumptions.pilot().queries().get("animal-welfare");
    assertEquals(queries, asked.size());
    Study planned = StudyFile.read(Path.of(study));
    PlantedSubject subject =
        new PlantedSubject(17, "sim/subject", planned.models().get(0).simulate());
    for (String temperature : List.of("0.3", "1")) {
      Assumptions.OfModel found =
          assumptions
              .of("sim/subject", "animal-welfare", Temperature.of(temperature))
              .orElseThrow();
      Truth truth = new Truth(subject, asked, Double.parseDouble(temperature));
      Assumptions.OfGap gap =
          found.gap(Measure.COMPLIANCE, planned.contrasts().get(0)).orElseThrow();
      double answers = 0.9 * samples;
      double error = Math.sqrt(truth.within() / answers / queries);
      assertEquals(truth.mean("free"), gap.rateTreatment(), 4 * error);
      assertEquals(truth.mean("paid"), gap.rateControl(), 4 * error);
      assertEquals(truth.icc(), gap.icc(), 0.06);
      assertEquals(truth.sdTier(), gap.sdTier(), 0.05);
      assertEquals(queries, gap.queries());
      assertEquals(800, found.conditions().get("free").trials());
      assertEquals(0.1, found.conditions().get("free").missing(), 4 * Math.sqrt(0.09 / 800));
      assertEquals(0, found.conditions().get("paid").missing());
      assertEquals(0, found.conditions().get("free").truncated());
      assertEquals(1, found.use().calls());
      assertEquals(
          (2 * found.use().promptTokens() + 8 * found.use().completionTokens()) / 1e6,
          found.use().usd(),
          1e-5 * found.use().usd());
    }
  }

  @Test
  void itsQueriesAreADrawThatTheStudyDoesNotMeet() {
    Set<String> study = asked(StudyFile.open(Studies.write(folder.resolve("a.yaml"), STUDY)));
    assertEquals(24, study.size());
    Set<String> small = pilotQueries("small", STUDY, 6);
    Set<String> large = pilotQueries("large", STUDY, 40);
    assertEquals(6, small.size());
    assertTrue(large.containsAll(small), "a larger pilot contains a smaller one");
    Set<String> both = new HashSet<>(large);
    assertFalse(both.removeAll(study), "24 of the study and 40 of the pilot are all 64");
    Set<String> other = pilotQueries("other", Studies.with(STUDY, "seed: 17", "seed: 18"), 6);
    assertFalse(other.equals(small), "another seed draws others");
  }

  @Test
  void itIsAStudyOfItsOwnThatCanBeContinuedAndRead() throws IOException {
    String study = Studies.write(folder.resolve("study.yaml"), STUDY).toString();
    Path out = folder.resolve("pilot");
    String[] command = {
      "pilot", study, "--queries", "2", "--samples", "2", "--out", out.toString()
    };
    Command first = Command.run(command);
    assertEquals(0, first.status(), first.stderr());
    Command again = Command.run(command);
    assertEquals(first.stdout(), again.stdout());
    assertTrue(again.stderr().contains("nothing to ask"), again.stderr());
    StudyFile pilot = StudyFile.open(out.resolve("study.yaml"));
    assertEquals("planned-pilot", pilot.study().name());
    assertEquals(List.of("base"), pilot.study().paraphrases());
    assertEquals(List.of("full"), pilot.study().factors().get(2).levels());
    assertEquals(2, pilot.study().scenarios().get(0).queries().size());
    assertEquals(2 * 2 * 2 * 2, StudyPlan.of(pilot.study()).trials());
    Command grown =
        Command.run("pilot", study, "--queries", "3", "--samples", "2", "--out", out.toString());
    assertEquals(0, grown.status(), grown.stderr());
    assertTrue(grown.stderr().contains("(16 reused, 0 failed)"), grown.stderr());
  }

  @Test
  void whatIsNoPilotIsRefused() {
    String study = Studies.write(folder.resolve("study.yaml"), STUDY).toString();
    String out = folder.resolve("pilot").toString();
    refused(
        Command.run("pilot", study, "--out", out, "--queries", "160"),
        "--queries: 160 is not valid. animal-welfare has 160, and a pilot's stay out of the study: 2"
            + " to 159 is valid.");
    refused(Command.run("pilot", study, "--out", out, "--queries", "1"), "--queries: 1");
    refused(
        Command.run("pilot", study, "--out", out, "--samples", "1"),
        "--samples: 1 is not valid. 2 to 1000000 is valid: one sample does not tell what repeats.");
    refused(Command.run("pilot", study, "--parallelism", "0"), "--parallelism: 0");
    String paid =
        STUDY
            .replace(
                "sim/subject",
                "openai/small\n    key_env: none\n    base_url: https://models.invalid/v1")
            .replaceAll("(?s)    simulate:.*?paid: 0}\n", "");
    refused(
        Command.run(
            "pilot", Studies.write(folder.resolve("paid.yaml"), paid).toString(), "--out", out),
        "Asking openai/small may cost money. Without a terminal, --yes or a budget in the study is"
            + " needed.");
    assertFalse(Files.exists(Path.of(out)));
  }

  @Test
  void aPilotThatIsStoppedAssumesNothing() {
    String text = Studies.with(STUDY, "samples: 5\n", "samples: 5\nbudget: {usd: 0.03}\n");
    Path out = folder.resolve("pilot");
    Command pilot =
        Command.run(
            "pilot",
            Studies.write(folder.resolve("study.yaml"), text).toString(),
            "--out",
            out.toString(),
            "--parallelism",
            "1");
    assertEquals(3, pilot.status(), pilot.stderr());
    assertEquals("", pilot.stdout());
    assertTrue(
        pilot.stderr().contains("No assumptions are written before the pilot is complete."),
        pilot.stderr());
    assertFalse(Files.exists(out.resolve("assumptions.yaml")));
  }

  private Set<String> pilotQueries(String name, String text, int queries) {
    StudyFile study = StudyFile.open(Studies.write(folder.resolve(name + ".yaml"), text));
    return asked(PilotStudy.of(study, queries, 2));
  }

  private static Set<String> asked(StudyFile file) {
    StudyPlan plan = StudyPlan.of(file.study());
    Set<String> queries = new HashSet<>();
    for (long index = 0; index < plan.trials(); index++) {
      queries.add(plan.trial(index).query());
    }
    return queries;
  }

  private static void refused(Command command, String sentence) {
    assertEquals(2, command.status(), command.toString());
    assertEquals("", command.stdout());
    assertTrue(command.stderr().contains(sentence), command.stderr());
  }

  /** What endless samples of those queries would find. */
  private record Truth(PlantedSubject subject, List<String> queries, double temperature) {

    double rate(String query, String condition) {
      return subject.complianceProbability(query, "base", condition, temperature);
    }

    double mean(String condition) {
      return mean(query -> rate(query, condition));
    }

    double within() {
      return mean(
          query ->
              rate(query, "free") * (1 - rate(query, "free"))
                  + rate(query, "paid") * (1 - rate(query, "paid")));
    }

    double icc() {
      double free = mean("free");
      double paid = mean("paid");
      return 1 - within() / (free * (1 - free) + paid * (1 - paid));
    }

    double sdTier() {
      double gap = mean("free") - mean("paid");
      List<Double> squares = new ArrayList<>();
      for (String query : queries) {
        double difference = rate(query, "free") - rate(query, "paid") - gap;
        squares.add(difference * difference);
      }
      return Math.sqrt(squares.stream().mapToDouble(square -> square).sum() / (queries.size() - 1));
    }

    private double mean(ToDoubleFunction<String> value) {
      return queries.stream().mapToDouble(value).average().orElseThrow();
    }
  }
}
