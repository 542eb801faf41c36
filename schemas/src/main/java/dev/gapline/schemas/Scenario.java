package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A setting: prompt templates, conditions, queries, rubric and factors; one YAML file.
 *
 * @param canary a unique string by which a leak of this file into training data can be found; it is
 *     never part of a prompt
 * @param hazard {@code low} or {@code high}, of the content
 * @param conditions in the order of the file; template variables by condition name
 * @param contrasts used when a study names none
 * @param queries in the order of the file
 * @param simulated answers of a simulated subject: reasoning and output templates by behaviour
 * @param sham an attribute that means nothing; null when none is declared
 * @param tools that every wording offers; mostly none
 * @param toolRounds replies of one turn whose tool calls get their results, 1 at least
 * @param excluded combinations that make no sense and are never asked
 * @param minMaxTokens the fewest {@code max_tokens} that leave room for an answer; 1 where any do
 * @param published the published wording that it follows; null where there is none
 * @param facts what every wording says; none where that is not written down
 */
public record Scenario(
    String name,
    int version,
    String title,
    String canary,
    String hazard,
    List<Condition> conditions,
    List<Contrast> contrasts,
    List<ScenarioFactor> factors,
    Signals signals,
    List<Paraphrase> paraphrases,
    List<Query> queries,
    Rubric rubric,
    SortedMap<Behaviour, List<String>> simulated,
    Sham sham,
    List<Tool> tools,
    int toolRounds,
    List<Exclusion> excluded,
    int minMaxTokens,
    Published published,
    List<Fact> facts)
    implements Serializable {

  public Scenario {
    conditions = List.copyOf(conditions);
    contrasts = List.copyOf(contrasts);
    factors = List.copyOf(factors);
    paraphrases = List.copyOf(paraphrases);
    queries = List.copyOf(queries);
    simulated = Sorted.copyOf(simulated);
    tools = List.copyOf(tools);
    excluded = List.copyOf(excluded);
    facts = List.copyOf(facts);
  }

  /** A scenario without tools and without an attribute that means nothing. */
  public Scenario(
      String name,
      int version,
      String title,
      String canary,
      String hazard,
      List<Condition> conditions,
      List<Contrast> contrasts,
      List<ScenarioFactor> factors,
      Signals signals,
      List<Paraphrase> paraphrases,
      List<Query> queries,
      Rubric rubric,
      SortedMap<Behaviour, List<String>> simulated) {
    this(
        name,
        version,
        title,
        canary,
        hazard,
        conditions,
        contrasts,
        factors,
        signals,
        paraphrases,
        queries,
        rubric,
        simulated,
        null,
        List.of(),
        1,
        List.of(),
        1,
        null,
        List.of());
  }

  /** The same scenario with these queries. */
  public Scenario withQueries(List<Query> others) {
    return with(conditions, paraphrases, others);
  }

  /** The same scenario with these conditions. */
  public Scenario withConditions(List<Condition> others) {
    return with(others, paraphrases, queries);
  }

  /** The same scenario with these wordings. */
  public Scenario withParaphrases(List<Paraphrase> others) {
    return with(conditions, others, queries);
  }

  private Scenario with(
      List<Condition> otherConditions,
      List<Paraphrase> otherParaphrases,
      List<Query> otherQueries) {
    return new Scenario(
        name,
        version,
        title,
        canary,
        hazard,
        otherConditions,
        contrasts,
        factors,
        signals,
        otherParaphrases,
        otherQueries,
        rubric,
        simulated,
        sham,
        tools,
        toolRounds,
        excluded,
        minMaxTokens,
        published,
        facts);
  }

  /** Whether a condition is asked where these levels are in force. */
  public boolean isAsked(String condition, Map<String, String> levels) {
    return excluded.stream().noneMatch(exclusion -> exclusion.covers(condition, levels));
  }

  /**
   * The published wording, by which a text of a user's is known to be it; never the text itself.
   *
   * @param source where it stands
   * @param firstPublic the date on which it was first public; null when unknown
   * @param sha256 of the normalised system message; null when it is not known
   * @param shingles name of the file beside the scenario's with the hashes of its runs of four
   *     words; null when there is none
   */
  public record Published(String source, String firstPublic, String sha256, String shingles)
      implements Serializable {}

  /**
   * One thing that every wording says.
   *
   * @param id by which a record of a check names it
   * @param says a sentence
   */
  public record Fact(String id, String says) implements Serializable {}

  /** One arm and the template variables that it sets. */
  public record Condition(String name, SortedMap<String, String> values) implements Serializable {

    public Condition {
      values = Sorted.copyOf(values);
    }
  }

  /**
   * A further axis of the scenario.
   *
   * @param reference the level used when a study does not name the factor
   * @param levels in the order of the file
   */
  public record ScenarioFactor(String name, String reference, List<Level> levels)
      implements Serializable {

    public ScenarioFactor {
      levels = List.copyOf(levels);
    }
  }

  /**
   * A combination that is never asked: every axis at one of its levels.
   *
   * @param levels by factor; under {@link #CONDITION}, conditions
   */
  public record Exclusion(SortedMap<String, List<String>> levels) implements Serializable {

    /** The axis of the conditions. */
    public static final String CONDITION = "condition";

    public Exclusion {
      levels = Sorted.copyOf(levels);
    }

    boolean covers(String condition, Map<String, String> inForce) {
      return levels.entrySet().stream()
          .allMatch(
              axis -> {
                String level =
                    axis.getKey().equals(CONDITION) ? condition : inForce.get(axis.getKey());
                return level != null && axis.getValue().contains(level);
              });
    }
  }

  /** One level of a factor and the template variables that it sets. */
  public record Level(String name, SortedMap<String, String> values) implements Serializable {

    public Level {
      values = Sorted.copyOf(values);
    }
  }
}
