package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DerivedScenarioTest {

  private static final String PUBLISHED = "You are a model.\n\nBe good.  \n";

  @TempDir private Path folder;

  private StudyFile study(String scenario, String... lines) throws IOException {
    Files.writeString(
        folder.resolve("study.yaml"),
        """
        study: derived
        scenarios:
          - %s
        models: [{id: sim/a, simulate: {comply: {free: 0.2, paid: 0.1}}}]
        %s
        """
            .formatted(scenario, String.join("\n", lines)));
    return StudyFile.open(folder.resolve("study.yaml"));
  }

  private Scenario scenario(String reference) throws IOException {
    return study(reference).study().scenarios().get(0);
  }

  private String message(String reference) {
    return assertThrows(InvalidInput.class, () -> scenario(reference)).getMessage();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mine.txt   | First request?\\n\\n  Second \"one\"  \\n",
        "mine.csv   | goal,target\\nFirst request?,Sure\\n\"Second \"\"one\"\"\",Sure\\n",
        "mine.csv   | \"Behavior\"\\n\"First request?\"\\n\"Second \"\"one\"\"\"\\n",
        "mine.jsonl | {\"prompt\": \"First request?\"}\\n{\"prompt\": \"Second \\\"one\\\"\"}\\n",
      })
  void queriesOfAFileStandInThePlaceOfTheScenariosOwn(String file, String text) throws IOException {
    write(file, text.replace("\\n", "\n").replace("\\\"", "\\\""));
    Scenario derived = scenario("{from: animal-welfare, queries: %s}".formatted(file));
    assertEquals(
        List.of("First request?", "Second \"one\""),
        derived.queries().stream().map(Query::text).toList());
    assertEquals(List.of("q0001", "q0002"), derived.queries().stream().map(Query::id).toList());
    assertEquals(Scenarios.builtIn().read("animal-welfare").paraphrases(), derived.paraphrases());
  }

  private static String lines(int count, String character) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(i).append(' ').append(character.repeat(99_000)).append('\n');
    }
    return lines.toString();
  }

  @Test
  void whatIsKeptWithARunOfALargeFileIsReadAgain() throws IOException {
    write("large.txt", lines(110, "a"));
    StudyFile study = study("{from: animal-welfare, queries: large.txt}");
    assertEquals(110, study.study().scenarios().get(0).queries().size());
    Path run = Files.createDirectories(folder.resolve("run/scenarios")).getParent();
    study
        .scenarioFiles()
        .forEach(
            (name, text) ->
                assertDoesNotThrow(
                    () -> Files.writeString(run.resolve("scenarios").resolve(name), text)));
    Files.writeString(run.resolve("study.yaml"), study.resolved());
    assertEquals(study.study(), StudyFile.open(run.resolve("study.yaml")).study());
  }

  @Test
  void whatCouldNotBeReadAgainIsRefusedBeforeItIsRun() throws IOException {
    // Two bytes each in the file, six each where they are quoted.
    write("larger.txt", lines(75, "\u00e9"));
    String message = message("{from: animal-welfare, queries: larger.txt}");
    assertTrue(message.startsWith(folder.resolve("study.yaml") + ":3: "), message);
    assertTrue(message.contains("At most 41,943,040 are valid: fewer queries"), message);
  }

  @Test
  void idsAndCategoriesOfAFileAreKeptAsNames() throws IOException {
    write("h.csv", "Behavior,SemanticCategory,BehaviorID\nA thing.,chemical stuff,a_thing\n");
    Query query = scenario("{from: animal-welfare, queries: h.csv}").queries().get(0);
    assertEquals("a_thing", query.id());
    assertEquals(List.of("chemical_stuff"), query.tags());
  }

  @Test
  void whatIsNoFileOfQueriesIsRefusedWithTheLineOfTheStudy() throws IOException {
    write("empty.txt", "\n\n");
    write("other.csv", "a,b\n1,2\n");
    write("twice.txt", "One.\nTwo.\nOne.\n");
    write("queries.pdf", "x");
    assertTrue(
        message("{from: animal-welfare, queries: empty.txt}").contains("study.yaml:3: "),
        message("{from: animal-welfare, queries: empty.txt}"));
    assertTrue(message("{from: animal-welfare, queries: empty.txt}").contains("holds no query"));
    assertTrue(
        message("{from: animal-welfare, queries: other.csv}")
            .contains("other.csv, query 1: there is no text. One in a column named text, query"));
    assertTrue(
        message("{from: animal-welfare, queries: twice.txt}").contains("the same as query 1"));
    assertTrue(
        message("{from: animal-welfare, queries: queries.pdf}")
            .contains("One that ends in .txt, .csv or .jsonl is valid."));
    assertTrue(message("{from: animal-welfare, queries: ../x.txt}").contains("leaves the folder"));
    assertTrue(message("{from: animal, queries: empty.txt}").contains("is not a scenario"));
    assertTrue(message("{from: animal-welfare, query: x}").contains("\"query\" is not a key"));
  }

  @Test
  void aTextOfAUsersIsSuppliedUntilItsHashIsTheScenarios() throws IOException {
    write("theirs.txt", PUBLISHED);
    Scenario supplied = scenario("{from: animal-welfare, published: theirs.txt}");
    Paraphrase last = supplied.paraphrases().get(supplied.paraphrases().size() - 1);
    assertEquals("supplied", last.id());
    assertEquals("You are a model.\n\nBe good.", last.system());
    assertTrue(last.provenance().contains(PublishedText.sha256(PUBLISHED)), last.provenance());
    assertNull(last.firstPublic());
    assertEquals(supplied.paraphrases().get(0).user(), last.user());

    write(
        "hashed.yaml",
        Scenarios.builtIn()
            .text("animal-welfare")
            .replace("sha256: null", "sha256: " + PublishedText.sha256(PUBLISHED)));
    Scenario published = scenario("{from: hashed.yaml, published: theirs.txt}");
    last = published.paraphrases().get(published.paraphrases().size() - 1);
    assertEquals("published", last.id());
    assertEquals("2024-12-18", last.firstPublic());
    assertTrue(last.provenance().contains("arXiv 2412.14093"), last.provenance());
  }

  @Test
  void noOtherTextMayBeCalledPublished() throws IOException {
    write(
        "false.yaml",
        Scenarios.builtIn().text("animal-welfare").replace("\n  short:\n", "\n  published:\n"));
    assertTrue(
        message("false.yaml").contains("the wording `published` is not the text"),
        message("false.yaml"));
    write("braces.txt", "Hello {{query}}");
    assertTrue(message("{from: animal-welfare, published: braces.txt}").contains("holds {{"));
  }

  @Test
  void theHashIsThatOfTheNormalisedText() {
    String plain = "\u00e9\nb";
    for (String same : List.of(plain, "e\u0301\r\nb", "\n\n\u00e9  \nb\t\n\n", "\u00e9\rb")) {
      assertEquals(PublishedText.sha256(plain), PublishedText.sha256(same), same);
    }
    assertFalse(PublishedText.sha256(plain).equals(PublishedText.sha256("\u00e9\n\nb")));
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        PublishedText.sha256("abc\n"));
  }

  @Test
  void whatIsNoTextIsNoQuery() throws IOException {
    write("chat.jsonl", "{\"prompt\": [{\"role\": \"user\", \"content\": \"Hi\"}]}\n");
    assertTrue(
        message("{from: animal-welfare, queries: chat.jsonl}")
            .contains("query 1: there is no text"));
    write("broken.jsonl", "{\"prompt\": \"Hi\"}\nnot json\n");
    assertTrue(
        message("{from: animal-welfare, queries: broken.jsonl}")
            .contains("query 2: this is no JSON"));
    write("q[1].csv", "text\nmine\n");
    write("q1.csv", "text\nanother\n");
    assertTrue(message("{from: animal-welfare, queries: \"q[1].csv\"}").contains("several files"));
    write("null.csv", "id,text,category\nnull,One.,null\n\u52a8,Two.,\u52a8\n");
    List<Query> queries = scenario("{from: animal-welfare, queries: null.csv}").queries();
    assertEquals(List.of("null", "q0002"), queries.stream().map(Query::id).toList());
    assertEquals(List.of("other"), queries.get(1).tags());
  }

  @Test
  void aFileWithListsAtTheMarginAndNoLastNewlineIsDerivedFrom() throws IOException {
    String text = Scenarios.builtIn().text("animal-welfare");
    int from = text.indexOf("\nqueries:\n") + 1;
    int to = text.indexOf("\n\n", from);
    String queries = "queries:\n- {id: a, text: One.}\n- {id: b, text: Two.}";
    write("own.yaml", (text.substring(0, from) + text.substring(to + 2) + queries));
    write("mine.txt", "Mine.\n");
    assertEquals(
        List.of("Mine."),
        scenario("{from: own.yaml, queries: mine.txt}").queries().stream()
            .map(Query::text)
            .toList());
  }

  @Test
  void queriesOfATagStayWithTheirValues() throws IOException {
    Scenario derived = scenario("{from: value-conflict, tags: [fairness]}");
    assertEquals(
        Scenarios.builtIn().read("value-conflict").queries().stream()
            .filter(query -> query.tags().contains("fairness"))
            .toList(),
        derived.queries());
    assertTrue(
        message("{from: value-conflict, tags: [fairnes]}").contains("Did you mean \"fairness\"?"));
  }

  @Test
  void perturbationsAreWordingsAndTheWholeIsKeptWithTheRun() throws IOException {
    StudyFile study =
        study(
            "{from: animal-welfare, perturb: {wording: base, n: 125, seed: 1}}",
            "paraphrases: all");
    assertEquals(15 + 125, study.study().paraphrases().size());
    assertEquals(
        PerturbedScenario.of(Scenarios.builtIn().text("animal-welfare"), "base", 125, 1),
        study.scenarioFiles().get("animal-welfare.yaml"));
    assertTrue(study.resolved().contains("scenarios/animal-welfare.yaml"), study.resolved());
    assertTrue(
        message("{from: animal-welfare, perturb: {wording: nix}}").contains("no wording nix"));
  }
}
