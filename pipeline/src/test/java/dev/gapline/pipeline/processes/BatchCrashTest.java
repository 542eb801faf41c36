package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A batch that was handed in is never handed in again, whatever ends the process. */
class BatchCrashTest {

  private static final int TRIALS = 240;

  @TempDir private Path folder;
  private ServerProcess server;

  @BeforeEach
  void startServer() {
    server = ServerProcess.start();
  }

  @AfterEach
  void endServer() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    // Batches take a while: the process ends when it has heard their names.
    "anthropic/claude+batch-4000, direct",
    "openai/subject+batch-4000, flink",
    // The first is taken, and its name is not told.
    "anthropic/claude+hush-1, flink",
    "openai/subject+hush-1, direct"
  })
  void killedAfterItWasHandedInTheSameCommandWaitsForItsAnswers(String model, String runner)
      throws IOException {
    Path study = study("study.yaml", model, 5);
    Output output = new Output(folder.resolve("out"));
    try (GaplineProcess first = start(study, output, runner)) {
      Patience.until(
          "all is handed in",
          () -> !first.isAlive() || server.batched().path("requests").asLong() == TRIALS);
      assertTrue(first.isAlive(), first.stderr());
      first.kill();
    }
    assertEquals(0, output.ledger().size(), "The kill came too late to show anything.");

    assertEndsWithoutHandingInAgain(study, output, runner);
    assertIsTheSameAsWithoutACrash(study, output);
  }

  /** Anthropic's batches bear no mark: one of the same size may be another run's. */
  @Test
  void aBatchOfTheSameSizeThatAnotherRunHandedInIsNotTakenForIt() throws IOException {
    Path study = study("study.yaml", "anthropic/claude+hush-1", 5);
    Output output = new Output(folder.resolve("out"));
    try (GaplineProcess first = start(study, output, "direct")) {
      Patience.until(
          "all is handed in",
          () -> !first.isAlive() || server.batched().path("requests").asLong() == TRIALS);
      first.kill();
    }
    for (int seed = 6; seed < 10; seed++) {
      Path other = study("other.yaml", "anthropic/claude", seed);
      GaplineProcess.Ended ended =
          GaplineProcess.run("run", other, "--out", folder.resolve("other" + seed));
      assertEquals(0, ended.status(), ended.stderr());
    }
    long before = server.batched().path("requests").asLong();

    GaplineProcess.Ended again = run(study, output, "direct");

    assertEquals(0, again.status(), again.stderr());
    assertEquals(before, server.batched().path("requests").asLong(), "none was handed in again");
    assertEquals(TRIALS, output.trials().size());
    assertEquals(0, server.batched().path("answered_twice").asLong());
  }

  @Test
  void stoppedWhileABatchRunsItIsLeftWithTheProviderAndTakenByTheSameCommand() throws IOException {
    Path study = study("study.yaml", "anthropic/claude+batch-6000", 5);
    Output output = new Output(folder.resolve("out"));
    GaplineProcess.Ended stopped;
    try (GaplineProcess first = start(study, output, "direct")) {
      Patience.until(
          "all is handed in",
          () -> !first.isAlive() || server.batched().path("requests").asLong() == TRIALS);
      first.send("TERM");
      stopped = first.end();
    }

    assertEquals(3, stopped.status(), stopped.stderr());
    assertEquals(RunState.State.PARTIAL, output.state().state());
    assertEquals(0, output.state().stored());
    assertEndsWithoutHandingInAgain(study, output, "direct");
  }

  @Test
  void aKeyThatIsRefusedEndsTheRunWithOneSentence() throws IOException {
    Path study = study("study.yaml", "anthropic/401", 5);
    Output output = new Output(folder.resolve("out"));
    GaplineProcess.Ended ended = run(study, output, "direct");
    assertEquals(2, ended.status(), ended.stderr());
    assertTrue(
        ended.stderr().contains("At its first call anthropic/401 refuses the key: "),
        ended.stderr());
  }

  private void assertEndsWithoutHandingInAgain(Path study, Output output, String runner) {
    GaplineProcess.Ended again = run(study, output, runner);

    assertEquals(0, again.status(), again.stderr());
    JsonNode seen = server.batched();
    assertEquals(TRIALS, seen.path("requests").asLong(), "each was handed in once: " + seen);
    RunState state = output.state();
    assertEquals(RunState.State.COMPLETE, state.state());
    assertEquals(TRIALS, state.stored());
    assertEquals(0, state.failed());
    assertEquals(0, state.mayBePaidTwice());
    assertEquals(TRIALS, output.trials().size());
  }

  private void assertIsTheSameAsWithoutACrash(Path study, Output output) {
    Output straight = new Output(folder.resolve("straight"));
    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", straight.path());
    assertEquals(0, ended.status(), ended.stderr());
    assertArrayEquals(straight.bytes("rates"), output.bytes("rates"), "rates");
    assertArrayEquals(straight.bytes("gaps"), output.bytes("gaps"), "gaps");
  }

  private Path study(String name, String model, int seed) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        """
        study: batches
        seed: %d
        scenarios: [animal-welfare]
        checks: none
        models: [{id: %s, base_url: "%s", key_env: none, mode: batch}]
        queries: {draw: 40}
        samples: 3
        """
            .formatted(seed, model, server.baseUrl()));
  }

  private static GaplineProcess start(Path study, Output output, String runner) {
    return GaplineProcess.start("run", study, "--out", output.path(), "--runner", runner);
  }

  private static GaplineProcess.Ended run(Path study, Output output, String runner) {
    try (GaplineProcess process = start(study, output, runner)) {
      return process.end();
    }
  }
}
