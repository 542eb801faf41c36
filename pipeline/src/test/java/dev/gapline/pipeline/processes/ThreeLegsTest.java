package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One leg is killed, one reaches its ceiling, one ends: the state is told and the totals add up.
 */
class ThreeLegsTest {

  private static final int TRIALS = 400;
  private static final int IN_FLIGHT = 8;

  @TempDir private Path folder;

  @Test
  void aKilledAStoppedAndAnEndedLegAddUpAndTheirStateIsToldAllTheWay() throws IOException {
    try (ServerProcess server = ServerProcess.start()) {
      Path study = Studies.tiered(folder, server, "subject+slow-300", IN_FLIGHT, TRIALS);
      Output output = new Output(folder.resolve("out"));
      try (GaplineProcess first = GaplineProcess.start("run", study, "--out", output.path())) {
        Patience.until(
            "some are answered",
            () -> !first.isAlive() || server.stats().path("answered").asLong() >= TRIALS / 8);
        JsonNode running = status(output);
        assertTrue(first.isAlive(), first.stderr());
        assertEquals("RUNNING", running.path("state").asText(), running.toString());
        assertEquals("process " + first.pid(), running.path("process").asText());
        assertEquals(TRIALS, running.path("planned").asLong());
        assertTrue(running.path("settled").asLong() >= TRIALS / 8 - IN_FLIGHT, running.toString());
        // Its segments are read one after another while it goes on: a call may have ended in one
        // that was read, and the next have begun in one that was not.
        assertTrue(running.path("open").asLong() <= 2 * IN_FLIGHT, running.toString());
        assertTrue(running.path("per_second").asDouble() > 0, running.toString());
        assertTrue(running.path("seconds_left").asLong() > 0, running.toString());
        first.kill();
      }
      JsonNode dead = status(output);
      assertEquals("DEAD", dead.path("state").asText(), dead.toString());
      assertEquals(0, output.state().calls(), "nothing of a killed leg stands in its state");
      assertEquals(output.ledger().size(), dead.path("settled").asLong());
      assertAddsUp(output, dead);

      double ceiling = dead.path("charged").path("usd").asDouble() + 0.15;
      GaplineProcess.Ended second =
          GaplineProcess.run("run", study, "--out", output.path(), "--max-usd", ceiling);
      assertEquals(3, second.status(), second.stderr());
      assertEquals(RunState.State.PARTIAL, output.state().state());
      JsonNode partial = status(output);
      assertEquals("PARTIAL", partial.path("state").asText());
      assertTrue(partial.path("reason").asText().contains("budget"), partial.toString());
      assertEquals(ceiling, partial.path("budget").path("usd").asDouble());
      assertTrue(partial.path("charged").path("usd").asDouble() <= ceiling, partial.toString());
      assertAddsUp(output, partial);
      assertStateIs(partial, output.state());

      GaplineProcess.Ended third =
          GaplineProcess.run("run", study, "--out", output.path(), "--max-usd", 100);
      assertEquals(0, third.status(), third.stderr());
      JsonNode complete = status(output);
      assertEquals("COMPLETE", complete.path("state").asText());
      assertEquals(TRIALS, complete.path("settled").asLong());
      assertEquals(output.state().reused(), complete.path("reused").asLong());
      assertAddsUp(output, complete);
      assertStateIs(complete, output.state());
    }
  }

  @Test
  void whatWasPaidWhenNobodyKnewAPriceIsSaidNotToCount() throws IOException {
    try (ServerProcess server = ServerProcess.start()) {
      Path study = Studies.tiered(folder, server, "subject", IN_FLIGHT, 80);
      String text = Files.readString(study);
      String price = "    price: {input_usd_per_mtok: 1, output_usd_per_mtok: 2}\n";
      assertTrue(text.contains(price), text);
      Output output = new Output(folder.resolve("out"));
      Files.writeString(study, text.replace(price, ""));
      assertEquals(0, GaplineProcess.run("run", study, "--out", output.path()).status());

      Files.writeString(study, text.replace("samples: 1", "samples: 2") + "budget: {usd: 5}\n");
      GaplineProcess.Ended priced = GaplineProcess.run("run", study, "--out", output.path());
      assertEquals(0, priced.status(), priced.stderr());
      assertTrue(
          priced
              .stderr()
              .contains(
                  "80 earlier answers were asked when their price was unknown: they are not counted"
                      + " against the ceiling in dollars."),
          priced.stderr());
    }
  }

  /** The sums over the ledger, read without Gapline's reader. */
  private static void assertAddsUp(Output output, JsonNode status) {
    List<GenericRecord> settled = output.ledger();
    assertEquals(settled.size(), status.path("calls").asLong());
    assertEquals(sum(settled, "prompt_tokens"), status.path("prompt_tokens").asDouble());
    assertEquals(sum(settled, "completion_tokens"), status.path("completion_tokens").asDouble());
    assertEquals(sum(settled, "cost_usd"), status.path("cost_usd").asDouble(), 1e-9);
  }

  private static void assertStateIs(JsonNode status, RunState state) {
    assertEquals(status.path("calls").asLong(), state.calls());
    assertEquals(status.path("prompt_tokens").asLong(), state.promptTokens());
    assertEquals(status.path("completion_tokens").asLong(), state.completionTokens());
    assertEquals(status.path("cost_usd").asDouble(), state.costUsd(), 1e-9);
    assertEquals(status.path("may_be_paid_twice").asLong(), state.mayBePaidTwice());
  }

  private static double sum(List<GenericRecord> rows, String column) {
    return rows.stream().mapToDouble(row -> ((Number) row.get(column)).doubleValue()).sum();
  }

  private static JsonNode status(Output output) throws IOException {
    GaplineProcess.Ended ended = GaplineProcess.run("status", output.path(), "--format", "json");
    assertEquals(0, ended.status(), ended.stderr());
    return new ObjectMapper().readTree(ended.stdout());
  }
}
