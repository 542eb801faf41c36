package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

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

/** Ctrl-C: what was asked is kept, what is not asked yet is left, and the tables say so. */
class InterruptTest {

  private static final int TRIALS = 800;

  @TempDir private Path folder;
  private ServerProcess server;
  private Path study;
  private Output output;

  @BeforeEach
  void startServer() throws IOException {
    server = ServerProcess.start();
    study = Studies.tiered(folder, server, "subject+slow-50", 16, TRIALS);
    output = new Output(folder.resolve("out"));
  }

  @AfterEach
  void endServer() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"direct, INT", "flink, INT", "direct, TERM"})
  void inTheMiddleItLeavesTheTablesOfAPrefixAndTheSameCommandGoesOn(String runner, String signal)
      throws IOException {
    assumeSignalsAreHeard();
    GaplineProcess.Ended first;
    try (GaplineProcess process = start(runner)) {
      Patience.until("half of the trials are answered", () -> answered() >= TRIALS / 2);
      process.send(signal);
      first = process.end();
    }

    assertEquals(3, first.status(), first.stderr());
    long stored = assertIsPartial(first);
    assertTrue(stored > 0, first.stderr());
    long answeredBefore = answered();
    assertTrue(answeredBefore < TRIALS, "The signal came too late: " + answeredBefore);

    assertTheSameCommandEnds(runner, answeredBefore);
  }

  @Test
  void beforeTheFirstCallItLeavesEmptyTablesOrNone() throws IOException {
    assumeSignalsAreHeard();
    GaplineProcess.Ended first;
    try (GaplineProcess process = start("direct")) {
      Path state = output.path().resolve("run.json");
      Patience.until("the run has begun", () -> Files.exists(state));
      process.send("INT");
      first = process.end();
    }

    assertEquals(3, first.status(), first.stderr());
    assertIsPartial(first);
    assertTheSameCommandEnds("direct", answered());
  }

  private long assertIsPartial(GaplineProcess.Ended ended) {
    RunState state = output.state();
    assertEquals(RunState.State.PARTIAL, state.state());
    assertEquals("Interrupted.", state.stopped());
    assertEquals(TRIALS, state.planned());
    assertTrue(state.stored() < TRIALS, "stored: " + state.stored());
    assertEquals(state.stored(), output.trials().size());
    long planned =
        output.rows("rates").stream()
            .filter(row -> row.get("measure").equals("compliance"))
            .filter(row -> row.get("method").equals("wilson-cluster"))
            .filter(row -> row.get("conventions") == null)
            .mapToLong(row -> (Long) row.get("planned"))
            .sum();
    assertEquals(state.stored(), planned, "planned in rates");
    assertTrue(
        ended
            .stderr()
            .contains("PARTIAL: stopped after %d of %d trials.".formatted(state.stored(), TRIALS)),
        ended.stderr());
    assertTrue(!ended.stdout().isBlank(), "The table is printed.");
    return state.stored();
  }

  private void assertTheSameCommandEnds(String runner, long answeredBefore) {
    GaplineProcess.Ended again;
    try (GaplineProcess process = start(runner)) {
      again = process.end();
    }
    assertEquals(0, again.status(), again.stderr());
    RunState state = output.state();
    assertEquals(RunState.State.COMPLETE, state.state());
    assertEquals(TRIALS, output.trials().size());
    assertEquals(answeredBefore, state.reused(), "Every answer that was waited for is used.");
    assertEquals(0, state.mayBePaidTwice());
    JsonNode seen = server.stats();
    assertEquals(TRIALS, seen.path("requests").asLong(), "asked once: " + seen);
    assertEquals(TRIALS, seen.path("answered").asLong(), "answered once: " + seen);
  }

  private GaplineProcess start(String runner) {
    return GaplineProcess.start("run", study, "--out", output.path(), "--runner", runner);
  }

  private long answered() {
    return server.stats().path("answered").asLong();
  }

  /** A shell that runs a build in the background may have it ignore Ctrl-C, and all it starts. */
  private static void assumeSignalsAreHeard() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      String ignored =
          Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("SigIgn:"))
              .map(line -> line.substring("SigIgn:".length()).strip())
              .findFirst()
              .orElse("0");
      assumeFalse(
          (Long.parseUnsignedLong(ignored, 16) & 2) != 0, "This build was told to ignore Ctrl-C.");
    }
  }
}
