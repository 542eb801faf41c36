package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.testing.ServerProcess;
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
import org.junit.jupiter.params.provider.ValueSource;

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
  @ValueSource(strings = {"sk-dummy-0123456789abcdef", "dummy.0123456789.abcdef"})
  void isNotInAnythingThatIsWritten(String key) throws IOException {
    Path study =
        Studies.ofModels(
            folder, 2, model("subject", "60s") + model("echo-key", "2s") + model("401", "60s"));

    GaplineProcess.Ended ended =
        GaplineProcess.run(Map.of(VARIABLE, key), "run", study, "--out", output.path());

    assertEquals(0, ended.status(), ended.stderr());
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
    assertFalse(trials.toString().contains(key), "trials");
    assertFalse(output.ledger().toString().contains(key), "ledger");
    try (Stream<Path> files = Files.walk(output.path())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains(key), file::toString);
      }
    }
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
  void thatIsRefusedStopsTheRunAndIsTriedAgainByTheSameCommand() throws IOException {
    Path study = Studies.tiered(folder, server, "401", 16, 800);

    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", output.path());

    long asked = server.stats().path("requests").asLong();
    assertStopped(ended);
    // Each of the four lanes may be on its way to one more call when the stop is raised.
    assertTrue(asked >= 100 && asked <= 100 + 16 + 4, "asked: " + asked);
    assertTrue(ended.stderr().contains("invalid_api_key"), ended.stderr());

    GaplineProcess.Ended again = GaplineProcess.run("run", study, "--out", output.path());

    assertStopped(again);
    assertEquals(0, output.state().reused(), "A mended key would have been tried.");
    assertTrue(server.stats().path("requests").asLong() >= asked + 100, "asked again");
  }

  private void assertStopped(GaplineProcess.Ended ended) {
    assertEquals(3, ended.status(), ended.stderr());
    RunState state = output.state();
    assertEquals(RunState.State.PARTIAL, state.state());
    assertTrue(state.stopped().contains("failures.max_share 0.05"), state.stopped());
    List<GenericRecord> trials = output.trials();
    assertTrue(!trials.isEmpty() && trials.size() < 800, "trials: " + trials.size());
    assertTrue(trials.stream().allMatch(row -> row.get("failure_category").equals("auth")));
    assertFalse(output.rows("rates").isEmpty(), "rates");
    assertFalse(output.rows("gaps").isEmpty(), "gaps");
  }

  private String model(String name, String timeout) {
    return "  - {id: openai/%s, base_url: \"%s\", key_env: %s, timeout: %s}\n"
        .formatted(name, server.baseUrl(), VARIABLE, timeout);
  }
}
