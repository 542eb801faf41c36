package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One output has one process at work on it. */
class TwoProcessesTest {

  private static final int TRIALS = 800;

  @Test
  void theSecondOnAnOutputIsRefusedAndTheFirstIsUndisturbed(@TempDir Path folder)
      throws IOException {
    try (ServerProcess server = ServerProcess.start()) {
      Path study = Studies.tiered(folder, server, "subject+slow-100", 4, TRIALS);
      Output output = new Output(folder.resolve("out"));
      try (GaplineProcess first = GaplineProcess.start("run", study, "--out", output.path())) {
        Patience.until("the first has answers", () -> server.stats().path("answered").asLong() > 0);

        GaplineProcess.Ended second = GaplineProcess.run("run", study, "--out", output.path());

        assertTrue(first.isAlive(), "The first ended before the second had looked.");
        assertEquals(2, second.status(), second.stderr());
        assertEquals("", second.stdout());
        assertEquals(
            "%s: another process works on this output (process %d). Wait for it, or choose another"
                    .formatted(output.path().toAbsolutePath(), first.pid())
                + " --out.",
            second.stderr().strip());

        GaplineProcess.Ended ended = first.end();
        assertEquals(0, ended.status(), ended.stderr());
      }
      assertEquals(TRIALS, output.trials().size());
      JsonNode seen = server.stats();
      assertEquals(TRIALS, seen.path("requests").asLong(), "asked once: " + seen);
    }
  }
}
