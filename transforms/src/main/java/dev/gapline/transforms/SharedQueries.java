package dev.gapline.transforms;

import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.statistics.QueryPair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which queries are the same in several scenarios: those of one id that ask the same. Made-up
 * queries, which no scenario lists, are of their scenario alone.
 */
final class SharedQueries {

  private final List<Scenario> scenarios;
  private final Map<String, Map<String, Query>> byScenario = new HashMap<>();

  SharedQueries(Study study) {
    this.scenarios = study.scenarios();
    for (Scenario scenario : scenarios) {
      byScenario.put(
          scenario.name(),
          scenario.queries().stream().collect(Collectors.toMap(Query::id, query -> query)));
    }
  }

  /** The pairs of a scenario under names that are equal only for equal queries. */
  List<QueryPair> named(String scenario, List<QueryPair> pairs) {
    return pairs.stream()
        .map(
            pair ->
                new QueryPair(
                    firstWith(scenario, pair.query()) + "/" + pair.query(),
                    pair.treatment(),
                    pair.control()))
        .toList();
  }

  /** The first scenario of the study that asks the same under that id. */
  private String firstWith(String scenario, String id) {
    Query query = byScenario.get(scenario).get(id);
    return query == null
        ? scenario
        : scenarios.stream()
            .map(Scenario::name)
            .filter(name -> query.equals(byScenario.get(name).get(id)))
            .findFirst()
            .orElse(scenario);
  }
}
