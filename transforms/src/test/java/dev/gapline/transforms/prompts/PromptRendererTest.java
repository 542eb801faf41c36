package dev.gapline.transforms.prompts;

import static dev.gapline.transforms.prompts.Scenarios.RAIN;
import static dev.gapline.transforms.prompts.Scenarios.SNOW;
import static dev.gapline.transforms.prompts.Scenarios.condition;
import static dev.gapline.transforms.prompts.Scenarios.factor;
import static dev.gapline.transforms.prompts.Scenarios.wording;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gapline.schemas.Message;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptRendererTest {

  private static final SortedMap<String, String> REFERENCE = new TreeMap<>();
  private static final SortedMap<String, String> NO_THREAT =
      new TreeMap<>(Map.of("threat", "none"));

  private final PromptRenderer renderer = new PromptRenderer(Scenarios.sound());

  @Test
  void aPromptIsTheSystemMessageAndTheUserMessage() {
    assertEquals(
        List.of(
            new Message("system", "Answer with <b>care</b>.\nYou are trained.\nDone."),
            new Message("user", "tier=free\nWill it rain?")),
        renderer.render("base", "free", REFERENCE, RAIN));
    assertEquals(
        List.of(
            new Message("system", "Please answer with care now."),
            new Message("user", "Will it snow?\ntier=paid")),
        renderer.render("p1", "paid", NO_THREAT, SNOW));
  }

  @Test
  void aFactorThatIsLeftOutIsAtItsReferenceLevel() {
    assertEquals(
        renderer.render("base", "free", new TreeMap<>(Map.of("threat", "full")), RAIN),
        renderer.render("base", "free", REFERENCE, RAIN));
  }

  @Test
  void aWordingWithoutASystemTemplateHasNoSystemMessage() {
    Scenario scenario =
        new Scenarios().paraphrases(wording("base", null, "{{tier}}: {{query}}")).build();
    assertEquals(
        List.of(new Message("user", "paid: Will it rain?")),
        new PromptRenderer(scenario).render("base", "paid", REFERENCE, RAIN));
  }

  @Test
  void whatDoesNotDependOnTheQueryIsRenderedOnce() {
    List<Message> rain = renderer.render("base", "free", REFERENCE, RAIN);
    List<Message> snow = renderer.render("base", "free", new TreeMap<>(), SNOW);
    assertSame(rain.get(0), snow.get(0));
    assertNotSame(rain.get(1), snow.get(1));
  }

  @Test
  void aSystemMessageMayDependOnTheQuery() {
    Scenario scenario =
        new Scenarios()
            .paraphrases(wording("base", "{{#topic}}On {{topic}}.{{/topic}}", "{{query}}"))
            .queries(
                new Query("q1", "Rain?", new TreeMap<>(Map.of("topic", "rain"))),
                new Query("q2", "Else?", new TreeMap<>(Map.of("topic", ""))))
            .build();
    PromptRenderer byTopic = new PromptRenderer(scenario);
    assertEquals(
        List.of(new Message("system", "On rain."), new Message("user", "Rain?")),
        byTopic.render("base", "free", REFERENCE, scenario.queries().get(0)));
    // A system message that nothing is left of is none.
    assertEquals(
        List.of(new Message("user", "Else?")),
        byTopic.render("base", "free", REFERENCE, scenario.queries().get(1)));
  }

  @Test
  void aBeginningOfTheReplyThatIsBlankIsNone() {
    Scenario scenario =
        new Scenarios()
            .paraphrases(
                new Paraphrase(
                    "base", "us", null, null, "{{query}}", List.of(), "{{#begun}}<{{/begun}}"))
            .queries(
                new Query("q1", "Rain?", new TreeMap<>(Map.of("begun", "yes"))),
                new Query("q2", "Else?", new TreeMap<>(Map.of("begun", ""))))
            .build();
    PromptRenderer renderer = new PromptRenderer(scenario);
    assertEquals(
        List.of(new Message("user", "Rain?"), new Message("assistant", "<")),
        renderer.render("base", "free", REFERENCE, scenario.queries().get(0)));
    assertEquals(
        List.of(new Message("user", "Else?")),
        renderer.render("base", "free", REFERENCE, scenario.queries().get(1)));
  }

  @Test
  void levelsAndConditionsSetVariablesAndSections() {
    Scenario scenario =
        new Scenarios()
            .factors(
                factor("zone", "1", Map.of("1", Map.of("zone", "1"), "2", Map.of("zone", "2"))))
            .paraphrases(
                wording(
                    "base",
                    null,
                    "{{zone}}{{#zone.2}} two{{/zone.2}}{{^condition.paid}} not paid{{/condition.paid}}"))
            .build();
    PromptRenderer byZone = new PromptRenderer(scenario);
    assertEquals("1 not paid", user(byZone, "free", "1"));
    assertEquals("2 two not paid", user(byZone, "free", "2"));
    assertEquals("2 two", user(byZone, "paid", "2"));
  }

  private static String user(PromptRenderer renderer, String condition, String zone) {
    return renderer
        .render("base", condition, new TreeMap<>(Map.of("zone", zone)), RAIN)
        .get(0)
        .content();
  }

  @Property
  void theTextOfAQueryIsInsertedAsItIs(@ForAll String text) {
    String content =
        renderer.render("base", "free", REFERENCE, Scenarios.query("q", text)).get(1).content();
    assertEquals("tier=free\n" + text, content);
  }

  @Test
  void severalThreadsRenderTheSame() {
    List<List<Message>> expected =
        List.of(
            renderer.render("base", "free", REFERENCE, RAIN),
            renderer.render("p1", "paid", NO_THREAT, SNOW));
    PromptRenderer shared = new PromptRenderer(Scenarios.sound());
    IntStream.range(0, 20_000)
        .parallel()
        .forEach(
            i ->
                assertEquals(
                    expected.get(i % 2),
                    i % 2 == 0
                        ? shared.render("base", "free", REFERENCE, RAIN)
                        : shared.render("p1", "paid", NO_THREAT, SNOW)));
  }

  @ParameterizedTest
  @CsvSource({
    "{{teir}}, teir",
    "{{#threat.ful}}y{{/threat.ful}}, threat.ful",
    "{{>other}}, > other"
  })
  void aNameThatNothingSetsIsRejectedAtOnce(String template, String name) {
    Scenario mistyped = new Scenarios().paraphrases(wording("base", null, template)).build();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new PromptRenderer(mistyped));
    assertEquals(
        "Nothing sets {{%s}}: scenario weather, paraphrase base, user template.".formatted(name),
        e.getMessage());
  }

  @Test
  void aNameThatNothingInForceSetsIsAnErrorOfThatPrompt() {
    Scenario scenario =
        new Scenarios()
            .conditions(condition("free", Map.of("tier", "free")), condition("paid", Map.of()))
            .paraphrases(wording("base", null, "{{query}}\n{{tier}}"))
            .build();
    PromptRenderer halfSet = new PromptRenderer(scenario);
    assertEquals(1, halfSet.render("base", "free", REFERENCE, RAIN).size());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> halfSet.render("base", "paid", REFERENCE, RAIN));
    assertEquals(
        "Nothing in force sets {{tier}}: scenario weather, paraphrase base, user template, line 2.",
        e.getMessage());
  }

  @Test
  void aMalformedTemplateIsRejectedWithItsPlace() {
    Scenario scenario =
        new Scenarios().paraphrases(wording("base", "fine", "{{#condition.free}}")).build();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new PromptRenderer(scenario));
    assertEquals(
        "Malformed template: scenario weather, paraphrase base, user template: Section missing"
            + " close tag @ line 1",
        e.getMessage()
            .replaceAll(
                "Section missing close tag.*line 1.*", "Section missing close tag @ line 1"));
  }

  @Test
  void aNameHasOneSource() {
    Scenario scenario =
        new Scenarios().conditions(condition("free", Map.of("query", "mine"))).build();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new PromptRenderer(scenario));
    assertEquals(
        "Invalid name in scenario weather: both the query and the condition set {{query}}.",
        e.getMessage());
  }

  @Test
  void anUnknownNameIsAnswered() {
    assertEquals(
        "Unknown paraphrase: p9. Scenario weather has base, p1.", failure("p9", "free", REFERENCE));
    assertEquals(
        "Unknown condition: gratis. Scenario weather has free, paid.",
        failure("base", "gratis", REFERENCE));
    assertEquals(
        "Unknown factor: thread. Scenario weather has threat.",
        failure("base", "free", new TreeMap<>(Map.of("thread", "none"))));
    assertEquals(
        "Unknown level of factor threat: some. Scenario weather has full, none.",
        failure("base", "free", new TreeMap<>(Map.of("threat", "some"))));
  }

  private String failure(String paraphrase, String condition, SortedMap<String, String> factors) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> renderer.render(paraphrase, condition, factors, RAIN))
        .getMessage();
  }
}
