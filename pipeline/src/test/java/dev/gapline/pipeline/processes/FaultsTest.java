package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.pipeline.Main;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What befalls a run from outside: said in a sentence, and mended by the same command. */
class FaultsTest {

  private static final int TRIALS = 800;
  private static final int HALF = TRIALS / 2;
  private static final int IN_FLIGHT = 16;
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

  @Test
  void aKeyThatIsRevokedHalfWayStopsTheRunAndAnotherKeyPaysOnlyForTheRest() throws IOException {
    Path study = revokedHalfWay();

    GaplineProcess.Ended again = run(study, Map.of(VARIABLE, "the-second-key"));

    assertEquals(0, again.status(), again.stderr());
    assertIsComplete(TRIALS);
    assertEquals(HALF, output.state().reused(), "reused");
    assertEquals(TRIALS, server.stats().path("answered").asLong(), "paid");
    assertEquals(0, server.stats().path("answered_twice").asLong(), "paid twice");
  }

  @Test
  void aBitThatFlipsInASegmentIsNamedAndWhatIsBehindItIsAskedAgain() throws IOException {
    Path study = revokedHalfWay();
    Path segment =
        output.segments().stream().max(Comparator.comparing(FaultsTest::bytes)).orElseThrow();
    byte[] changed = Files.readAllBytes(segment);
    changed[changed.length / 2] ^= 1;
    Files.write(segment, changed);
    String name = output.path().relativize(segment).toString();
    long whole =
        output.ledger().stream().filter(entry -> entry.get("failure_category") == null).count();
    assertTrue(whole < HALF, "whole: " + whole);

    GaplineProcess.Ended again = run(study, Map.of(VARIABLE, "the-second-key"));

    assertEquals(0, again.status(), again.stderr());
    assertTrue(again.stderr().contains("Damaged at its end: " + name), again.stderr());
    assertIsComplete(TRIALS);
    assertEquals(whole, output.state().reused(), "reused");
    assertEquals(HALF + TRIALS - whole, server.stats().path("answered").asLong(), "paid");
    GaplineProcess.Ended verified = GaplineProcess.run("ledger", "verify", output.path());
    assertEquals(1, verified.status(), verified.stderr());
    assertTrue(verified.stdout().contains(name + ": byte "), verified.stdout());
  }

  @Test
  void aDiskThatFillsUpIsSaidAndAfterMakingRoomTheSameCommandGoesOn() throws IOException {
    Path study = Studies.tiered(folder, server, "subject+slow-10", IN_FLIGHT, TRIALS);
    Path kept = folder.resolve("kept");

    GaplineProcess.Ended ended =
        ownMounts(
            """
            mount -t tmpfs -o size=400k tmpfs "$OUT"
            "$@"
            echo "first: exit $?"
            cp -r "$OUT" "$KEPT"
            mount -o remount,size=64m "$OUT"
            "$@"
            echo "second: exit $?"
            rm -r "$KEPT"
            cp -r "$OUT" "$KEPT"
            """
                .replace("$KEPT", kept.toString()),
            study);

    assertTrue(ended.stdout().contains("first: exit 1"), ended.stdout() + ended.stderr());
    assertTrue(ended.stderr().contains("No space left on device"), ended.stderr());
    assertTrue(ended.stderr().contains("The disk is full"), ended.stderr());
    assertFalse(ended.stderr().contains("please report it"), ended.stderr());
    assertTrue(ended.stdout().contains("second: exit 0"), ended.stdout() + ended.stderr());
    output = new Output(kept);
    assertIsComplete(TRIALS);
    JsonNode seen = server.stats();
    assertEquals(TRIALS, seen.path("answered_keys").asLong());
    // What the disk did not take any more was in flight.
    long paidTwice = seen.path("answered").asLong() - TRIALS;
    assertTrue(paidTwice <= IN_FLIGHT, "paid twice: " + paidTwice);
    assertTrue(output.state().reused() > 0, "reused: " + output.state().reused());
    assertTrue(paidTwice <= output.state().mayBePaidTwice(), "said less than " + paidTwice);
  }

  @Test
  void anOutputThatCannotBeWrittenToIsRefusedBeforeTheFirstCall() throws IOException {
    Path study = Studies.tiered(folder, server, "subject", IN_FLIGHT, TRIALS);

    GaplineProcess.Ended ended =
        ownMounts(
            """
            mount --bind "$OUT" "$OUT"
            mount -o remount,bind,ro "$OUT"
            "$@"
            echo "exit $?"
            """,
            study);

    assertTrue(ended.stdout().contains("exit 2"), ended.stdout() + ended.stderr());
    assertEquals(output.path() + ": this folder cannot be written to.", ended.stderr().strip());
    assertEquals(0, server.stats().path("requests").asLong());
  }

  @Test
  void aFileInThePlaceOfTheOutputIsRefusedBeforeTheFirstCall() throws IOException {
    Path study = Studies.tiered(folder, server, "subject", IN_FLIGHT, TRIALS);
    Files.writeString(output.path(), "a file");

    GaplineProcess.Ended ended = run(study, Map.of());

    assertEquals(2, ended.status(), ended.stderr());
    assertTrue(
        ended.stderr().startsWith(output.path() + ": this folder cannot be made or read"),
        ended.stderr());
    assertEquals(0, server.stats().path("requests").asLong());
  }

  @Test
  void answersOfEightMegabytesAreAFailureThatDoesNotFillTheMemory() throws IOException {
    Path study =
        Studies.ofModels(
            folder,
            40,
            "  - {id: openai/8-mb, base_url: \"%s\", key_env: none, timeout: 5s, max_in_flight: 64}\n"
                .formatted(server.baseUrl()));

    GaplineProcess.Ended ended = run(study, Map.of());

    assertEquals(0, ended.status(), ended.stderr());
    assertManyAtOnce();
    List<GenericRecord> rows = output.trials();
    assertEquals(80, rows.size());
    for (GenericRecord row : rows) {
      assertEquals("too_large", row.get("failure_category"), row::toString);
      assertTrue(row.get("failure_message").toString().contains("larger than"), row::toString);
    }
  }

  @Test
  void longAnswersAreStoredWholeAndDoNotFillTheMemory() throws IOException {
    Path study = Studies.tiered(folder, server, "1-mb", 64, 160);

    GaplineProcess.Ended ended = run(study, Map.of());

    assertEquals(0, ended.status(), ended.stderr());
    assertManyAtOnce();
    assertIsComplete(160);
    for (GenericRecord row : output.trials()) {
      assertEquals(1 << 20, row.get("response_text").toString().length());
    }
  }

  /** Of 64 that may be in flight, as many as a busy machine sends before the first is answered. */
  private void assertManyAtOnce() {
    long most = server.stats().path("max_in_flight").asLong();
    assertTrue(most >= 32 && most <= 64, "in flight: " + most);
  }

  /** A run that has half of its answers and was stopped by the server; the study names a key. */
  private Path revokedHalfWay() throws IOException {
    Path study =
        Studies.tiered(folder, server, "subject+slow-10+revoke-" + HALF, IN_FLIGHT, TRIALS);
    Files.writeString(
        study, Files.readString(study).replace("key_env: none", "key_env: " + VARIABLE));

    GaplineProcess.Ended ended = run(study, Map.of(VARIABLE, "the-first-key"));

    assertEquals(3, ended.status(), ended.stderr());
    assertEquals(RunState.State.PARTIAL, output.state().state());
    assertTrue(ended.stderr().contains("refuses the key: "), ended.stderr());
    assertTrue(ended.stderr().contains("This key was revoked."), ended.stderr());
    JsonNode seen = server.stats();
    assertEquals(HALF, seen.path("answered").asLong());
    // Five refusals stop it; what was in flight by then ends, too, and blocks that were begun.
    long burnt = seen.path("requests").asLong() - HALF;
    assertTrue(burnt >= 5 && burnt <= 5 + 2 * IN_FLIGHT, "asked after the revocation: " + burnt);
    return study;
  }

  /** Runs the study within a script that may mount what it likes: nobody else sees it. */
  private GaplineProcess.Ended ownMounts(String script, Path study) throws IOException {
    Files.createDirectories(output.path());
    Path file =
        Files.writeString(
            folder.resolve("mounts.sh"), script.replace("$OUT", output.path().toString()));
    List<String> command = new ArrayList<>(List.of("unshare", "-rm", "sh", "-eu"));
    assumeTrue(mayMount(command), "This system lets nobody mount anything.");
    command.set(3, "-u");
    command.add(file.toString());
    command.addAll(
        GaplineProcess.command(Main.class, "run", study.toString(), "--out", output.path()));
    try (GaplineProcess process = GaplineProcess.of(Map.of(), command)) {
      return process.end();
    }
  }

  private boolean mayMount(List<String> shell) throws IOException {
    Path tried = Files.createDirectories(folder.resolve("tried"));
    List<String> command = new ArrayList<>(shell);
    command.addAll(List.of("-c", "mount -t tmpfs -o size=64k tmpfs " + tried));
    try (GaplineProcess process = GaplineProcess.of(Map.of(), command)) {
      return process.end().status() == 0;
    } catch (UncheckedIOException e) {
      return false; // There is no such command here.
    }
  }

  private static long bytes(Path file) {
    return file.toFile().length();
  }

  private void assertIsComplete(int trials) {
    RunState state = output.state();
    assertEquals(RunState.State.COMPLETE, state.state());
    assertEquals(trials, state.planned());
    assertEquals(trials, output.trials().size());
    assertEquals(0, state.failed());
  }

  private GaplineProcess.Ended run(Path study, Map<String, String> environment) {
    return GaplineProcess.run(environment, "run", study, "--out", output.path());
  }
}
