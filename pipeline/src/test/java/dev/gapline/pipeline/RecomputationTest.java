package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What SQL counts in the trials is what the tables say, also where answers and calls are missing.
 */
final class RecomputationTest {

  @TempDir private Path folder;

  @Test
  void ratesAndUnpairedGapsFollowFromUnbalancedTrials() {
    Ran ran =
        Pipelines.run(Studies.open(folder, Studies.SMALL), folder.resolve("out"), Runner.DIRECT, 2);
    Recomputation.check(ran);
    assertTrue(
        ran.table("gaps").stream()
            .anyMatch(row -> !row.get("n_treatment").equals(row.get("n_control"))),
        "unbalanced");
    assertTrue(
        ran.table("rates").stream().anyMatch(row -> (Long) row.get("x2") % 2 == 1), "halves");
  }

  @Test
  void failedCallsAreRowsAndMissingInTheirCondition() {
    Ran ran =
        Pipelines.run(
            Studies.open(folder, failing("0.3", "1")), folder.resolve("out"), Runner.DIRECT, 2);
    assertEquals(ExitStatus.COMPLETE, ran.status());
    List<GenericRecord> failed =
        ran.table("trials").stream().filter(row -> row.get("failure_category") != null).toList();
    assertEquals(ran.state().failed(), failed.size());
    assertTrue(failed.size() > 50, failed.size() + " failures");
    for (GenericRecord row : failed) {
      assertEquals("server_error", row.get("failure_category"));
      assertEquals("planted failure", row.get("failure_message"));
      assertEquals("api_error", row.get("parse_status"));
      assertEquals(null, row.get("complied"));
      assertEquals(null, row.get("response_text"));
    }
    Recomputation.check(ran);
  }

  @Test
  void tooManyFailuresStopTheRunAtAPrefixThatIsContinuedLater() {
    Path out = folder.resolve("out");
    Ran stopped = Pipelines.run(Studies.open(folder, failing("0.3", "0.1")), out, Runner.DIRECT, 1);
    assertEquals(ExitStatus.STOPPED, stopped.status());
    assertTrue(stopped.result().rows() > 0, "rows before the stop");
    assertTrue(stopped.result().rows() < 768, "rows of " + stopped.result().rows());
    assertTrue(
        stopped
            .state()
            .stopped()
            .matches(
                "\\d+ of \\d+ trials failed, more than failures\\.max_share 0\\.1\\. The last:"
                    + " planted failure"),
        stopped.state().stopped());
    Recomputation.check(stopped);

    Ran again = Pipelines.run(Studies.open(folder, failing("0.3", "0.1")), out, Runner.DIRECT, 4);
    assertEquals(ExitStatus.STOPPED, again.status());
    assertTrue(again.state().calls() > stopped.state().calls());

    Ran whole = Pipelines.run(Studies.open(folder, failing("0.3", "1")), out, Runner.DIRECT, 4);
    assertEquals(ExitStatus.COMPLETE, whole.status());
    long askedOnce = 768 - whole.state().reused();
    assertEquals(again.state().calls() + askedOnce, whole.state().calls());
    assertTrue(whole.state().reused() > stopped.result().rows() / 2, "answers are kept");
    Recomputation.check(whole);

    Ran straight =
        Pipelines.run(
            Studies.open(folder, failing("0.3", "1")), folder.resolve("other"), Runner.DIRECT, 1);
    assertEquals(straight.trials(), whole.trials());
    assertEquals(straight.digest("rates"), whole.digest("rates"));
    assertEquals(straight.digest("gaps"), whole.digest("gaps"));
  }

  private static String failing(String share, String most) {
    return Studies.with(
        Studies.with(
            Studies.SMALL,
            "fail: {free: 0.02, paid: 0.05}",
            "fail: {free: %s, paid: 0.2}".formatted(share)),
        "max_share: 0.5",
        "max_share: " + most);
  }
}
