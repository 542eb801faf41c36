package dev.gapline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GrowingStudyTest {

  private static Studies small() {
    return new Studies()
        .queriesInFile(100)
        .queries(QuerySelection.Kind.DRAW, 40)
        .samples(2)
        .models(1)
        .paraphrases(1)
        .temperatures("1");
  }

  @Test
  void idsStayWhatTheyAreWhenAnyAxisGrows() {
    Set<String> before = ids(small());
    List<Studies> grown =
        List.of(
            small().samples(3),
            small().rounds(3),
            small().rounds(2).samples(3),
            small().models(2),
            small().paraphrases(3),
            small().temperatures("0.7", "1", "0"),
            small().queries(QuerySelection.Kind.DRAW, 80),
            small().queries(QuerySelection.Kind.ALL, 0),
            small().conditions(3),
            small().scenarios(2),
            small().order(Study.Order.QUERY),
            small().windowQueries(3L));
    for (Studies study : grown) {
      assertTrue(ids(study).containsAll(before), () -> study.study().toString());
    }
  }

  @Test
  void aLargerDrawContainsASmallerOne() {
    for (long seed = 0; seed < 50; seed++) {
      Set<String> forty = queries(small().seed(seed));
      Set<String> eighty = queries(small().seed(seed).queries(QuerySelection.Kind.DRAW, 80));
      assertEquals(40, forty.size());
      assertEquals(80, eighty.size());
      assertTrue(eighty.containsAll(forty));
    }
  }

  @Test
  void aDrawIsAnotherOneUnderAnotherSeedAndInAnotherScenario() {
    assertTrue(
        !queries(small().seed(1)).equals(queries(small().seed(2))), "the seed chooses the draw");
    Set<String> first = new HashSet<>();
    Set<String> second = new HashSet<>();
    for (Trial trial : trials(small().scenarios(2)).toList()) {
      int place = Integer.parseInt(trial.query().substring(trial.query().indexOf("-q") + 2));
      (trial.cell().scenario().equals("scenario-0") ? first : second).add(Integer.toString(place));
    }
    assertTrue(!first.equals(second), "scenarios draw by themselves");
  }

  @Test
  void takeIsTheFirstOfTheFile() {
    assertEquals(
        Set.of("scenario-0-q0", "scenario-0-q1", "scenario-0-q2"),
        queries(small().queries(QuerySelection.Kind.TAKE, 3)));
  }

  @Test
  void syntheticQueriesAreNumberedAndBorrowTheTextsOfTheScenario() {
    StudyPlan plan =
        new Studies().queriesInFile(2).queries(QuerySelection.Kind.SYNTHETIC, 3).plan();
    Set<Query> all = new HashSet<>();
    for (long i = 0; i < plan.trials(); i++) {
      all.add(plan.query(plan.trial(i)));
    }
    assertEquals(
        Set.of(
            Synthetic.query("synthetic-0000001", plan.study().scenarios().get(0)),
            Synthetic.query("synthetic-0000002", plan.study().scenarios().get(0)),
            Synthetic.query("synthetic-0000003", plan.study().scenarios().get(0))),
        all);
    assertEquals(
        "(Request 3) Text of scenario-0-q0",
        Synthetic.query("synthetic-0000003", plan.study().scenarios().get(0)).text());
    assertEquals("synthetic-12345678", Synthetic.id(12_345_677));
  }

  private static Set<String> ids(Studies study) {
    Set<String> ids = new HashSet<>();
    trials(study).forEach(trial -> ids.add(trial.id().text()));
    return ids;
  }

  private static Set<String> queries(Studies study) {
    Set<String> queries = new HashSet<>();
    trials(study).forEach(trial -> queries.add(trial.query()));
    return queries;
  }

  private static Stream<Trial> trials(Studies study) {
    StudyPlan plan = study.plan();
    return Stream.iterate(0L, i -> i < plan.trials(), i -> i + 1).map(plan::trial);
  }
}
