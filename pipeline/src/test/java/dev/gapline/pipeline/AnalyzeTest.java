package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of a stored run, made again from its trials without any call. */
final class AnalyzeTest {

  @TempDir private Path folder;
  private Path out;
  private Path again;

  @BeforeEach
  void folders() {
    out = folder.resolve("out");
    again = folder.resolve("again");
  }

  @Test
  void theTablesAreTheSameBytesOnEveryRunner() {
    Ran ran = Pipelines.run(Studies.open(folder, Studies.SMALL), out, Runner.DIRECT, 2);
    assertTrue(ran.state().files(ran.folder(), "trials").size() > 1, "several parts");
    for (String runner : List.of("direct", "flink")) {
      Path there = folder.resolve(runner);
      Command command =
          Command.run(
              "analyze",
              out.toString(),
              "--out",
              there.toString(),
              "--runner",
              runner,
              "--parallelism",
              "2");
      assertEquals(0, command.status(), command.stderr());
      assertEquals(digests(out), digests(there), runner);
      assertEquals(RunState.State.COMPLETE, Pipelines.state(there).state());
      assertEquals(ran.state().failed(), Pipelines.state(there).failed());
      assertTrue(command.stderr().contains("768 stored trials"), command.stderr());
      assertFalse(Files.exists(there.resolve("ledger")), "nothing was asked");
    }
  }

  @Test
  void retriedTrialsAndTheNamesOfWhoAnsweredCountAsInTheRun() {
    Ran ran;
    try (ServerProcess server = ServerProcess.start()) {
      String study =
          """
          study: served
          seed: 5
          scenarios: [animal-welfare]
          models:
            - {id: openai/flaky, base_url: "URL", key_env: none}
            - {id: openai/two-snapshots, base_url: "URL", key_env: none}
          queries: {take: 20}
          temperatures: [1]
          """
              .replace("URL", server.baseUrl());
      ran = Pipelines.run(Studies.open(folder, study), out, Runner.DIRECT, 1);
    }
    assertTrue(
        ran.table("gaps").stream()
            .anyMatch(row -> row.get("conventions").toString().contains("without-retried")));
    assertTrue(
        ran.table("gaps").stream()
            .anyMatch(row -> row.get("flags").toString().contains("response-models")));
    analyze();
    assertEquals(digests(out), digests(again));
  }

  @Test
  void theTrialsAreTheRunsOwnAndQueriesAnswerAlike() throws IOException {
    Pipelines.run(Studies.open(folder, Studies.TINY), out);
    analyze();
    String sql = "SELECT * FROM trials ORDER BY trial_id";
    assertEquals(
        Command.run("query", out.toString(), sql, "--format", "csv"),
        Command.run("query", again.toString(), sql, "--format", "csv"));
    RunState state = Pipelines.state(again);
    for (Path part : state.files(RunFolder.at(again), "trials")) {
      Path original = out.resolve("trials").resolve(part.getFileName());
      assertTrue(Files.isSameFile(original, part), part + " is a link to the run's part");
    }
    assertEquals(out.toAbsolutePath().toString(), state.analysisOf());
    assertEquals(
        Files.readString(out.resolve("study.yaml")), Files.readString(again.resolve("study.yaml")));
  }

  @Test
  void aStoppedRunStaysPartial() {
    String failing =
        Studies.with(
            Studies.with(
                Studies.SMALL, "fail: {free: 0.02, paid: 0.05}", "fail: {free: 0.3, paid: 0.2}"),
            "max_share: 0.5",
            "max_share: 0.1");
    Ran ran = Pipelines.run(Studies.open(folder, failing), out, Runner.DIRECT, 1);
    assertEquals(ExitStatus.STOPPED, ran.status());
    Command command = Command.run("analyze", out.toString(), "--out", again.toString());
    assertEquals(3, command.status(), command.stderr());
    RunState state = Pipelines.state(again);
    assertEquals(RunState.State.PARTIAL, state.state());
    assertEquals(ran.state().stored(), state.stored());
    assertEquals(ran.state().stopped(), state.stopped());
    assertEquals(ran.state().calls(), state.calls());
    assertEquals(digests(out), digests(again));
    assertTrue(command.stderr().contains("PARTIAL, as the run"), command.stderr());
  }

  @Test
  void anotherAnalysisIsExploratoryWhereItWasNotDeclared() {
    Pipelines.run(Studies.open(folder, Studies.TINY), out);
    Path analysis =
        Studies.write(
            folder.resolve("analysis.yaml"),
            """
            analysis:
              primary:
                - {measure: compliance, contrast: free - paid}
                - {measure: refusal, contrast: free - paid, expect: less}
            """);
    Command command =
        Command.run(
            "analyze",
            out.toString(),
            "--out",
            again.toString(),
            "--analysis",
            analysis.toString());
    assertEquals(0, command.status(), command.stderr());
    assertEquals(Map.of("compliance", "confirmatory", "refusal", "exploratory"), roles(again));
    assertTrue(command.stdout().contains("refusal"), command.stdout());
  }

  @Test
  void aDeclaredHypothesisThatIsJudgedOtherwiseIsExploratory() {
    Pipelines.run(Studies.open(folder, Studies.TINY), out);
    Path analysis =
        Studies.write(folder.resolve("analysis.yaml"), "analysis: {margins: {compliance: 0.05}}\n");
    Command command =
        Command.run(
            "analyze",
            out.toString(),
            "--out",
            again.toString(),
            "--analysis",
            analysis.toString());
    assertEquals(0, command.status(), command.stderr());
    assertEquals(Map.of("compliance", "exploratory"), roles(again));
    assertEquals(Map.of("compliance", "confirmatory"), roles(out));
  }

  @Test
  void anAnalysisIsRefusedInTheWordsOfAStudy() {
    Pipelines.run(Studies.open(folder, Studies.TINY), out);
    Path analysis = Studies.write(folder.resolve("analysis.yaml"), "analysis:\n  alpha: 2\n");
    Command command =
        Command.run(
            "analyze",
            out.toString(),
            "--out",
            again.toString(),
            "--analysis",
            analysis.toString());
    assertEquals(2, command.status());
    assertTrue(command.stderr().contains("analysis.yaml:2: analysis.alpha:"), command.stderr());
    assertFalse(Files.exists(again));
  }

  @Test
  void aFolderWithOtherFilesIsRefused() {
    Pipelines.run(Studies.open(folder, Studies.TINY), out);
    Studies.write(again.resolve("notes.txt"), "mine");
    assertRefused("holds files already", "analyze", out.toString(), "--out", again.toString());
    assertRefused("holds files already", "analyze", out.toString(), "--out", out.toString());
  }

  @Test
  void anAnalysisIsNoRun() {
    Path study = Studies.write(folder.resolve("tiny.yaml"), Studies.TINY);
    Pipelines.run(Studies.open(folder, Studies.TINY), out);
    analyze();
    String third = folder.resolve("third").toString();
    assertRefused("itself an analysis", "analyze", again.toString(), "--out", third);
    assertRefused("holds an analysis of", "run", study.toString(), "--out", again.toString());
  }

  @Test
  void aTrialThatStandsTwiceIsNoticed() throws IOException {
    Ran ran = Pipelines.run(Studies.open(folder, Studies.SMALL), out, Runner.DIRECT, 2);
    List<Path> parts = ran.state().files(ran.folder(), "trials");
    Files.copy(parts.get(0), parts.get(1), StandardCopyOption.REPLACE_EXISTING);
    assertRefused(
        "stands twice or is missing", "analyze", out.toString(), "--out", again.toString());
  }

  @Test
  void aTornPartIsNoticed() throws IOException {
    Ran ran = Pipelines.run(Studies.open(folder, Studies.TINY), out);
    Path part = ran.state().files(ran.folder(), "trials").get(0);
    byte[] bytes = Files.readAllBytes(part);
    Files.write(part, Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused("cannot be read", "analyze", out.toString(), "--out", again.toString());
  }

  private void analyze() {
    Command command = Command.run("analyze", out.toString(), "--out", again.toString());
    assertEquals(0, command.status(), command.stderr());
  }

  private static void assertRefused(String sentence, String... arguments) {
    Command command = Command.run(arguments);
    assertEquals(2, command.status(), command.stderr());
    assertTrue(command.stderr().contains(sentence), command.stderr());
  }

  private static Map<String, String> roles(Path run) {
    Map<String, String> roles = new TreeMap<>();
    for (GenericRecord row :
        Pipelines.rows(Pipelines.state(run).files(RunFolder.at(run), "gaps"))) {
      if ((Boolean) row.get("headline")) {
        roles.put(row.get("measure").toString(), row.get("role").toString());
      }
    }
    return roles;
  }

  /** Of every table but the trials: one file each. */
  private static Map<String, String> digests(Path run) {
    Map<String, String> digests = new TreeMap<>();
    for (String table : TableSchema.NAMES) {
      if (!table.equals("trials")) {
        Path file = Pipelines.state(run).files(RunFolder.at(run), table).get(0);
        digests.put(table, Pipelines.sha256(file));
      }
    }
    return digests;
  }
}
