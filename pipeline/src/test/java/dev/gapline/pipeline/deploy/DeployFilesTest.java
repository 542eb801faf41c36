package dev.gapline.pipeline.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.pipeline.ClusterMain;
import dev.gapline.pipeline.Main;
import dev.gapline.pipeline.files.StudyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the files under deploy/ name exists, and no key is among it. */
final class DeployFilesTest {

  private static final Pattern LIKE_A_KEY =
      Pattern.compile(
          "\\b(?:sk|pk|rk|gsk|hf|xai|tgp|nvapi|csk|r8|ghp)[-_][\\w.-]{8,}"
              + "|\\bAIza[\\w-]{8,}|\\bya29\\.|\\bAKIA[A-Z0-9]{8,}|-----BEGIN"
              + "|\\b(?=[A-Za-z0-9+/]*[0-9])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*[a-z])[A-Za-z0-9+/]{32,}");

  private static final Set<String> DUMMIES = Set.of("put-your-key-here");

  /** A command in a file under deploy/, up to the end of its line or of its quotation. */
  private static final Pattern COMMAND =
      Pattern.compile("(?<!-n )(?<![\\w-])gapline ([a-z]+)([^`\\n]*)");

  @Test
  void noKeyIsWrittenDown() throws IOException {
    for (Path file : DeployFiles.all()) {
      // Where it is and not what it is: a message goes into logs.
      assertFalse(
          LIKE_A_KEY.matcher(DeployFiles.text(file)).find(),
          () -> "%s holds what looks like a key.".formatted(file));
    }
    for (String ignored : List.of("keys.env", "keys/", "kubernetes/secret.yaml")) {
      assertTrue(DeployFiles.text(".gitignore").contains("\ndeploy/" + ignored + "\n"), ignored);
    }
    DeployFiles.yaml(DeployFiles.path("deploy/kubernetes/secret.example.yaml"))
        .get(0)
        .path("stringData")
        .forEach(value -> assertTrue(DUMMIES.contains(value.asText()), "secret.example.yaml"));
    DeployFiles.text("deploy/keys.env.example")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line ->
                assertTrue(DUMMIES.contains(line.replaceAll("^\\w+=", "")), "keys.env.example"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key: sk-ant-api03-aaaaaaaaaaaaaaaa",
        "AIzaAAAAAAAAAAAAAAAAAAAA",
        "-----BEGIN PRIVATE KEY-----",
        "token: aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3"
      })
  void aKeyWouldBeSeen(String line) {
    assertTrue(LIKE_A_KEY.matcher(line).find());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deploy/kubernetes/base",
        "deploy/kubernetes/overlays/local",
        "deploy/kubernetes/overlays/cloud",
        "deploy/kubernetes/components/keys-as-files",
        "deploy/kubernetes/application"
      })
  void aKustomizationNamesEveryFileOfItsFolder(String folder) throws IOException {
    Kustomization kustomization = Kustomization.in(DeployFiles.path(folder));
    Set<Path> named = new TreeSet<>();
    for (String list : List.of("resources", "patches", "components")) {
      for (Path path : kustomization.named(list)) {
        assertTrue(Files.exists(path), path::toString);
        named.add(path);
      }
    }
    kustomization
        .file()
        .at("/configMapGenerator/0/files")
        .forEach(file -> named.add(kustomization.folder().resolve(file.asText())));
    try (Stream<Path> files = Files.list(kustomization.folder())) {
      files
          .filter(file -> !file.endsWith(Kustomization.FILE))
          .forEach(file -> assertTrue(named.contains(file), file::toString));
    }
  }

  @Test
  void everyCommandThatIsNamedExists() throws IOException {
    Map<String, CommandLine> commands = new CommandLine(Main.class).getSubcommands();
    for (Path file : DeployFiles.all()) {
      Matcher matcher = COMMAND.matcher(DeployFiles.text(file));
      while (matcher.find()) {
        String name = matcher.group(1);
        CommandLine command = commands.get(name);
        assertTrue(command != null, () -> "%s: gapline %s".formatted(file, name));
        Matcher option = Pattern.compile("(?<= )--[a-z-]+").matcher(matcher.group(2));
        while (option.find()) {
          assertTrue(
              command.getCommandSpec().optionsMap().containsKey(option.group()),
              () -> "%s: gapline %s %s".formatted(file, name, option.group()));
        }
      }
    }
  }

  @Test
  void theStudyOfTheApplicationIsValid() {
    Path study = DeployFiles.path("deploy/kubernetes/application/study.yaml");
    assertEquals("on-kubernetes", StudyFile.open(study.toString()).study().name());
    JsonNode job = Kustomization.deployment("application").at("/spec/job");
    assertEquals(ClusterMain.class.getName(), job.path("entryClass").asText());
    assertEquals("stateless", job.path("upgradeMode").asText());
    assertTrue(
        DeployFiles.text("deploy/image/Dockerfile")
            .contains(job.path("jarURI").asText().replace("local://", "")));
  }

  @Test
  void aKeyInAFileIsReadIntoTheVariableOfItsName(@TempDir Path keys)
      throws IOException, InterruptedException {
    Files.writeString(keys.resolve("FIRST_API_KEY"), "one\n");
    Files.writeString(keys.resolve("SECOND_API_KEY"), "two");
    Files.writeString(keys.resolve("not-a-variable"), "three");
    Files.createDirectory(keys.resolve("FOLDER"));
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh", DeployFiles.path("deploy/image/entrypoint").toString(), "printenv");
    Map<String, String> environment = builder.environment();
    environment.put("KEYS", keys.toString());
    environment.put("FLINK_ENTRYPOINT", "/usr/bin/env");
    environment.put("SECOND_API_KEY", "set before");
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertEquals(0, process.waitFor());
    assertTrue(printed.contains("FIRST_API_KEY=one"), "A key in a file is not in its variable.");
    assertTrue(printed.contains("SECOND_API_KEY=set before"), "A variable that is set stays.");
    assertFalse(printed.stream().anyMatch(line -> line.contains("three")));
  }
}
