package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Scenario;
import dev.gapline.transforms.prompts.PromptRenderer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much wordings have of a published text of which only hashes are known. */
final class PublishedShinglesTest {

  private static final Scenario SCENARIO = Scenarios.builtIn().read("animal-welfare");

  @TempDir private Path folder;

  private Path scenario() throws IOException {
    return Files.writeString(
        folder.resolve("mine.yaml"),
        Scenarios.builtIn()
            .text("animal-welfare")
            .replace("sha256: null", "sha256: null, shingles: mine.shingles"));
  }

  /** Hashes the text, and deletes it. */
  private void hash(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("text.txt"), text);
    Command hashed =
        Command.run(
            "scenarios",
            "hash",
            file.toString(),
            "--out",
            folder.resolve("mine.shingles").toString());
    assertEquals(0, hashed.status(), hashed.stderr());
    assertTrue(
        hashed.stdout().matches("sha256: [0-9a-f]{64}\nshingles: mine.shingles\n"),
        hashed.stdout());
    Files.delete(file);
  }

  /** As a subject reads it. */
  private static String asSent(String wording) {
    return new PromptRenderer(SCENARIO)
            .render(
                wording,
                SCENARIO.conditions().get(0).name(),
                new TreeMap<>(),
                SCENARIO.queries().get(0))
            .stream()
            .filter(message -> message.role().equals("system"))
            .map(Message::content)
            .collect(Collectors.joining());
  }

  private Map<String, String> overlaps() throws IOException {
    Command check = Command.run("scenarios", "check", scenario().toString());
    assertEquals(0, check.status(), check.stdout() + check.stderr());
    String table = check.stdout().substring(0, check.stdout().indexOf("\n\n"));
    assertTrue(table.lines().findFirst().orElse("").endsWith("overlap with the published text"));
    return table
        .lines()
        .skip(1)
        .map(line -> line.strip().split(" +"))
        .collect(Collectors.toMap(row -> row[0], row -> row[3]));
  }

  @Test
  void hashesSufficeToTellWhichWordingIsThePublishedText() throws IOException {
    hash(asSent("p1"));
    Map<String, String> overlaps = overlaps();
    assertEquals("1.00", overlaps.get("p1"));
    assertEquals(SCENARIO.paraphrases().size(), overlaps.size());
    for (Paraphrase other : SCENARIO.paraphrases()) {
      if (!other.id().equals("p1")) {
        assertTrue(Double.parseDouble(overlaps.get(other.id())) < 0.5, overlaps::toString);
      }
    }
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        boolean isScenario = file.endsWith("mine.yaml");
        assertTrue(
            isScenario || Files.readString(file).matches("(?:[0-9a-f]{16}\n)+"), file::toString);
      }
    }
  }

  @Test
  void anUnrelatedTextHasNothingInCommon() throws IOException {
    hash("A bird sang in the tall tree at noon, and nobody below it looked up.");
    overlaps().forEach((wording, overlap) -> assertEquals("0.00", overlap, wording));
  }

  @Test
  void withoutAFileToWriteTheHashesArePrinted() throws IOException {
    Path file = Files.writeString(folder.resolve("text.txt"), "a b c d\n");
    Command hashed = Command.run("scenarios", "hash", file.toString());
    assertTrue(hashed.stdout().endsWith("\nf82ce1b653e30b1c\n"), hashed.stdout());
    Files.writeString(file, "too short");
    Command refused = Command.run("scenarios", "hash", file.toString());
    assertEquals(2, refused.status());
    assertTrue(refused.stderr().contains("fewer than four words"), refused.stderr());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                     | mine.shingles:1: shingles: the file is empty.",
        "0123456789abcdef\\nfedcba\\n           | mine.shingles:2: shingles: \"fedcba\" is not a hash.",
        "0123456789ABCDEF\\n                    | mine.shingles:1: shingles: \"0123456789ABCDEF\" is not a hash.",
        "0123456789abcdef\\n\\n                 | mine.shingles:2: shingles: \"\" is not a hash.",
        "1123456789abcdef\\n0123456789abcdef\\n | mine.shingles:2: shingles: \"0123456789abcdef\" does not follow",
        "0123456789abcdef\\n0123456789abcdef\\n | mine.shingles:2: shingles: \"0123456789abcdef\" does not follow",
      })
  void aFileThatIsNoneOfHashesIsRefusedWithItsLine(String text, String message) throws IOException {
    Files.writeString(folder.resolve("mine.shingles"), text.replace("\\n", "\n"));
    Command refused = Command.run("scenarios", "check", scenario().toString());
    assertEquals(2, refused.status());
    assertTrue(refused.stderr().contains(message), refused.stderr());
    assertTrue(refused.stderr().contains("valid"), refused.stderr());
  }

  @Test
  void aFileThatIsNotThereOrNotBesideTheScenarioIsRefused() throws IOException {
    Path scenario = scenario();
    Command missing = Command.run("scenarios", "check", scenario.toString());
    assertEquals(2, missing.status());
    assertTrue(missing.stderr().contains("there is no file"), missing.stderr());
    Files.writeString(
        scenario, Files.readString(scenario).replace(": mine.shingles", ": ../mine.shingles"));
    Command outside = Command.run("scenarios", "check", scenario.toString());
    assertEquals(2, outside.status());
    assertTrue(
        outside.stderr().contains("\"../mine.shingles\" is not the name of a file beside"),
        outside.stderr());
    assertFalse(outside.stderr().contains("there is no file"));
  }
}
