package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Killed in the middle and started again: nothing is lost, and next to nothing is paid twice. */
class CrashTest {

  private static final int TRIALS = 800;
  private static final int IN_FLIGHT = 16;
  private static final Pattern PAID_TWICE =
      Pattern.compile("Up to ([0-9,]+) trials may have been paid twice");

  @TempDir private Path folder;
  private ServerProcess server;
  private Path study;
  private Output output;

  @BeforeEach
  void startServer() throws IOException {
    server = ServerProcess.start();
    study = Studies.tiered(folder, server, "subject+slow-50", IN_FLIGHT, TRIALS);
    output = new Output(folder.resolve("out"));
  }

  @AfterEach
  void endServer() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "flink"})
  void killedHalfWayAndStartedAgainItEndsAsIfNothingHadHappened(String runner) {
    killHalfWay(runner);
    long settled = output.ledger().size();
    long answeredAtKill = server.stats().path("answered").asLong();
    assertTrue(settled >= answeredAtKill - IN_FLIGHT, settled + " of " + answeredAtKill);

    GaplineProcess.Ended again = run(runner);

    assertEquals(0, again.status(), again.stderr());
    long open = mayBePaidTwice(again.stderr());
    assertTrue(open <= IN_FLIGHT, "may be paid twice: " + open);
    JsonNode seen = server.stats();
    assertEquals(TRIALS, seen.path("keys").asLong(), "different requests");
    assertTrue(seen.path("repeated").asLong() <= open, "asked twice: " + seen);
    assertTrue(seen.path("answered").asLong() <= TRIALS + open, "paid: " + seen);
    assertTrue(seen.path("max_in_flight").asLong() <= IN_FLIGHT, "in flight: " + seen);
    assertIsComplete(settled);
    assertIsTheSameAsWithoutACrash();
    assertAThirdStartAsksNothing(runner);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLedgerThatIsTornAtItsEndsGivesAllThatIsWhole(boolean isOverwritten) throws IOException {
    killHalfWay("direct");
    for (Path segment : output.segments()) {
      try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 24);
        if (isOverwritten) {
          // What a file system may leave after a power cut: the length is there, the bytes are not.
          channel.write(ByteBuffer.allocate(100), channel.size());
        }
      }
    }
    long settled = output.ledger().size();

    GaplineProcess.Ended again = run("direct");

    assertEquals(0, again.status(), again.stderr());
    assertTrue(again.stderr().contains("Damaged at its end: ledger/001/"), again.stderr());
    assertIsComplete(settled);
    assertIsTheSameAsWithoutACrash();
  }

  private void killHalfWay(String runner) {
    try (GaplineProcess first = start(runner)) {
      Patience.until(
          "half of the trials are answered",
          () -> !first.isAlive() || server.stats().path("answered").asLong() >= TRIALS / 2);
      assertTrue(first.isAlive(), first.stderr());
      first.kill();
    }
    Patience.until("the server has noticed", () -> server.stats().path("in_flight").asLong() == 0);
    long answered = server.stats().path("answered").asLong();
    assertTrue(answered < TRIALS, "The kill came too late to show anything: " + answered);
    assertEquals(RunState.State.RUNNING, output.state().state());
  }

  private void assertIsComplete(long settledBefore) {
    RunState state = output.state();
    assertEquals(RunState.State.COMPLETE, state.state());
    assertEquals(TRIALS, state.planned());
    assertEquals(TRIALS, state.stored());
    assertEquals(0, state.failed());
    assertEquals(settledBefore, state.reused(), "reused");
    List<GenericRecord> trials = output.trials();
    assertEquals(TRIALS, trials.size());
    double cost = trials.stream().mapToDouble(row -> (Double) row.get("cost_usd")).sum();
    assertEquals(cost, state.costUsd(), 1e-9, "what the killed leg has spent is not forgotten");
    long planned =
        output.rows("rates").stream()
            .filter(row -> row.get("measure").equals("compliance"))
            .filter(row -> row.get("method").equals("wilson-cluster"))
            .filter(row -> row.get("conventions") == null)
            .mapToLong(row -> (Long) row.get("planned"))
            .sum();
    assertEquals(TRIALS, planned, "planned in rates");
  }

  private void assertIsTheSameAsWithoutACrash() {
    Output straight = new Output(folder.resolve("straight"));
    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", straight.path());
    assertEquals(0, ended.status(), ended.stderr());
    assertArrayEquals(straight.bytes("rates"), output.bytes("rates"), "rates");
    assertArrayEquals(straight.bytes("gaps"), output.bytes("gaps"), "gaps");
  }

  private void assertAThirdStartAsksNothing(String runner) {
    JsonNode before = server.stats();
    byte[] rates = output.bytes("rates");
    byte[] gaps = output.bytes("gaps");

    GaplineProcess.Ended third = run(runner);

    assertEquals(0, third.status(), third.stderr());
    assertEquals(before.path("requests").asLong(), server.stats().path("requests").asLong());
    assertArrayEquals(rates, output.bytes("rates"), "rates");
    assertArrayEquals(gaps, output.bytes("gaps"), "gaps");
  }

  private GaplineProcess start(String runner) {
    return GaplineProcess.start("run", study, "--out", output.path(), "--runner", runner);
  }

  private GaplineProcess.Ended run(String runner) {
    try (GaplineProcess process = start(runner)) {
      return process.end();
    }
  }

  private static long mayBePaidTwice(String stderr) {
    Matcher said = PAID_TWICE.matcher(stderr);
    return said.find() ? Long.parseLong(said.group(1).replace(",", "")) : 0;
  }
}
