package dev.gapline.pipeline.files;

import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A scenario of a study with something of the study's own: {@code {from: helpful-only, queries:
 * mine.csv}}, the published wording from a file of the user's, or perturbations of a wording. What
 * is derived is a scenario file like any other, and is kept with the run.
 */
final class DerivedScenario {

  private DerivedScenario() {}

  /**
   * The text of the derived scenario.
   *
   * @param textOf the text of a scenario that the study may name
   * @param folder of the study's files; null for none
   */
  static String text(Value value, Function<Value, SourceText> textOf, Path folder) {
    Fields fields = value.fields("a scenario", "from", "queries", "tags", "published", "perturb");
    String text =
        textOf.apply(fields.required("from", "The name of a scenario, or a path,")).text();
    text = changed(fields, "queries", text, (item, now) -> withQueries(item, folder, now));
    text = changed(fields, "tags", text, DerivedScenario::tagged);
    text = changed(fields, "published", text, (item, now) -> withPublished(item, folder, now));
    return changed(fields, "perturb", text, DerivedScenario::perturbed);
  }

  private interface Change {
    String of(Value item, String text);
  }

  private static String changed(Fields fields, String key, String text, Change change) {
    return fields
        .optional(key)
        .map(
            item -> {
              try {
                return change.of(item, text);
              } catch (IllegalArgumentException e) {
                throw item.refuseUnseen(e.getMessage());
              }
            })
        .orElse(text);
  }

  private static String withQueries(Value item, Path folder, String text) {
    return ScenarioText.withQueries(text, QueryFile.read(file(item, folder)));
  }

  private static String tagged(Value item, String text) {
    List<Query> queries = ScenarioText.read(text).queries();
    List<String> known =
        queries.stream().flatMap(query -> query.tags().stream()).distinct().sorted().toList();
    List<String> tags =
        item.someItems("A list of tags").stream()
            .map(tag -> tag.oneOf("a tag of its queries", known))
            .toList();
    return ScenarioText.withQueries(
        text,
        queries.stream().filter(query -> query.tags().stream().anyMatch(tags::contains)).toList());
  }

  private static String withPublished(Value item, Path folder, String text) {
    String given = PublishedText.read(file(item, folder));
    if (given.contains("{{")) {
      throw new IllegalArgumentException(
          "the text holds {{, by which templates begin. A text without is valid.");
    }
    Scenario scenario = ScenarioText.read(text);
    Paraphrase base = ScenarioText.wording(scenario, "base");
    String system = PublishedText.normalised(given);
    String digest = PublishedText.sha256(system);
    Scenario.Published key = scenario.published();
    boolean isPublished = key != null && digest.equals(key.sha256());
    return ScenarioText.withWordings(
        text,
        List.of(
            new Paraphrase(
                isPublished ? Paraphrase.PUBLISHED : PublishedText.SUPPLIED,
                isPublished ? key.source() : "supplied by the user, SHA-256 " + digest,
                isPublished ? key.firstPublic() : null,
                system,
                base.user(),
                base.followUps(),
                base.prefill())));
  }

  private static String perturbed(Value item, String text) {
    Fields fields = item.fields("perturb", "wording", "n", "seed");
    return PerturbedScenario.of(
        text,
        fields.read("wording", "base", value -> value.text("A wording")),
        fields.whole("n", 125, "a number of perturbations", PerturbedScenario.MOST),
        fields.read("seed", 1L, value -> value.whole("a seed", 0, Long.MAX_VALUE)));
  }

  private static Path file(Value item, Path folder) {
    if (folder == null) {
      throw new IllegalArgumentException(
          "a built-in study has no files beside it. A copy of the study in a folder of yours is"
              + " valid.");
    }
    return ScenarioReferences.inside(folder, item, item.words("A path"));
  }
}
