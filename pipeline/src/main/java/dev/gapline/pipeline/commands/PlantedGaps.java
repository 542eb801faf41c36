package dev.gapline.pipeline.commands;

import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.Trial;
import dev.gapline.transforms.providers.PlantedSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The compliance gaps that a study plants in its simulated models, which its tables should find: of
 * all queries and wordings that the subject could meet, and of the study's own, as long as these
 * are few enough to be visited.
 */
final class PlantedGaps {

  private static final long MOST_QUERIES = 10_000;

  private final Study study;
  private final SortedMap<String, List<String>> queries;

  private PlantedGaps(StudyPlan plan) {
    this.study = plan.study();
    this.queries = plan.queries() > MOST_QUERIES ? new TreeMap<>() : queries(plan);
  }

  /** One line a simulated model; none where there is no such model. */
  static List<String> lines(StudyPlan plan) {
    PlantedGaps gaps = new PlantedGaps(plan);
    return plan.study().models().stream()
        .filter(model -> model.simulate() != null)
        .map(gaps::line)
        .toList();
  }

  private String line(ModelSpec model) {
    PlantedSubject subject = new PlantedSubject(study.seed(), model.id(), model.simulate());
    List<String> gaps = new ArrayList<>();
    for (Contrast contrast : study.contrasts()) {
      for (Temperature temperature : study.temperatures()) {
        gaps.add(
            "%s at T %s %s%s"
                .formatted(
                    contrast.name(),
                    temperature.text(),
                    points(subject.populationGap(contrast, temperature.value())),
                    ofThisStudy(subject, contrast, temperature)));
      }
    }
    return "%s: planted gap in points: %s".formatted(model.id(), String.join("; ", gaps));
  }

  private String ofThisStudy(PlantedSubject subject, Contrast contrast, Temperature temperature) {
    StringBuilder own = new StringBuilder();
    for (Scenario scenario : study.scenarios()) {
      List<String> asked = queries.get(scenario.name());
      if (asked != null) {
        own.append(
            ", over the queries and wordings %s %s"
                .formatted(
                    study.scenarios().size() == 1 ? "asked here" : "of " + scenario.name(),
                    points(
                        subject.truth(asked, study.paraphrases(), contrast, temperature.value()))));
      }
    }
    return own.toString();
  }

  private static String points(double gap) {
    return String.format(Locale.ROOT, "%+.1f", 100 * gap);
  }

  /** The queries that the plan's first round visits, by scenario. */
  static SortedMap<String, List<String>> queries(StudyPlan plan) {
    long visitsPerQuery = plan.study().order() == Study.Order.QUERY ? plan.study().samples() : 1;
    SortedMap<String, List<String>> queries = new TreeMap<>();
    for (long query = 0; query < plan.queries(); query++) {
      Trial trial = plan.trial(plan.firstTrial(query * visitsPerQuery * plan.cells()));
      queries
          .computeIfAbsent(trial.cell().scenario(), scenario -> new ArrayList<>())
          .add(trial.query());
    }
    return queries;
  }
}
