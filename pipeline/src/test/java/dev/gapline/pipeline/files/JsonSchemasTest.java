package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schemas for editors know what the readers know. */
final class JsonSchemasTest {

  private static final JsonMapper JSON = new JsonMapper();

  private static Schema schema(String kind) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(JsonSchemas.text(kind));
  }

  private static JsonNode yaml(String text) {
    return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
  }

  private static List<String> problems(String kind, String text) {
    return schema(kind).validate(yaml(text)).stream().map(Object::toString).toList();
  }

  static Stream<String> scenarios() {
    return Scenarios.builtIn().names().stream();
  }

  static Stream<String> studies() {
    return StudyFile.builtIn().stream();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void aBuiltInScenarioIsValid(String name) {
    assertEquals(List.of(), problems("scenario", Scenarios.builtIn().text(name)));
  }

  @ParameterizedTest
  @MethodSource("studies")
  void aBuiltInStudyAndItsResolvedFormAreValid(String name) {
    assertEquals(
        List.of(), problems("study", new Catalogue("studies", List.of(name)).open(name).text()));
    assertEquals(List.of(), problems("study", StudyFile.open(name).resolved()));
  }

  @Test
  void aMistakeIsSeen() {
    assertFalse(problems("study", "study: s\nscenarios: [a]\nmodells: []\n").isEmpty());
    assertFalse(
        problems("study", "study: s\nscenarios: [a]\nmodels: [{id: a/b, mode: bulk}]\n").isEmpty());
    assertFalse(problems("scenario", "scenario: Animal Welfare\n").isEmpty());
    String text = Scenarios.builtIn().text("animal-welfare");
    String shingles = "sha256: null, shingles: ";
    assertEquals(
        List.of(), problems("scenario", text.replace("sha256: null", shingles + "a.shingles")));
    assertFalse(problems("scenario", text.replace("sha256: null", shingles + "a/b")).isEmpty());
  }

  /** A key that no reader knows is answered with those that it does. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "study | | zzz: 1",
        "study | /$defs/model | models: [{id: sim/a, zzz: 1}]",
        "study | /$defs/model/properties/simulate | models: [{id: sim/a, simulate: {zzz: 1}}]",
        "study | /properties/analysis | analysis: {zzz: 1}",
      })
  void itHasTheKeysThatTheReaderHas(String kind, String place, String text) throws IOException {
    String study =
        "study: s\nscenarios: [animal-welfare]\n"
            + (text.startsWith("models")
                ? ""
                : "models: [{id: sim/a, simulate: {comply: {free: 1, paid: 1}}}]\n")
            + text;
    InvalidInput refused =
        assertThrows(
            InvalidInput.class,
            () ->
                StudyFile.of(
                    new SourceText("study.yaml", study),
                    new ScenarioReferences(Scenarios.builtIn(), null),
                    Scenarios.builtIn()));
    assertTrue(refused.getMessage().contains("\"zzz\" is not a key"), refused.getMessage());
    String valid = refused.getMessage().replaceAll("(?s).*Valid are ", "").replace(".", "");
    Set<String> known = new TreeSet<>(Arrays.asList(valid.split(", ")));
    Set<String> inSchema = new TreeSet<>();
    JsonNode at = JSON.readTree(JsonSchemas.text(kind)).at(place == null ? "" : place);
    at.path("properties").fieldNames().forEachRemaining(inSchema::add);
    assertEquals(known, inSchema);
  }

  @Test
  void itHasTheKeysOfAScenario() throws IOException {
    InvalidInput refused =
        assertThrows(
            InvalidInput.class,
            () -> ScenarioReader.read(new SourceText("s.yaml", Texts.SCENARIO + "zzz: 1\n")));
    String valid = refused.getMessage().replaceAll("(?s).*Valid are ", "").replace(".", "");
    Set<String> inSchema = new TreeSet<>();
    JSON.readTree(JsonSchemas.text("scenario"))
        .path("properties")
        .fieldNames()
        .forEachRemaining(inSchema::add);
    assertEquals(new TreeSet<>(Arrays.asList(valid.split(", "))), inSchema);
  }
}
