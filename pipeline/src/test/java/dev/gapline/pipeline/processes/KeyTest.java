package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A key goes to its server and nowhere else. */
class KeyTest {

  private static final String VARIABLE = "A_TEST_KEY";

  @TempDir private Path folder;
  private ServerProcess server;
  private Output output;

  @BeforeEach
  void startServer() {
    server = ServerProcess.start();
    output = new Output(folder.resolve("out"));
  }

  @AfterEach
  void endServer() {
    server.close();
  }

  /** One that looks like a key and one that does not. */
  @ParameterizedTest
  @CsvSource({"sk-dummy-0123456789abcdef, direct", "dummy.0123456789.abcdef, flink"})
  void isNotInAnythingThatIsWritten(String key, String runner) throws IOException {
    Path study =
        Studies.ofModels(
            folder, 2, model("subject", "60s") + model("echo-key", "2s") + model("401", "60s"));

    GaplineProcess.Ended ended =
        GaplineProcess.run(
            Map.of(VARIABLE, key), "run", study, "--out", output.path(), "--runner", runner);

    // One of its models refuses the key.
    assertEquals(2, ended.status(), ended.stderr());
    assertEquals(
        "Bearer " + key, server.last("subject").at("/headers/Authorization/0").asText(), "sent");
    List<GenericRecord> trials = output.trials();
    assertTrue(
        trials.stream()
            .filter(row -> row.get("model").equals("openai/echo-key"))
            .allMatch(row -> row.get("failure_message").toString().contains("You sent [key]")),
        "The server said it, and it was hidden: " + trials);

    assertFalse(ended.stdout().contains(key), ended.stdout());
    assertFalse(ended.stderr().contains(key), ended.stderr());
    // Tables and segments are compressed: their rows, and then every file as it is.
    for (String table : List.of("trials", "rates", "gaps")) {
      assertFalse(output.rows(table).toString().contains(key), table);
    }
    assertFalse(output.ledger().isEmpty(), "ledger");
    assertFalse(output.ledger().toString().contains(key), "ledger");
    assertFalse(isInAnyFile(output.path(), key));
  }

  /** What a cluster is given holds the variable's name; the value is read where it is used. */
  @Test
  void isNotInTheJobGraph() throws IOException {
    String key = "dummy.0123456789.abcdef";
    Path study = Studies.ofModels(folder, 2, model("subject", "60s"));
    Path graphs = folder.resolve("graphs");

    GaplineProcess.Ended ended;
    try (GaplineProcess process =
        GaplineProcess.of(
            Map.of(VARIABLE, key), GaplineProcess.command(JobGraphs.class, study, graphs))) {
      ended = process.end();
    }

    assertEquals(0, ended.status(), ended.stderr());
    for (String name : List.of("pipeline", "options", "graph")) {
      assertTrue(Files.size(graphs.resolve(name)) > 0, name);
    }
    assertTrue(isInAnyFile(graphs, VARIABLE), "The scan sees what is there.");
    assertFalse(isInAnyFile(graphs, key));
    assertFalse(ended.stdout().contains(key), ended.stdout());
    assertFalse(ended.stderr().contains(key), ended.stderr());
  }

  private static boolean isInAnyFile(Path folder, String text) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void thatIsMissingIsNamedBeforeTheFirstCall() throws IOException {
    Path study = Studies.ofModels(folder, 2, model("subject", "60s"));

    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", output.path());

    assertEquals(2, ended.status(), ended.stderr());
    assertEquals(
        "The environment variable A_TEST_KEY (for openai/subject) is not set.",
        ended.stderr().strip());
    assertEquals("", ended.stdout());
    assertFalse(Files.exists(output.path()), "Nothing is written.");
    assertEquals(0, server.stats().path("requests").asLong());
  }

  @Test
  void thatIsRefusedAtTheFirstCallEndsTheRunAndIsTriedAgainByTheSameCommand() throws IOException {
    Path study = Studies.tiered(folder, server, "401", 16, 800);

    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", output.path());

    long asked = server.stats().path("requests").asLong();
    assertStopped(ended);
    // One refusal is enough; what was in flight by then ends, too, and blocks that were begun.
    assertTrue(asked <= 2 * 16, "asked: " + asked);
    assertTrue(ended.stderr().contains("invalid_api_key"), ended.stderr());

    GaplineProcess.Ended again = GaplineProcess.run("run", study, "--out", output.path());

    assertStopped(again);
    assertEquals(0, output.state().reused(), "A mended key would have been tried.");
    assertTrue(server.stats().path("requests").asLong() > asked, "asked again");
  }

  private void assertStopped(GaplineProcess.Ended ended) {
    assertEquals(2, ended.status(), ended.stderr());
    RunState state = output.state();
    assertEquals(RunState.State.PARTIAL, state.state());
    assertTrue(
        state.stopped().startsWith("At its first call openai/401 refuses the key: "),
        state.stopped());
    List<GenericRecord> trials = output.trials();
    assertTrue(trials.size() < 800, "trials: " + trials.size());
    assertTrue(trials.stream().allMatch(row -> row.get("failure_category").equals("auth")));
    // Written, though perhaps without a row: the call that ended the run may stand in the first
    // block, and only whole blocks are counted.
    for (String table : List.of("rates", "gaps")) {
      assertFalse(state.files(RunFolder.at(output.path()), table).isEmpty(), table);
      assertEquals(output.rows("rates").isEmpty(), output.rows(table).isEmpty(), table);
    }
  }

  /** All its calls are in flight by then, and each has its row: it is not complete for that. */
  @Test
  void thatIsRefusedByEveryCallOfASmallStudyEndsTheRunAsWell() throws IOException {
    Path study = Studies.tiered(folder, server, "401", 100, 80);

    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", output.path());
    GaplineProcess.Ended again = GaplineProcess.run("run", study, "--out", output.path());

    assertEquals(2, ended.status(), ended.stderr());
    assertEquals(RunState.State.PARTIAL, output.state().state());
    assertEquals(2, again.status(), again.stderr());
    assertTrue(server.stats().path("repeated").asLong() > 0, "A mended key would have been tried.");
  }

  @ParameterizedTest
  @CsvSource({
    "401, refuses the key, auth",
    "429-no-quota, refuses the key, auth",
    "404, is not there to be asked, no_model"
  })
  void aModelThatTurnsItsFirstCallAwayEndsTheRunWithOneSentence(
      String behaviour, String why, String category) throws IOException {
    Path study = Studies.tiered(folder, server, behaviour, 4, 160);

    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", output.path());

    assertEquals(2, ended.status(), ended.stderr());
    assertTrue(
        ended.stderr().contains("At its first call openai/%s %s: ".formatted(behaviour, why)),
        ended.stderr());
    assertTrue(server.stats().path("requests").asLong() <= 2 * 4, "what was in flight");
    for (GenericRecord trial : output.trials()) {
      assertEquals(category, trial.get("failure_category"));
    }
  }

  private String model(String name, String timeout) {
    return "  - {id: openai/%s, base_url: \"%s\", key_env: %s, timeout: %s}\n"
        .formatted(name, server.baseUrl(), VARIABLE, timeout);
  }
}
