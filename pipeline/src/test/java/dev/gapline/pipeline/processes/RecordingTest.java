package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Main;
import dev.gapline.testing.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traffic that was recorded on one machine is met again on another. */
class RecordingTest {

  private static final String KEY = "dummy-key-0123456789";

  @TempDir private Path folder;

  @Test
  void theSameStudyMeetsTheSameAnswersWithoutTheServerAndWithoutTheKey() throws IOException {
    Path recording = folder.resolve("recording");
    Output first = new Output(folder.resolve("first"));
    Path study;
    String base;
    try (ServerProcess server = ServerProcess.start()) {
      // One in ten is broken off at first: refusals and what came after them are recorded, too.
      study = Studies.tiered(folder, server, "flaky", 8, 80);
      base = server.baseUrl();
      Files.writeString(
          study, Files.readString(study).replace("key_env: none", "key_env: A_TEST_KEY"));
      GaplineProcess.Ended ended =
          GaplineProcess.run(
              Map.of("GAPLINE_RECORD", recording.toString(), "A_TEST_KEY", KEY),
              "run",
              study,
              "--out",
              first.path());
      assertEquals(0, ended.status(), ended.stderr());
      assertEquals(server.stats().path("requests").asLong(), files(recording).size());
    }
    for (Path file : files(recording)) {
      String text = Files.readString(file);
      assertFalse(text.contains(KEY) || text.contains("uthorization"), text);
      assertTrue(text.contains("\"/v1/chat/completions\""), text);
    }

    Process replay =
        new ProcessBuilder(GaplineProcess.command(Main.class, "replay", recording))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Output second = new Output(folder.resolve("second"));
    try (BufferedReader printed =
        new BufferedReader(
            new InputStreamReader(replay.getInputStream(), StandardCharsets.UTF_8))) {
      String address = printed.readLine();
      Files.writeString(
          study,
          Files.readString(study)
              .replace(base, address + "/v1")
              .replace("key_env: A_TEST_KEY", "key_env: none"));
      GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", second.path());
      assertEquals(0, ended.status(), ended.stderr());
    } finally {
      replay.getOutputStream().close();
      replay.onExit().join();
    }
    assertEquals(80, second.trials().size());
    for (int i = 0; i < 80; i++) {
      for (String column : List.of("trial_id", "response_text", "complied", "prompt_tokens")) {
        assertEquals(first.trials().get(i).get(column), second.trials().get(i).get(column));
      }
    }
  }

  private static List<Path> files(Path recording) throws IOException {
    try (Stream<Path> files = Files.list(recording)) {
      return files.toList();
    }
  }
}
