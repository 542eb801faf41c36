package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code kill -9} in the middle of judging a stored run. */
class JudgeCrashTest {

  private static final String JUDGE = "judge+slow-20";
  private static final int TRIALS = 80;
  private static final int VOTES = 5;
  private static final int IN_FLIGHT = 8;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"direct", "flink"})
  void theSameCommandGoesOnAndPaysNoMoreVotesTwiceThanWereInFlight(String runner)
      throws IOException {
    try (ServerProcess server = ServerProcess.start()) {
      Path stored = folder.resolve("stored");
      GaplineProcess.Ended ran =
          GaplineProcess.run(
              "run", Studies.tiered(folder, server, "subject", 16, TRIALS), "--out", stored);
      assertEquals(0, ran.status(), ran.stderr());
      Path judges =
          Files.writeString(
              folder.resolve("judges.yaml"),
              """
              classify:
                judge:
                  rubric: compliance
                  model: {id: openai/%s, base_url: "%s", key_env: none, max_in_flight: %d}
                  votes: %d
              """
                  .formatted(JUDGE, server.baseUrl(), IN_FLIGHT, VOTES));
      Output output = new Output(folder.resolve("judged"));
      Object[] command = {
        "classify", stored, "--out", output.path(), "--judges", judges, "--runner", runner
      };
      try (GaplineProcess process = GaplineProcess.start(command)) {
        Patience.until(
            "half of the votes are cast",
            () -> server.stats(JUDGE).path("answered").asLong() >= TRIALS * VOTES / 2);
        process.kill();
      }
      GaplineProcess.Ended again = GaplineProcess.run(command);
      assertEquals(0, again.status(), again.stderr());

      JsonNode seen = server.stats(JUDGE);
      long extra = seen.path("answered").asLong() - TRIALS * VOTES;
      assertTrue(extra >= 0 && extra <= IN_FLIGHT, seen::toString);
      assertEquals(TRIALS, server.stats("subject").path("requests").asLong());
      RunState state = output.state();
      assertEquals(RunState.State.COMPLETE, state.state());
      assertTrue(extra <= state.mayBePaidTwice(), "announced: " + state.mayBePaidTwice());
      List<GenericRecord> trials = output.trials();
      assertEquals(TRIALS, trials.size());
      for (GenericRecord trial : trials) {
        assertEquals(VOTES, ((List<?>) trial.get("judge_votes")).size());
      }
    }
  }
}
