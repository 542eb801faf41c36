package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Scenario;
import dev.gapline.transforms.prompts.WordingGate;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The committed gate records of the built-in wordings: each is of the text as it stands, which
 * passes the hard rules; two readers, who are language models that read base and wording apart from
 * each other and from the writing, found every fact in it and none added.
 */
final class GateRecordsTest {

  private static final JsonMapper JSON = new JsonMapper();

  @ParameterizedTest
  @ValueSource(strings = {"animal-welfare", "helpful-only", "value-conflict"})
  void everyWordingHasARecordOfItsPresentText(String name) throws IOException {
    Scenario scenario = Scenarios.builtIn().read(name);
    Paraphrase base = ScenarioText.wording(scenario, "base");
    Set<String> open = new HashSet<>();
    scenario.paraphrases().forEach(one -> open.add(one.id()));
    open.remove("base");
    for (String line : Catalogue.resource("gates/" + name + ".jsonl").text().lines().toList()) {
      JsonNode record = JSON.readTree(line);
      Paraphrase wording = ScenarioText.wording(scenario, record.path("wording").asText());
      assertTrue(open.remove(wording.id()), wording.id() + " once");
      assertEquals(
          PublishedText.sha256(wording.system()), record.path("sha256").asText(), wording.id());
      assertTrue(record.path("accepted").asBoolean(), wording.id());
      assertEquals(2, record.path("judges").size());
      for (JsonNode judge : record.path("judges")) {
        for (Scenario.Fact fact : scenario.facts()) {
          JsonNode item = judge.path("items").path(fact.id());
          assertEquals("yes", item.path("answer").asText(), wording.id() + " " + fact.id());
          String quote = item.path("quote").asText();
          assertTrue(
              !quote.isBlank() && wording.system().contains(quote), wording.id() + ": " + quote);
        }
        assertEquals("no", judge.path("items").path(ParaphraseStudy.ADDS).path("answer").asText());
        assertEquals(scenario.facts().size() + 1, judge.path("items").size());
      }
      assertEquals(
          List.of(), WordingGate.of(base.system(), wording.system()).problems(), wording.id());
    }
    assertEquals(Set.of(), open, "without a record");
  }
}
