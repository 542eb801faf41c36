package dev.gapline.pipeline.files;

import dev.gapline.schemas.Checks;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.QuerySelection;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The small study that is asked before a study: few queries, every condition, model and
 * temperature, one wording, factors at their reference.
 *
 * <p>Its queries are the last of the study's own seeded order. So they are a random draw, a larger
 * pilot contains a smaller one, and a study of {@code queries: {draw: n}} does not meet them as
 * long as n is at most what the scenario has less the pilot's.
 */
public final class PilotStudy {

  private static final int LEAST_QUERIES = 2;
  private static final int LONGEST_NAME = 80;
  private static final String SUFFIX = "-pilot";

  private PilotStudy() {}

  /**
   * The pilot of a study; its scenarios are files that hold the pilot's queries alone.
   *
   * @param queries of each scenario
   * @param samples of each of them, at least 2, for one alone does not tell what repeats
   */
  public static StudyFile of(StudyFile file, int queries, int samples) {
    Study study = file.study();
    refuse(study, queries, samples);
    SortedMap<String, String> texts = new TreeMap<>();
    List<Scenario> scenarios =
        study.scenarios().stream()
            .map(
                scenario -> {
                  Set<String> ids = lastQueries(study, scenario, queries);
                  texts.put(
                      scenario.name() + ".yaml",
                      FewerQueries.of(text(file, scenario), scenario, ids));
                  return FewerQueries.with(scenario, ids);
                })
            .toList();
    Study pilot =
        copy(
            study,
            name(study.name()),
            scenarios,
            QuerySelection.all(),
            List.of(wording(study)),
            references(study),
            samples);
    return new StudyFile(pilot, StudyYaml.write(pilot), texts);
  }

  /**
   * The largest n such that the study's {@code queries: {draw: n}} meets none of a pilot's queries;
   * empty where the pilot's are not the last of this study's seeded order.
   *
   * @param asked the pilot's queries by scenario
   */
  public static OptionalLong largestDrawWithout(
      Study study, SortedMap<String, List<String>> asked) {
    long most = Long.MAX_VALUE;
    for (Scenario scenario : study.scenarios()) {
      most = Math.min(most, scenario.queries().size() - (long) idsOf(asked, scenario).size());
    }
    if (most < 1) {
      return OptionalLong.empty();
    }
    for (Scenario scenario : study.scenarios()) {
      Set<String> left = lastQueries(study, scenario, scenario.queries().size() - most);
      if (!left.containsAll(idsOf(asked, scenario))) {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.of(most);
  }

  private static List<String> idsOf(SortedMap<String, List<String>> asked, Scenario scenario) {
    return asked.getOrDefault(scenario.name(), List.of());
  }

  /** The ids of those queries which a draw of all but so many leaves out. */
  private static Set<String> lastQueries(Study study, Scenario scenario, long queries) {
    long rest = scenario.queries().size() - queries;
    StudyPlan plan =
        StudyPlan.of(
            copy(
                study,
                study.name(),
                List.of(scenario),
                new QuerySelection(QuerySelection.Kind.DRAW, rest),
                List.of(wording(study)),
                references(study),
                1));
    Set<String> ids = new TreeSet<>();
    scenario.queries().stream().map(Query::id).forEach(ids::add);
    for (long query = 0; query < plan.queries(); query++) {
      ids.remove(plan.trial(plan.firstTrial(query * plan.cells())).query());
    }
    return ids;
  }

  private static void refuse(Study study, int queries, int samples) {
    for (Scenario scenario : study.scenarios()) {
      int most = scenario.queries().size() - 1;
      if (queries < LEAST_QUERIES || queries > most) {
        throw new InvalidInput(
            "--queries: %d is not valid. %s has %d, and a pilot's stay out of the study: %s."
                .formatted(
                    queries,
                    scenario.name(),
                    scenario.queries().size(),
                    most < LEAST_QUERIES
                        ? "a scenario of at least 3 is valid"
                        : "%d to %d is valid".formatted(LEAST_QUERIES, most)));
      }
    }
    if (samples < 2 || samples > 1_000_000) {
      throw new InvalidInput(
          "--samples: %d is not valid. 2 to 1000000 is valid: one sample does not tell what repeats."
              .formatted(samples));
    }
  }

  private static String name(String study) {
    return study.substring(0, Math.min(study.length(), LONGEST_NAME - SUFFIX.length())) + SUFFIX;
  }

  private static String text(StudyFile file, Scenario scenario) {
    String own = file.scenarioFiles().get(scenario.name() + ".yaml");
    return own == null ? Scenarios.builtIn().text(scenario.name()) : own;
  }

  private static String wording(Study study) {
    return study.paraphrases().contains("base") ? "base" : study.paraphrases().get(0);
  }

  /** Every factor at its reference, or at the study's first level where that is not asked. */
  private static List<Factor> references(Study study) {
    SortedMap<String, String> references = new TreeMap<>();
    study
        .scenarios()
        .get(0)
        .factors()
        .forEach(factor -> references.put(factor.name(), factor.reference()));
    return study.factors().stream()
        .map(
            factor -> {
              String reference = references.get(factor.name());
              return new Factor(
                  factor.name(),
                  List.of(
                      factor.levels().contains(reference) ? reference : factor.levels().get(0)));
            })
        .toList();
  }

  private static Study copy(
      Study study,
      String name,
      List<Scenario> scenarios,
      QuerySelection queries,
      List<String> paraphrases,
      List<Factor> factors,
      long samples) {
    return new Study(
        name,
        study.seed(),
        scenarios,
        study.models(),
        study.conditions(),
        study.contrasts(),
        queries,
        paraphrases,
        study.temperatures(),
        factors,
        samples,
        Study.Order.REPLICATE,
        study.analysis(),
        null,
        study.budgetUsd(),
        study.budgetTokens(),
        study.maxFailureShare(),
        study.hazard(),
        Checks.none(),
        study.judges());
  }
}
