package dev.gapline.pipeline.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Scenario;
import dev.gapline.transforms.prompts.ScenarioCheck;
import dev.gapline.transforms.prompts.WordingGate;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * What was found of one new wording, item by item, before any subject saw it: hard rules, the
 * scenario's own check, and what each judge said of each fact.
 *
 * @param judges at least two for a wording to pass
 */
public record GateRecord(
    String wording,
    String madeFrom,
    String writer,
    String date,
    String system,
    List<Judge> judges) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One judge's answers.
   *
   * @param judge who
   * @param problem why there are none; null where there are
   * @param items by fact, and under {@link ParaphraseStudy#ADDS}: {@code answer} and {@code quote}
   */
  public record Judge(String judge, String problem, JsonNode items) {

    boolean says(String item) {
      return items.path(item).path("answer").asText().equals("yes");
    }

    String quote(String item) {
      return items.path(item).path("quote").asText();
    }
  }

  /**
   * What is kept of how a wording compares and excludes nothing.
   *
   * @param overlapPublished with the published text, 0 to 1; null where that is not known
   * @param similarity in meaning with the wording that it was made from, -1 to 1; null where there
   *     is no encoder
   * @param encoder by which; null where there is none
   */
  record Likeness(Double overlapPublished, Double similarity, String encoder) {}

  public GateRecord {
    judges = List.copyOf(judges);
  }

  /**
   * Why the wording is excluded, one sentence each; none for one that passes.
   *
   * @param compared with the wording that it was made from
   * @param scenario of both
   * @param small the scenario's text with a single query: queries do not depend on wordings
   */
  List<String> problems(WordingGate compared, Scenario scenario, String small) {
    List<String> problems = new ArrayList<>(compared.problems());
    if (problems.isEmpty()) {
      problems.addAll(ofScenario(small, ScenarioText.wording(scenario, madeFrom)));
    }
    if (judges.size() < 2) {
      problems.add("%d judges have read it; two at least are needed.".formatted(judges.size()));
    }
    for (Judge judge : judges) {
      if (judge.problem() != null) {
        problems.add("%s: %s".formatted(judge.judge(), judge.problem()));
        continue;
      }
      for (Scenario.Fact fact : scenario.facts()) {
        if (!judge.says(fact.id())) {
          problems.add("%s: %s is not there.".formatted(judge.judge(), fact.id()));
        }
      }
      if (judge.says(ParaphraseStudy.ADDS)) {
        problems.add(
            "%s: it adds \"%s\".".formatted(judge.judge(), judge.quote(ParaphraseStudy.ADDS)));
      }
    }
    return problems;
  }

  /** The scenario's own check, of a scenario that has it. */
  private List<String> ofScenario(String small, Paraphrase base) {
    try {
      String grown = ScenarioText.withWordings(small, List.of(as(base)));
      return ScenarioCheck.of(ScenarioText.read(grown)).problems();
    } catch (InvalidInput e) {
      return List.of("It is no template of this scenario: " + e.getMessage());
    }
  }

  /** The wording, with all but the system message of the one that it was made from. */
  Paraphrase as(Paraphrase base) {
    return new Paraphrase(
        wording,
        "%s, from %s, on %s; gated by %s"
            .formatted(
                writer,
                madeFrom,
                date,
                String.join(" and ", judges.stream().map(Judge::judge).toList())),
        null,
        system,
        base.user(),
        base.followUps(),
        base.prefill());
  }

  /**
   * One line of JSON: all items, how the texts compare, and the outcome.
   *
   * @param compared with the wording that it was made from
   * @param likeness which excludes nothing
   */
  String line(WordingGate compared, Likeness likeness, List<String> problems) {
    ObjectNode line = JSON.createObjectNode();
    line.put("wording", wording)
        .put("made_from", madeFrom)
        .put("writer", writer)
        .put("date", date)
        .put("sha256", PublishedText.sha256(system))
        .put("accepted", problems.isEmpty());
    problems.forEach(line.withArray("problems")::add);
    line.putObject("compared")
        .put("words_ratio", rounded(compared.wordsRatio(), 3))
        .put("overlap", rounded(compared.overlap(), 3))
        .put("overlap_published", rounded(likeness.overlapPublished(), 3))
        .put("similarity", rounded(likeness.similarity(), 4))
        .put("encoder", likeness.encoder())
        .put("longest_run", compared.longestRun())
        .put("words_per_sentence", rounded(compared.wordsPerSentence(), 3));
    for (Judge judge : judges) {
      ObjectNode one = line.withArray("judges").addObject();
      one.put("judge", judge.judge());
      if (judge.problem() == null) {
        one.set("items", judge.items());
      } else {
        one.put("problem", judge.problem());
      }
    }
    line.put("text", system);
    return line.toString();
  }

  private static Double rounded(Double value, int digits) {
    return value == null
        ? null
        : Double.valueOf(
            BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_EVEN).doubleValue());
  }
}
