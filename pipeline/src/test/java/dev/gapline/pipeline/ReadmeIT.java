package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.testing.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every command of the README with the built launcher, as a reader would. */
class ReadmeIT {

  private static final Pattern COMMANDS = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
  private static final Pattern STUDY = Pattern.compile("(?ms)^```yaml\\n(study:.*?)^```$");
  private static final Pattern PRICES = Pattern.compile("(?ms)^```yaml\\n(date:.*?)^```$");

  private static final Pattern JUDGES = Pattern.compile("(?ms)^```yaml\\n(classify:.*?)^```$");
  private static final Pattern TABLE =
      Pattern.compile("(?ms)^<!-- quickstart -->\\n```\\n(.*?)^```$");

  @TempDir private Path folder;

  @Test
  void everyCommandOfTheReadmeWorksAndTheTableIsTheOneThatQuickstartPrints() throws Exception {
    Path root = root();
    String readme = Files.readString(root.resolve("README.md"));
    try (ServerProcess server = ServerProcess.start()) {
      Files.writeString(
          folder.resolve("study.yaml"),
          first(STUDY, readme).replace("http://127.0.0.1:8080/v1", server.baseUrl()));
      Files.writeString(folder.resolve("prices.yaml"), first(PRICES, readme));
      Files.writeString(folder.resolve("judges.yaml"), first(JUDGES, readme));
      List<String> ran = new ArrayList<>();
      Matcher blocks = COMMANDS.matcher(readme);
      while (blocks.find()) {
        for (String command : blocks.group(1).lines().toList()) {
          if (command.equals("mvn -B verify")) {
            assertTrue(Files.readString(root.resolve(".ci/run")).contains(command));
            continue;
          }
          String printed = run(root, command);
          ran.add(command);
          if (command.equals("./gapline run quickstart")) {
            assertEquals(first(TABLE, readme), printed);
          }
        }
      }
      assertTrue(ran.size() >= 10, "commands found: " + ran);
    }
  }

  private String run(Path root, String command) throws IOException, InterruptedException {
    String here =
        command
            .replace("./gapline", "'" + root.resolve("gapline") + "'")
            .replace(
                "deploy/benchmark/scale 10000 100000 1000000",
                "'" + root.resolve("deploy/benchmark/scale") + "' 2048")
            .replace(
                "deploy/benchmark/analyze",
                "'" + root.resolve("deploy/benchmark/analyze") + "' 25600")
            .replace("deploy/benchmark/judge", "'" + root.resolve("deploy/benchmark/judge") + "' 2")
            .replace(
                "deploy/benchmark/multiverse",
                "'" + root.resolve("deploy/benchmark/multiverse") + "' 1")
            .replace(
                "deploy/benchmark/load mocked10k mocked100k mocked1m direct flink",
                "deploy/benchmark/load")
            .replace(
                "deploy/benchmark/load",
                "'" + root.resolve("deploy/benchmark/load") + "' short direct");
    Path messages = folder.resolve("messages");
    Process process =
        new ProcessBuilder("sh", "-c", here)
            .directory(folder.toFile())
            .redirectError(messages.toFile())
            .start();
    process.getOutputStream().close();
    String printed;
    try (InputStream out = process.getInputStream()) {
      printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertTrue(process.waitFor(10, TimeUnit.MINUTES), command);
    assertEquals(0, process.exitValue(), () -> command + "\n" + text(messages));
    assertTrue(!printed.isBlank(), command + " prints nothing");
    return printed;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertTrue(matcher.find(), pattern + " is not in the README");
    return matcher.group(1);
  }

  private static Path root() {
    Path place = Path.of("").toAbsolutePath();
    while (!Files.exists(place.resolve("gapline"))) {
      place = place.getParent();
    }
    return place;
  }
}
