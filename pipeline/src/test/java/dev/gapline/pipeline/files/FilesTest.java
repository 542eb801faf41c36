package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are read at all, and which scenarios a study may name. */
final class FilesTest {

  @TempDir private Path outside;
  private Path folder;

  @BeforeEach
  void aFolderForTheStudy() throws IOException {
    folder = Files.createDirectory(outside.resolve("studies"));
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertEquals(
        folder.resolve("none.yaml") + ": there is no such file.",
        refusal(folder.resolve("none.yaml")));
  }

  @Test
  void aFolderIsNotAStudy() {
    assertEquals(folder + ": this is a folder. A YAML file is valid.", refusal(folder));
  }

  @Test
  void aBinaryFileIsRefusedAtItsFirstBadByte() throws IOException {
    Path zero = Files.write(folder.resolve("zero.yaml"), new byte[] {'a', '\n', '\n', 0});
    assertEquals(zero + ":3: file: this is a binary file. Text in UTF-8 is valid.", refusal(zero));
    Path latin = Files.write(folder.resolve("l.yaml"), new byte[] {'a', '\n', (byte) 0xe9, '\n'});
    assertEquals(
        latin + ":2: file: this is a binary file. Text in UTF-8 is valid.", refusal(latin));
  }

  @Test
  void aFileThatIsTooLargeIsRefused() throws IOException {
    Path large = Files.write(folder.resolve("large.yaml"), new byte[(1 << 20) + 1]);
    assertEquals(large + ": the file is too large. At most 1 MiB is valid.", refusal(large));
    Path scenario = Files.write(folder.resolve("s.yaml"), new byte[(40 << 20) + 1]);
    InvalidInput thrown = assertThrows(InvalidInput.class, () -> Scenarios.readFile(scenario));
    assertEquals(
        scenario + ": the file is too large. At most 40 MiB is valid.", thrown.getMessage());
  }

  @Test
  void anEmptyFileIsRefused() {
    Path empty = Texts.write(folder.resolve("empty.yaml"), "# nothing\n");
    assertEquals(
        empty + ":1: yaml: nothing is given. The keys of a study are valid.", refusal(empty));
  }

  @Test
  void aByteOrderMarkIsNoMistake() {
    Path file = Texts.write(folder.resolve("study.yaml"), "\uFEFF" + Texts.STUDY);
    assertEquals(Texts.study(Texts.STUDY).study(), StudyFile.open(file, Texts.catalogue()).study());
  }

  @Test
  void aScenarioOutsideTheFolderOfTheStudyIsRefused() throws IOException {
    Path secret = Texts.write(outside.resolve("secret.yaml"), Texts.SCENARIO);
    Files.createSymbolicLink(folder.resolve("link.yaml"), secret);
    Files.createSymbolicLink(folder.resolve("sub"), outside);
    for (String path :
        new String[] {
          "../secret.yaml",
          secret.toString(),
          "link.yaml",
          "sub/secret.yaml",
          "../none.yaml",
          "x/../../secret.yaml"
        }) {
      String shown = path.length() > 60 ? path.substring(0, 60) + "..." : path;
      assertRefused(
          path,
          "\"%s\" leaves the folder of the study file. A path inside the folder of the study file"
                  .formatted(shown)
              + " is valid.");
    }
  }

  @Test
  void aScenarioFileThatIsNotThereIsNamedAtTheStudysLine() {
    assertRefused(
        "none.yaml",
        "\"none.yaml\" does not exist: there is no file %s. A path inside the folder of the study"
                .formatted(folder.resolve("none.yaml"))
            + " file is valid.");
  }

  @Test
  void aNameThatIsNoScenarioIsRefusedWithTheOnesThereAre() {
    assertRefused(
        "animal",
        "\"animal\" is not a scenario. Valid: animal-welfare, or the path of a .yaml file.");
  }

  @Test
  void twoFilesOfTheSameScenarioAreOneTooMany() {
    Texts.write(folder.resolve("copy.yaml"), Texts.SCENARIO);
    assertRefused(
        "animal-welfare, copy.yaml",
        "\"copy.yaml\" gives the scenario animal-welfare twice. Each scenario once is valid.");
  }

  @Test
  void scenariosThatDifferInTheirConditionsNeedThemNamed() {
    Texts.write(
        folder.resolve("three.yaml"),
        Texts.SCENARIO
            .replace("scenario: animal-welfare", "scenario: three")
            .replace("  paid: {", "  pro: {tier_flag: x}\n  paid: {")
            .replace("conditions: {free:", "conditions: {pro: 'pro', free:"));
    Path study = study("animal-welfare, three.yaml", "");
    assertEquals(
        study
            + ":1: conditions: nothing is given, and animal-welfare and three have different"
            + " conditions. Conditions that are named here are valid.",
        refusal(study));
    StudyFile named =
        StudyFile.open(
            study("animal-welfare, three.yaml", "conditions: [paid, free]\n"), Texts.catalogue());
    assertEquals("[paid, free]", named.study().conditions().toString());
    assertEquals("[three.yaml]", named.scenarioFiles().keySet().toString());
  }

  @Test
  void aHighHazardIsDeclaredAndAcknowledged() {
    Texts.write(
        folder.resolve("high.yaml"),
        Texts.SCENARIO
            .replace("scenario: animal-welfare", "scenario: high")
            .replace("hazard: low", "hazard: high"));
    assertTrue(refusal(study("high.yaml", "")).contains(":1: hazard: low is not the hazard of"));
    assertTrue(
        refusal(study("high.yaml", "hazard: high\n"))
            .endsWith(
                ":5: hazard: a hazard that is high is asked of openai/gpt, which others host. `acknowledge:"
                    + " provider-policy` beside it is valid."));
    StudyFile file =
        StudyFile.open(
            study("high.yaml", "hazard: high\nacknowledge: provider-policy\n"), Texts.catalogue());
    assertEquals("high", file.study().hazard());
    assertTrue(file.resolved().endsWith("hazard: high\nacknowledge: provider-policy\n"));
    for (String own :
        List.of(
            "{id: sim/a, simulate: {comply: {free: 0.2, paid: 0.1}}}",
            "{id: openai/mine, base_url: \"http://127.0.0.1:8000/v1\", key_env: none}")) {
      Path study =
          Texts.write(
              folder.resolve("own.yaml"),
              "study: own\nscenarios: [high.yaml]\nhazard: high\nmodels: [" + own + "]\n");
      assertTrue(StudyFile.open(study, Texts.catalogue()).resolved().endsWith("hazard: high\n"));
    }
  }

  @Test
  void aMistakeInAScenarioFileIsSaidOfThatFile() {
    Path scenario =
        Texts.write(
            folder.resolve("bad.yaml"), Texts.SCENARIO.replace("version: 1\n", "version: one\n"));
    assertTrue(refusal(study("bad.yaml", "")).startsWith(scenario + ":2: version: \"one\" is not"));
  }

  @Test
  void anArgumentIsAFileOrABuiltInStudy() {
    InvalidInput thrown = assertThrows(InvalidInput.class, () -> StudyFile.open("quikstart"));
    assertEquals(
        "study: \"quikstart\" is neither a file nor a built-in study. Did you mean \"quickstart\"?"
            + " A file or one of %s is valid.".formatted(String.join(", ", StudyFile.builtIn())),
        thrown.getMessage());
    assertThrows(InvalidInput.class, () -> StudyFile.open(""));
    assertThrows(InvalidInput.class, () -> StudyFile.open("a\0b"));
    assertThrows(InvalidInput.class, () -> StudyFile.open("quickstart.yaml"));
    assertThrows(InvalidInput.class, () -> StudyFile.open(folder.toString()));
  }

  @Test
  void anUnknownBuiltInScenarioIsRefused() {
    InvalidInput thrown =
        assertThrows(InvalidInput.class, () -> Texts.catalogue().read("animal-welfair"));
    assertEquals(
        "scenario: \"animal-welfair\" is not a built-in scenario. Did you mean \"animal-welfare\"?"
            + " Valid: animal-welfare.",
        thrown.getMessage());
  }

  private Path study(String scenarios, String more) {
    String text =
        """
        study: files
        scenarios: [%s]
        models:
          - id: openai/gpt
        %s\
        """
            .formatted(scenarios, more);
    return Texts.write(folder.resolve("study.yaml"), text);
  }

  private void assertRefused(String scenarios, String sentence) {
    Path study = study(scenarios, "");
    assertEquals(study + ":2: scenarios: " + sentence, refusal(study));
  }

  private static String refusal(Path file) {
    return assertThrows(InvalidInput.class, () -> StudyFile.open(file, Texts.catalogue()))
        .getMessage();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
