package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real model, whose probabilities were computed from its weights, is measured as it is. Of the
 * eight intervals of 95% at temperature 1, one misses the truth now and then: the seed is fixed,
 * and was not chosen.
 */
class OrganismTest {

  private static final Path RESOURCES = Path.of("src", "test", "resources", "organism");

  @TempDir private static Path folder;
  private static LlamaServer server;

  @BeforeAll
  static void startServer() throws IOException {
    server = LlamaServer.startOrSkip();
    for (String name : List.of("organism.yaml", "organism-plain.yaml", "organism-too-long.yaml")) {
      Files.copy(RESOURCES.resolve(name), folder.resolve(name));
    }
  }

  @AfterAll
  static void endServer() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void itsRatesAndGapsAreFound() throws IOException {
    Path study =
        Files.writeString(
            folder.resolve("study.yaml"),
            Files.readString(RESOURCES.resolve("study.yaml"))
                .replaceFirst("base_url: \\S+", "base_url: " + server.baseUrl())
                .replaceFirst("samples: \\d+", "samples: 2"));
    Output output = new Output(folder.resolve("out"));

    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", output.path());

    assertEquals(0, ended.status(), ended.stderr());
    RunState state = output.state();
    int trials = 12 * 9 * 3 * 2 * 2 * 2;
    assertEquals(trials, state.planned());
    assertEquals(trials, output.trials().size());
    assertEquals(0, state.failed());

    List<Executable> all = new ArrayList<>();
    for (String wording : List.of("A", "B")) {
      double free = Truth.complies(wording, "free");
      double paid = Truth.complies(wording, "paid");
      all.add(() -> assertCovers(free, rate(output, wording, 1, "free")));
      all.add(() -> assertCovers(free, rate(output, wording, 1, "sham")));
      all.add(() -> assertCovers(paid, rate(output, wording, 1, "paid")));
      all.add(() -> assertCovers(free - paid, gap(output, wording, 1, "free - paid")));
      all.add(() -> assertCovers(0, gap(output, wording, 1, "free - sham")));
      // Without sampling the gap is hidden under one wording and total under the other.
      double greedy = wording.equals("A") ? 0 : 1;
      all.add(() -> assertEquals(greedy, rate(output, wording, 0, "free").get("rate")));
      all.add(() -> assertEquals(greedy, rate(output, wording, 0, "sham").get("rate")));
      all.add(() -> assertEquals(0.0, rate(output, wording, 0, "paid").get("rate")));
      all.add(() -> assertEquals(greedy, gap(output, wording, 0, "free - paid").get("gap")));
      all.add(() -> assertEquals(0.0, gap(output, wording, 0, "free - sham").get("gap")));
    }
    assertAll(all);
  }

  /** A built-in study with a smaller scenario: from none, a total gap melts as it gets warmer. */
  @Test
  void theStudyOfLowTemperaturesRunsOnARealModel() throws IOException {
    String builtIn;
    try (InputStream in = OrganismTest.class.getResourceAsStream("/studies/low-temperature.yaml")) {
      builtIn = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String models =
        "models: [{id: openai/tiny, base_url: \"%s\", key_env: none, max_tokens: 120, parameters: {top_k: 0, min_p: 0, top_p: 1}}]\n"
            .formatted(server.baseUrl());
    Path study =
        Files.writeString(
            folder.resolve("low-temperature.yaml"),
            builtIn
                    .replaceAll("(?m)^(hazard|acknowledge): .*\\n", "")
                    .replace("scenarios: [helpful-only]", "scenarios: [organism.yaml]")
                    .replaceAll("(?s)# Ids as.*?(?=conditions:)", models)
                    .replaceAll("(?s)classify:.*?(?=analysis:)", "contrasts: [free - paid]\n")
                + "paraphrases: [B]\nchecks: none\n");
    Output output = new Output(folder.resolve("low"));

    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", output.path());

    assertEquals(0, ended.status(), ended.stderr());
    assertEquals(12 * 2 * 4 * 2, output.trials().size());
    assertEquals(0, output.state().failed());
    int seen = 0;
    for (GenericRecord row : output.rows("gaps")) {
      if ((Boolean) row.get("headline") && (Double) row.get("temperature") == 0) {
        assertEquals(1.0, row.get("gap"), row::toString);
        seen++;
      }
      if ((Boolean) row.get("headline") && (Double) row.get("temperature") == 1) {
        // One zone of nine: the truth over all of them is another test's.
        assertTrue((Double) row.get("ci_low") > 0, row::toString);
        assertTrue((Double) row.get("gap") < 1, row::toString);
        seen++;
      }
    }
    assertEquals(2, seen);
  }

  @Test
  void aQueryThatIsTooLongForItIsARowWithTheServersReason() throws IOException {
    Path study =
        Files.writeString(
            folder.resolve("too-long.yaml"),
            """
            study: too-long
            scenarios: [organism-too-long.yaml]
            checks: none
            models:
              - {id: openai/tiny, base_url: "%s", key_env: none, max_tokens: 120}
            conditions: [free, paid]
            contrasts: [free - paid]
            paraphrases: [A, B]
            samples: 2
            """
                .formatted(server.baseUrl()));
    Output output = new Output(folder.resolve("too-long"));

    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", output.path());

    assertEquals(0, ended.status(), ended.stderr());
    List<GenericRecord> trials = output.trials();
    assertEquals(8, trials.size());
    for (GenericRecord trial : trials) {
      assertEquals("bad_request", trial.get("failure_category"));
      assertEquals("api_error", trial.get("parse_status"));
      assertTrue(trial.get("failure_message").toString().startsWith("HTTP 400"), trial::toString);
      assertEquals(1, trial.get("attempts"));
    }
    assertEquals(8, output.state().failed());
  }

  @Test
  void asAJudgeItIsPoorAndThatIsSaid() throws IOException {
    Path study =
        Files.writeString(
            folder.resolve("judged.yaml"),
            """
            study: judged
            scenarios: [organism.yaml]
            checks: none
            models:
              - {id: openai/tiny, base_url: "%s", key_env: none, max_tokens: 120}
            conditions: [free, paid]
            contrasts: [free - paid]
            queries: {take: 2}
            paraphrases: [A]
            samples: 2
            failures: {max_share: 1}
            classify: {judge: {rubric: compliance, model: openai/tiny, votes: 2, tries: 2}}
            """
                .formatted(server.baseUrl()));
    Output output = new Output(folder.resolve("judged"));

    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", output.path());

    assertEquals(0, ended.status(), ended.stderr());
    assertEquals(8, output.trials().size());
    for (GenericRecord trial : output.trials()) {
      assertEquals("judge_parse_fail", trial.get("parse_status"), trial::toString);
      List<?> votes = (List<?>) trial.get("judge_votes");
      assertEquals(2, votes.size());
      for (Object vote : votes) {
        assertTrue(
            vote.toString().contains("\"status\":\"unreadable\"")
                || vote.toString().contains("\"status\":\"failed\""),
            vote::toString);
      }
    }
  }

  /**
   * One answer to each prompt gives the very rates, at the temperature it was sampled at and at
   * another.
   */
  @Test
  void itsProbabilitiesAreReadFromItsTokens() throws IOException {
    Path study =
        Files.writeString(
            folder.resolve("exact.yaml"),
            """
            study: exact
            scenarios: [organism-plain.yaml]
            checks: none
            models:
              - {id: openai/tiny, base_url: "%s", key_env: none, max_tokens: 120, logprobs: 20, parameters: {top_k: 0, min_p: 0, top_p: 1}}
            conditions: [free, paid]
            contrasts: [free - paid]
            paraphrases: [A, B]
            factors: {zone: ["1", "2", "3", "4", "5", "6", "7", "8", "9"]}
            temperatures: [1]
            """
                .formatted(server.baseUrl()));
    Output output = new Output(folder.resolve("exact"));

    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", output.path());

    assertEquals(0, ended.status(), ended.stderr());
    for (String wording : List.of("A", "B")) {
      for (String tier : List.of("free", "paid")) {
        double[] exact =
            output.trials().stream()
                .filter(row -> row.get("paraphrase").equals(wording))
                .filter(row -> row.get("condition").equals(tier))
                .mapToDouble(row -> (Double) row.get("p_complied"))
                .toArray();
        assertEquals(12 * 9, exact.length);
        assertEquals(
            Truth.compliesPlainly(wording, tier, "1"),
            Arrays.stream(exact).average().orElse(0),
            6e-4);
      }
    }
    // Both wordings together, zone by zone.
    for (String temperature : List.of("0.5", "1")) {
      double truth = 0;
      for (String wording : List.of("A", "B")) {
        truth +=
            (Truth.compliesPlainly(wording, "free", temperature)
                    - Truth.compliesPlainly(wording, "paid", temperature))
                / 2;
      }
      double[] gaps =
          output.rows("sensitivity").stream()
              .filter(row -> row.get("analysis").equals("exact-curve"))
              .filter(row -> row.get("term").equals(temperature))
              .filter(row -> row.get("quantity").equals("gap"))
              .mapToDouble(row -> (Double) row.get("value"))
              .toArray();
      assertEquals(9, gaps.length);
      assertEquals(truth, Arrays.stream(gaps).average().orElse(0), 1e-3, temperature);
    }
    List<GenericRecord> beside =
        output.rows("sensitivity").stream()
            .filter(row -> row.get("analysis").equals("exact"))
            .toList();
    assertEquals(2 * 3 * 9, beside.size(), "exact and sampled, two rates and a gap, nine zones");
    assertTrue(beside.stream().noneMatch(row -> row.get("flags").toString().contains("unseen")));

    GaplineProcess.Ended again =
        GaplineProcess.run("analyze", output.path(), "--out", folder.resolve("analyzed"));
    assertEquals(0, again.status(), again.stderr());
    assertEquals(
        output.rows("sensitivity"), new Output(folder.resolve("analyzed")).rows("sensitivity"));
  }

  private static GenericRecord rate(
      Output output, String wording, double temperature, String condition) {
    List<GenericRecord> completeCase =
        output.rows("rates").stream().filter(row -> row.get("conventions") == null).toList();
    return one(completeCase, wording, temperature, "condition", condition, "wilson-cluster");
  }

  private static GenericRecord gap(
      Output output, String wording, double temperature, String contrast) {
    List<GenericRecord> completeCase =
        output.rows("gaps").stream()
            .filter(row -> row.get("conventions").toString().contains("missing=complete-case"))
            .toList();
    return one(completeCase, wording, temperature, "contrast", contrast, "paired-cluster-macro");
  }

  private static GenericRecord one(
      List<GenericRecord> rows,
      String wording,
      double temperature,
      String column,
      String value,
      String method) {
    List<GenericRecord> found =
        rows.stream()
            .filter(row -> wording.equals(row.get("paraphrase")))
            .filter(row -> Objects.equals(temperature, row.get("temperature")))
            .filter(row -> value.equals(row.get(column)))
            .filter(row -> row.get("measure").equals("compliance"))
            .filter(row -> row.get("method").equals(method))
            .toList();
    assertEquals(1, found.size(), () -> wording + " " + value + " " + method);
    return found.get(0);
  }

  private static void assertCovers(double truth, GenericRecord row) {
    assertNotNull(row.get("ci_low"), row::toString);
    double low = (Double) row.get("ci_low");
    double high = (Double) row.get("ci_high");
    assertTrue(low <= truth && truth <= high, () -> truth + " is not in the interval of " + row);
  }

  /** The model's own probabilities. */
  private static final class Truth {

    private Truth() {}

    static double complies(String wording, String tier) throws IOException {
      String[] cells = cells(wording, tier, "1");
      return Double.parseDouble(cells[5]) + Double.parseDouble(cells[6]);
    }

    static double compliesPlainly(String wording, String tier, String temperature)
        throws IOException {
      return Double.parseDouble(cells(wording, tier, temperature)[6]);
    }

    private static String[] cells(String wording, String tier, String temperature)
        throws IOException {
      for (String line : Files.readAllLines(RESOURCES.resolve("organism-truth.csv"))) {
        String[] cells = line.split(",", -1);
        if (cells[0].equals(wording) && cells[1].equals(tier) && cells[2].equals(temperature)) {
          return cells;
        }
      }
      throw new IllegalStateException("No truth for " + wording + " " + tier);
    }
  }
}
