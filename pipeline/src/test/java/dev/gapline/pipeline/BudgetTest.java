package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.transforms.RunState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Money on the command line: what is planned, what is refused, and how a ceiling stops a run. */
final class BudgetTest {

  /** One call at most some $0.006, as a rule a tenth of that; 48 of them. */
  private static final String PRICED =
      Studies.with(
          Studies.TINY,
          "- id: sim/subject\n",
          """
          - id: sim/subject
              max_in_flight: 2
              price: {input_usd_per_mtok: 1, output_usd_per_mtok: 2}
          """);

  @TempDir private Path folder;
  private String study;
  private String out;

  @BeforeEach
  void aPricedStudy() {
    study = Studies.write(folder.resolve("priced.yaml"), PRICED).toString();
    out = folder.resolve("out").toString();
  }

  @Test
  void aRunThatReachesItsCeilingIsPartialAndALargerOneContinues() {
    Command first = run("--max-usd", "0.03");
    assertEquals(3, first.status(), first.stderr());
    assertTrue(
        first.stderr().contains("The budget of the study does not cover the next block."),
        first.stderr());
    assertTrue(first.stderr().contains("The same command continues."), first.stderr());
    RunState partial = Pipelines.state(Path.of(out));
    assertEquals(RunState.State.PARTIAL, partial.state());
    assertTrue(partial.stored() > 0 && partial.stored() < 48, partial.toString());
    assertTrue(partial.costUsd() <= 0.03, partial.toString());
    assertEquals(new RunState.Budget(0.03, null), partial.budget());

    Command second = run("--max-usd", "3");
    assertEquals(0, second.status(), second.stderr());
    RunState complete = Pipelines.state(Path.of(out));
    assertEquals(48, complete.calls(), "over both legs");
    assertEquals(partial.calls(), complete.reused());
    assertTrue(complete.costUsd() > partial.costUsd());
    assertEquals(new RunState.Budget(3.0, null), complete.budget());
  }

  @Test
  void aCeilingBelowOneBlockForEachLaneIsRefusedWithTheNumbers() {
    for (String command : new String[] {"run", "plan"}) {
      Command refused =
          Command.run(command, study, "--out", out, "--max-usd", "0.001", "--parallelism", "1");
      assertEquals(2, refused.status(), refused.toString());
      assertEquals("", refused.stdout());
      assertTrue(
          refused
              .stderr()
              .matches(
                  "budget: \\$0\\.001000 do not cover one block for each of 1 lanes: at worst a"
                      + " block uses \\$0\\.0\\d{5}\\. At least \\$0\\.0\\d{5}, a smaller"
                      + " max_tokens or a smaller --parallelism is valid\\.\n"),
          refused.stderr());
      String needed = refused.stderr().replaceAll("(?s).*At least \\$([0-9.]+),.*", "$1");
      assertEquals(
          0,
          Command.run("plan", study, "--out", out, "--max-usd", needed, "--parallelism", "1")
              .status(),
          needed);
    }
    String few =
        Studies.write(folder.resolve("few.yaml"), PRICED + "budget: {tokens: 99}\n").toString();
    Command refused = Command.run("run", few, "--out", out);
    assertEquals(2, refused.status());
    assertTrue(
        refused.stderr().startsWith("budget: 99 tokens do not cover one block for each of"),
        refused.stderr());
    assertFalse(Files.exists(Path.of(out)));
  }

  @Test
  void aCeilingInDollarsNeedsEveryPrice() {
    String text =
        Studies.with(
            Studies.TINY,
            "  - id: sim/subject\n",
            """
              - id: openai/small
                key_env: none
                base_url: http://127.0.0.1:9/v1
              - id: sim/subject
            """);
    String unpriced = Studies.write(folder.resolve("unpriced.yaml"), text).toString();
    for (String command : new String[] {"run", "plan"}) {
      Command refused = Command.run(command, unpriced, "--out", out, "--max-usd", "5");
      assertEquals(2, refused.status());
      assertEquals(
          "--max-usd: the price of openai/small is unknown. Give it one in the study or in a price"
              + " file.\n",
          refused.stderr());
    }
    assertFalse(Files.exists(Path.of(out)));

    Path prices =
        Studies.write(
            folder.resolve("mine.yaml"),
            """
            date: 2026-01-31
            source: a leaflet
            models: {openai/small: {input_usd_per_mtok: 1, output_usd_per_mtok: 2}}
            """);
    Command plan =
        Command.run(
            "plan", unpriced, "--out", out, "--max-usd", "5", "--prices", prices.toString());
    assertEquals(0, plan.status(), plan.stderr());
    assertTrue(
        plan.stdout()
            .contains(
                "price of openai/small: $1.0 in, $2.0 out per million tokens (2026-01-31, a"
                    + " leaflet)\n"),
        plan.stdout());
    assertTrue(
        plan.stdout().contains("budget: $5.00, of which $0.00 are charged; what is expected fits"),
        plan.stdout());
  }

  @Test
  void aPlanCountsWhatTheLedgerHoldsAndExpectsWhatItsAnswersUsed() {
    Command before = Command.run("plan", study, "--out", out);
    assertEquals(0, before.status(), before.stderr());
    assertFalse(before.stdout().contains(" holds "), before.stdout());
    assertTrue(before.stdout().matches("(?s).*sim/subject +48 +48 / 48 / 48 .*"), before.stdout());
    assertTrue(
        before.stdout().contains("expected of sim/subject: four characters of a prompt"),
        before.stdout());

    assertEquals(3, run("--max-usd", "0.03").status());
    RunState partial = Pipelines.state(Path.of(out));
    Command between = Command.run("plan", study, "--out", out);
    assertTrue(
        between
            .stdout()
            .contains(
                "%s holds %d of these trials: %d to ask\n"
                    .formatted(out, partial.calls(), 48 - partial.calls())),
        between.stdout());
    assertTrue(
        between
            .stdout()
            .contains(
                "expected of sim/subject: %d answers in the ledger, %,.0f prompt and %,.0f answer"
                    .formatted(
                        partial.calls(),
                        (double) partial.promptTokens() / partial.calls(),
                        (double) partial.completionTokens() / partial.calls())),
        between.stdout());

    assertEquals(0, run().status());
    Command after = Command.run("plan", study, "--out", out);
    assertTrue(
        after.stdout().contains(out + " holds 48 of these trials: 0 to ask\n"), after.stdout());
    assertTrue(after.stdout().matches("(?s).*sim/subject +0 +0 / 0 / 0 .*"), after.stdout());
  }

  @Test
  void ofALargePlanASampleIsLookedUpAndSaidToBeAnEstimate() {
    assertEquals(0, run().status());
    String large =
        Studies.write(
                folder.resolve("large.yaml"), Studies.with(PRICED, "samples: 2", "samples: 100000"))
            .toString();
    Command plan = Command.run("plan", large, "--out", out);
    assertEquals(0, plan.status(), plan.stderr());
    assertTrue(
        plan.stdout().matches("(?s).* holds an estimated [0-9,]+ of these trials: about .*"),
        plan.stdout());
  }

  @Test
  void theTimeIsThatOfTheLimitThatBinds() {
    String slow =
        Studies.with(
            PRICED, "simulate: {comply", "simulate: {latency_ms: {median: 5000, sigma: 0}, comply");
    Command inFlight =
        Command.run("plan", Studies.write(folder.resolve("slow.yaml"), slow).toString());
    assertTrue(
        inFlight.stdout().contains("0:02:00 by max_in_flight"),
        "48 calls of 5 s, 2 at a time: " + inFlight.stdout());
    Command paced =
        Command.run(
            "plan",
            Studies.write(
                    folder.resolve("paced.yaml"),
                    Studies.with(
                        slow,
                        "max_in_flight: 2\n",
                        "max_in_flight: 2\n    requests_per_minute: 4\n"))
                .toString());
    assertTrue(paced.stdout().contains("0:12:00 by requests_per_minute"), paced.stdout());
    assertTrue(paced.stdout().contains("0:12:00 by the slowest"), paced.stdout());
  }

  @Test
  void thePricesOfARunStandInItsState() {
    Studies.write(
        folder.resolve("prices.yaml"),
        """
        date: 2026-01-31
        source: a leaflet
        models: {sim/subject: {input_usd_per_mtok: 3, output_usd_per_mtok: 4}}
        """);
    String plain = Studies.write(folder.resolve("plain.yaml"), Studies.TINY).toString();
    Command run = Command.run("run", plain, "--out", out, "--parallelism", "1");
    assertEquals(0, run.status(), run.stderr());
    RunState state = Pipelines.state(Path.of(out));
    assertEquals(
        Map.of("sim/subject", new dev.gapline.schemas.Price(3, 4, null, "2026-01-31", "a leaflet")),
        state.prices());
    assertEquals(
        (3 * state.promptTokens() + 4 * state.completionTokens()) / 1e6, state.costUsd(), 1e-9);
  }

  private Command run(String... more) {
    String[] arguments = new String[6 + more.length];
    System.arraycopy(
        new String[] {"run", study, "--out", out, "--parallelism", "1"}, 0, arguments, 0, 6);
    System.arraycopy(more, 0, arguments, 6, more.length);
    return Command.run(arguments);
  }
}
