package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code gapline status} says of a run, from its files alone. */
final class StatusTest {

  @TempDir private Path folder;
  private String study;
  private Path out;

  @BeforeEach
  void aStudyWithFailures() {
    study =
        Studies.write(
                folder.resolve("tiny.yaml"),
                Studies.with(
                        Studies.TINY,
                        "{comply: {free: 0.6, paid: 0.2}, query_sd: 0.5}",
                        "{comply: {free: 0.6, paid: 0.2}, fail: {free: 0.3, paid: 0}}")
                    + "failures: {max_share: 1}\nbudget: {tokens: 1000000}\n")
            .toString();
    out = folder.resolve("out");
  }

  @Test
  void ofACompleteRunItSaysWhatItsStateSays() throws IOException {
    run();
    RunState state = Pipelines.state(out);
    assertTrue(state.failed() > 0);
    JsonNode status = json();
    assertEquals("COMPLETE", status.path("state").asText());
    assertTrue(status.path("process").isNull());
    assertEquals(48, status.path("planned").asLong());
    assertEquals(48, status.path("settled").asLong());
    assertEquals(48 - state.failed(), status.path("answered").asLong());
    long failed = 0;
    for (JsonNode count : status.path("failed")) {
      failed += count.asLong();
    }
    assertEquals(state.failed(), failed);
    assertEquals(state.calls(), status.path("calls").asLong());
    assertEquals(state.promptTokens(), status.path("prompt_tokens").asLong());
    assertEquals(state.completionTokens(), status.path("completion_tokens").asLong());
    assertEquals(0, status.path("open").asLong());
    assertEquals(0, status.path("may_be_paid_twice").asLong());
    assertEquals(1_000_000, status.path("budget").path("tokens").asLong());
    Command text = Command.run("status", out.toString());
    assertEquals(0, text.status(), text.stderr());
    assertTrue(
        text.stdout()
            .startsWith(
                "tiny, leg 001: complete\nsettled: 48 of 48 (100%%): %d answered, "
                    .formatted(48 - state.failed())),
        text.stdout());
    assertTrue(text.stdout().contains(" of 1,000,000 tokens\n"), text.stdout());
  }

  /** Segments that end in the middle of a block, and a state that still says RUNNING. */
  @Test
  void ofARunThatDiedItSaysHowManyCallsMayBePaidTwice() throws IOException {
    run();
    for (Path segment : segments()) {
      try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 24);
      }
    }
    Path state = RunFolder.at(out).state();
    Files.writeString(state, Studies.with(Files.readString(state), "\"COMPLETE\"", "\"RUNNING\""));

    JsonNode status = json();
    assertEquals("DEAD", status.path("state").asText());
    assertTrue(status.path("settled").asLong() < 48, status.toString());
    assertEquals(0, status.path("open").asLong());
    long lost = status.path("may_be_paid_twice").asLong();
    assertTrue(lost > 0, status.toString());
    Command text = Command.run("status", out.toString());
    assertTrue(
        text.stdout()
            .startsWith(
                "tiny, leg 001: dead: it was at work and no process is; the same command continues"),
        text.stdout());
    assertTrue(
        text.stdout()
            .contains(
                "lost: %d calls were sent and their process died; they may be paid twice\n"
                    .formatted(lost)),
        text.stdout());

    Command again = Command.run("run", study, "--out", out.toString(), "--parallelism", "1");
    assertEquals(0, again.status(), again.stderr());
    assertTrue(
        again.stderr().contains("Up to %d trials may have been paid twice".formatted(lost)),
        again.stderr());
    assertEquals("COMPLETE", json().path("state").asText());
    assertEquals(lost, json().path("may_be_paid_twice").asLong(), "they stay lost");
  }

  @Test
  void ofAStudyThatWasChangedItCountsTheTrialsOfTheNewOne() {
    run();
    long before = Pipelines.state(out).stored();
    study =
        Studies.write(
                folder.resolve("fewer.yaml"),
                Studies.with(Studies.TINY, "queries: {take: 12}", "queries: {take: 6}"))
            .toString();
    run();
    JsonNode status = json();
    assertEquals(48, before);
    assertEquals(24, status.path("planned").asLong());
    assertEquals(24, status.path("settled").asLong());
    assertTrue(status.path("reused").asLong() > 0);
  }

  @Test
  void aFolderThatIsNoRunIsRefused() {
    Command status = Command.run("status", folder.toString());
    assertEquals(2, status.status());
    assertEquals(
        folder + ": there is no run.json. The output folder of a run is valid.\n", status.stderr());
  }

  private void run() {
    Command run = Command.run("run", study, "--out", out.toString(), "--parallelism", "1");
    assertEquals(0, run.status(), run.stderr());
  }

  private JsonNode json() {
    Command status = Command.run("status", out.toString(), "--format", "json");
    assertEquals(0, status.status(), status.stderr());
    try {
      return new ObjectMapper().readTree(status.stdout());
    } catch (IOException e) {
      throw new AssertionError(status.stdout(), e);
    }
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.walk(out.resolve("ledger"))) {
      return files.filter(file -> file.toString().endsWith(".avro")).toList();
    }
  }
}
