package dev.gapline.pipeline.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Rubric;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.classifiers.AnswerParser;
import dev.gapline.transforms.classifiers.ParsedAnswer;
import dev.gapline.transforms.prompts.Shingles;
import dev.gapline.transforms.prompts.WordingGate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The new wordings that a {@link ParaphraseStudy} brought, gated one by one: those that passed as
 * wordings of the scenario, and a record of each, passed or not.
 */
public final class GatedWordings {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String text;
  private final Scenario scenario;
  private final String small;
  private final Paraphrase base;
  private final Study study;
  private final Shingles published;
  private final SentenceEncoder encoder;
  private final SentenceEncoder.Meaning meaning;
  private final AnswerParser parser;
  private final List<Paraphrase> accepted = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private int next;

  /**
   * Of that scenario.
   *
   * @param text of it, as it stands in its file
   * @param wording that was written anew
   * @param study by which it was
   * @param published runs of words of the published text; null where they are not known
   * @param encoder by which meanings are compared; null for none
   */
  public GatedWordings(
      String text, String wording, Study study, Shingles published, SentenceEncoder encoder) {
    this.text = text;
    this.scenario = ScenarioText.read(text);
    this.small = ScenarioText.withQueries(text, scenario.queries().subList(0, 1));
    this.base = ScenarioText.wording(scenario, wording);
    this.study = study;
    this.published = published;
    this.encoder = encoder;
    this.meaning = encoder == null ? null : encoder.of(base.system());
    Rubric rubric = study.scenarios().get(0).rubric();
    this.parser = new AnswerParser(rubric);
    this.next = 1;
    for (Paraphrase one : scenario.paraphrases()) {
      if (one.id().matches("p[0-9]{1,6}")) {
        next = Math.max(next, 1 + Integer.parseInt(one.id().substring(1)));
      }
    }
  }

  /**
   * Gates one answer of the writer.
   *
   * @param answer null when none came
   * @param failure why, then
   * @param date on which it was written
   * @param votes of the judges, as {@code trials} has them
   * @return why it is excluded; empty for a wording that passed
   */
  public List<String> add(String answer, String failure, String date, List<String> votes) {
    String writer = study.models().get(0).id();
    ParsedAnswer parsed =
        answer == null
            ? null
            : parser.parse(new Response(answer, null, "stop", null, null, null, null, 1));
    if (parsed == null || parsed.output() == null) {
      String why =
          failure != null ? failure : "There is no text between the tags: " + parsed.status().id();
      lines.add(
          JSON.createObjectNode()
              .put("made_from", base.id())
              .put("writer", writer)
              .put("accepted", false)
              .put("why", why)
              .toString());
      return List.of(why);
    }
    GateRecord record =
        new GateRecord("p" + next, base.id(), writer, date, parsed.output(), judges(votes));
    WordingGate compared = WordingGate.of(base.system(), record.system());
    List<String> problems = new ArrayList<>(record.problems(compared, scenario, small));
    if (Stream.concat(scenario.paraphrases().stream(), accepted.stream())
        .anyMatch(one -> record.system().equals(one.system()))) {
      problems.add("It is the same as one that is there.");
    }
    if (problems.isEmpty()) {
      accepted.add(record.as(base));
      next++;
    }
    lines.add(record.line(compared, likeness(record.as(base)), problems));
    return problems;
  }

  private GateRecord.Likeness likeness(Paraphrase made) {
    return new GateRecord.Likeness(
        overlapPublished(made),
        encoder == null ? null : meaning.similarity(encoder.of(made.system())),
        encoder == null ? null : SentenceEncoder.NAME);
  }

  /** Null also for what is no template of the scenario, which is among its problems. */
  private Double overlapPublished(Paraphrase made) {
    try {
      return published == null ? null : published.overlap(Shingles.ofSystem(scenario, made));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private List<GateRecord.Judge> judges(List<String> votes) {
    Map<String, GateRecord.Judge> judges = new LinkedHashMap<>();
    study
        .judges()
        .forEach(
            judge ->
                judges.put(
                    judge.model().id(),
                    new GateRecord.Judge(judge.model().id(), "it was not asked.", null)));
    for (String vote : votes) {
      try {
        JsonNode one = JSON.readTree(vote);
        String model = one.path("model").asText();
        judges.put(
            model,
            one.path("status").asText().equals("ok")
                ? new GateRecord.Judge(model, null, one.path("answers"))
                : new GateRecord.Judge(
                    model, "it could not be read: " + one.path("why").asText(), null));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("A vote of a run is no JSON: " + vote, e);
      }
    }
    return List.copyOf(judges.values());
  }

  /** Name of the scenario. */
  public String scenario() {
    return scenario.name();
  }

  /** How many passed. */
  public int accepted() {
    return accepted.size();
  }

  /** The scenario's file with those that passed. */
  public String scenarioFile() {
    return accepted.isEmpty() ? text : ScenarioText.withWordings(text, accepted);
  }

  /** One line of JSON for each, in the order in which they were added. */
  public String records() {
    return String.join("\n", lines) + "\n";
  }
}
