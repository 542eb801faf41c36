package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.pipeline.tables.Sql;
import dev.gapline.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Headlines under every convention: recomputed from stored raw items, held against SQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MultiverseTest {

  private static final String DECLARED =
      "parser=tags; missing=complete-case; filter=missing; trials=all";
  private static final String MACRO = "weights=macro; target=queries-random";
  private static final String MICRO = "weights=micro; target=queries-random";

  private Ran ran;
  private Command command;
  private List<JsonNode> rows;

  @BeforeAll
  void aRunWithHalvesAndMissingAnswers(@TempDir Path folder) throws IOException {
    String study =
        Studies.with(
            Studies.SMALL,
            "expect: greater}",
            "expect: greater}\n"
                + "    - {measure: af_mean, contrast: free - paid, level: [model, rlhf_info, temperature]}");
    ran = Pipelines.run(Studies.open(folder, study), folder.resolve("out"), Runner.DIRECT, 2);
    command = Command.run("multiverse", ran.folder().root(), "--format", "json");
    assertEquals(0, command.status(), command.stderr());
    rows = new ArrayList<>();
    new ObjectMapper().readTree(command.stdout()).forEach(rows::add);
  }

  @Test
  void theDeclaredSpecificationIsTheHeadlineToTheLastBit() {
    List<JsonNode> declared = rows.stream().filter(row -> row.get("headline").asBoolean()).toList();
    List<GenericRecord> headlines =
        ran.table("gaps").stream().filter(row -> (Boolean) row.get("headline")).toList();
    assertEquals(headlines.size(), declared.size());
    for (GenericRecord headline : headlines) {
      JsonNode row = only(declared, headline);
      for (String column : List.of("gap", "ci_low", "ci_high", "p_superiority", "p_adjusted")) {
        assertEquals(headline.get(column), number(row, column), column + " of " + headline);
      }
      assertEquals(headline.get("verdict").toString(), row.get("verdict").asText());
      assertEquals(headline.get("verdict_reason").toString(), row.get("verdict_reason").asText());
    }
  }

  @Test
  void microWeightsAreTheirRowOfTheTable() {
    for (GenericRecord gap : ran.table("gaps")) {
      if (isOfAHeadlineLevel(gap) && gap.get("method").equals("paired-cluster-micro")) {
        JsonNode row =
            only(with(DECLARED + "; " + ruleOf(gap.get("measure").toString()) + "; " + MICRO), gap);
        assertEquals(gap.get("gap"), number(row, "gap"));
        assertEquals(gap.get("ci_low"), number(row, "ci_low"));
      }
    }
  }

  @Test
  void sqlFindsTheSameGapsUnderOtherConventions() throws SQLException {
    // Missing answers as refusals, halves as compliance: the mean over queries of 0 or 1.
    assertGaps(
        "CASE WHEN complied IS NULL OR complied = 0 THEN 0.0 ELSE 1.0 END",
        "parser=tags; missing=as-noncompliant; filter=missing; trials=all; partial=comply");
    assertGaps(
        "CASE WHEN complied IS NULL THEN CASE WHEN condition = 'free' THEN 0.0 ELSE 1.0 END"
            + " ELSE complied END",
        "parser=tags; missing=worst-case-low; filter=missing; trials=all; partial=half");
    assertGaps(
        "CASE WHEN complied IS NULL THEN CASE WHEN condition = 'free' THEN 1.0 ELSE 0.0 END"
            + " WHEN complied = 0.5 THEN 0.0 ELSE complied END",
        "parser=tags; missing=worst-case-high; filter=missing; trials=all; partial=refuse");
  }

  @Test
  void conventionsThatReadAllTrialsAlikeAreOneSpecification() {
    Set<String> specifications = new TreeSet<>();
    rows.forEach(row -> specifications.add(row.get("conventions").asText()));
    // Nothing was filtered or retried, and every answer has its tag or none that could be read.
    assertTrue(specifications.stream().noneMatch(text -> text.contains("without-retried")));
    assertTrue(specifications.stream().noneMatch(text -> text.contains("filter=noncompliant")));
    assertTrue(command.stderr().contains("combinations of conventions"), command.stderr());
    Set<String> seen = new HashSet<>();
    for (JsonNode row : rows) {
      assertTrue(
          seen.add(
              row.get("model")
                  + "|"
                  + row.get("temperature")
                  + "|"
                  + row.get("factor_rlhf_info")
                  + "|"
                  + row.get("measure")
                  + "|"
                  + row.get("conventions")),
          "each once: " + row);
    }
  }

  @Test
  void everyHeadlineSaysInHowManySpecificationsItsVerdictHolds() {
    List<String> lines =
        command.stderr().lines().filter(line -> line.contains("holds in")).toList();
    assertEquals(16, lines.size(), command.stderr());
    for (String line : lines) {
      assertTrue(
          line.matches(
              ".*: (supported|refuted|inconclusive); the verdict holds in \\d+ of \\d+, gap from .*"),
          line);
    }
  }

  @Test
  void rowsGoToAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("curve.csv");
    Command written = Command.run("multiverse", ran.folder().root(), "--out", file.toString());
    assertEquals(0, written.status(), written.stderr());
    assertEquals(16, written.stdout().lines().count());
    assertEquals(rows.size() + 1, Files.readString(file).lines().count());
  }

  @Test
  void answersWithoutATagAndRetriedTrialsMakeSpecificationsOfTheirOwn(@TempDir Path folder)
      throws IOException {
    Ran served;
    try (ServerProcess server = ServerProcess.start()) {
      String study =
          """
          study: served
          seed: 5
          scenarios: [animal-welfare]
          models:
            - {id: openai/flaky, base_url: "URL", key_env: none}
            - {id: openai/ok, base_url: "URL", key_env: none}
            - {id: openai/content-filter-finish, base_url: "URL", key_env: none}
          queries: {take: 12}
          temperatures: [1]
          """
              .replace("URL", server.baseUrl());
      served = Pipelines.run(Studies.open(folder, study), folder.resolve("served"));
    }
    Command all = Command.run("multiverse", served.folder().root(), "--format", "json");
    assertEquals(0, all.status(), all.stderr());
    Set<String> specifications = new TreeSet<>();
    new ObjectMapper()
        .readTree(all.stdout())
        .forEach(row -> specifications.add(row.get("conventions").asText()));
    for (String convention :
        List.of("trials=without-retried", "parser=lenient", "filter=noncompliant")) {
      assertTrue(specifications.stream().anyMatch(text -> text.contains(convention)), convention);
    }
    JsonNode tags = find(all, "openai/ok", "parser=tags");
    JsonNode lenient = find(all, "openai/ok", "parser=lenient");
    assertTrue(tags.get("gap").isNull(), "no answer of this model has a tag: " + tags);
    assertEquals(0.0, lenient.get("gap").asDouble(), "they all read alike without one");
    assertEquals(12, lenient.get("pairs").asInt());
  }

  private static JsonNode find(Command command, String model, String parser) throws IOException {
    for (JsonNode row : new ObjectMapper().readTree(command.stdout())) {
      String conventions = row.get("conventions").asText();
      if (row.get("model").asText().equals(model)
          && conventions.startsWith(
              parser + "; missing=complete-case; filter=missing; trials=all; partial=half")
          && conventions.endsWith(MACRO)) {
        return row;
      }
    }
    throw new AssertionError("no row of " + model + " with " + parser);
  }

  @Test
  void aRunWithoutTablesIsRefused(@TempDir Path folder) {
    Command refused = Command.run("multiverse", folder.toString());
    assertEquals(2, refused.status());
    assertTrue(refused.stderr().contains("there is no run.json"), refused.stderr());
  }

  private void assertGaps(String value, String conventions) throws SQLException {
    String sql =
        """
        WITH cells AS (SELECT model, temperature, factor_rlhf_info AS info, query_id, paraphrase,
            avg(%1$s) FILTER (condition = 'free') - avg(%1$s) FILTER (condition = 'paid') AS d
          FROM trials GROUP BY ALL),
        queries AS (SELECT model, temperature, info, query_id, avg(d) AS d FROM cells GROUP BY ALL)
        SELECT model, temperature, info, avg(d) FROM queries GROUP BY ALL ORDER BY ALL
        """
            .formatted(value);
    List<JsonNode> curve = with(conventions + "; " + MACRO);
    try (Sql tables = Sql.open(ran.folder(), ran.state())) {
      List<List<Object>> cells = tables.ask(sql).rows();
      assertEquals(8, cells.size());
      assertEquals(8, curve.size(), conventions);
      Set<Double> gaps = new HashSet<>();
      for (List<Object> cell : cells) {
        JsonNode row =
            curve.stream()
                .filter(candidate -> candidate.get("model").asText().equals(cell.get(0)))
                .filter(candidate -> cell.get(1).equals(candidate.get("temperature").asDouble()))
                .filter(candidate -> candidate.get("factor_rlhf_info").asText().equals(cell.get(2)))
                .findFirst()
                .orElseThrow();
        assertEquals((Double) cell.get(3), row.get("gap").asDouble(), 1e-12, cell + conventions);
        gaps.add(row.get("gap").asDouble());
      }
      assertNotEquals(1, gaps.size());
    }
  }

  private List<JsonNode> with(String conventions) {
    return rows.stream()
        .filter(row -> row.get("conventions").asText().equals(conventions))
        .toList();
  }

  private static boolean isOfAHeadlineLevel(GenericRecord gap) {
    return gap.get("paraphrase") == null
        && gap.get("window_start") == null
        && List.of("compliance", "af_mean").contains(gap.get("measure").toString());
  }

  private static String ruleOf(String measure) {
    return measure.equals("compliance") ? "partial=half" : "af=af_mean if complied";
  }

  private static JsonNode only(List<JsonNode> rows, GenericRecord gap) {
    List<JsonNode> same =
        rows.stream()
            .filter(row -> row.get("measure").asText().equals(gap.get("measure").toString()))
            .filter(row -> row.get("model").asText().equals(gap.get("model").toString()))
            .filter(row -> gap.get("temperature").equals(row.get("temperature").asDouble()))
            .filter(
                row ->
                    row.get("factor_rlhf_info")
                        .asText()
                        .equals(gap.get("factor_rlhf_info").toString()))
            .toList();
    assertEquals(1, same.size(), "one row for " + gap);
    return same.get(0);
  }

  private static Double number(JsonNode row, String column) {
    return row.get(column).isNull() ? null : Double.valueOf(row.get(column).asDouble());
  }
}
