package dev.gapline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A share of the queries is asked further arms; the plan stays an index space. */
class CheckArmsPlanTest {

  private static final int TRIES = 150;
  private static final Checks BOTH = Checks.standard();

  @Provide
  Arbitrary<Study> studies() {
    return Combinators.combine(
            Studies.small(),
            Arbitraries.integers().between(1, 100),
            Arbitraries.of(List.of(Checks.Kind.values()), List.of(Checks.Kind.REPEAT)))
        .as((study, percent, kinds) -> with(study, new Checks(percent / 100.0, kinds)));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyPlaceHoldsATrialThatIsFoundAtThatPlace(@ForAll("studies") Study study) {
    StudyPlan plan = StudyPlan.of(study);
    Set<TrialId> ids = new HashSet<>();
    for (Trial trial : all(plan)) {
      assertEquals(
          trial.index(),
          plan.indexOf(trial.cell(), trial.query(), trial.condition(), trial.sample()));
      long block = plan.blockOf(trial.index());
      assertEquals(plan.firstTrial(block) + trial.sendOrder(), trial.index());
      assertTrue(ids.add(trial.id()));
    }
    assertEquals(plan.trials(), plan.firstTrial(plan.blocks()));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void aBlockIsItsConditionsAndForACheckQueryTheFurtherArmsNextToEachOther(
      @ForAll("studies") Study study) {
    StudyPlan plan = StudyPlan.of(study);
    Set<String> checked = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (long block = 0; block < plan.blocks(); block++) {
      Set<String> arms = new HashSet<>();
      Trial first = plan.trial(plan.firstTrial(block));
      for (int i = 0; i < plan.trialsOf(block); i++) {
        Trial trial = plan.trial(plan.firstTrial(block) + i);
        assertEquals(i, trial.sendOrder());
        assertEquals(first.blockId(), trial.blockId());
        arms.add(trial.condition());
      }
      boolean isChecked = arms.size() > study.conditions().size();
      assertEquals(Set.copyOf(isChecked ? study.arms() : study.conditions()), arms);
      (isChecked ? checked : others).add(first.cell().scenario() + "/" + first.query());
    }
    assertEquals(share(study, plan.queries()), checked.size());
    assertEquals(plan.checkQueries(), checked.size());
    others.retainAll(checked);
    assertEquals(Set.of(), others, "a query is a check query in all its blocks or in none");
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyPrefixOfARoundHasItsShareOfCheckQueries(@ForAll("studies") Study any) {
    Study study = with(any, Study.Order.REPLICATE, any.samples());
    StudyPlan plan = StudyPlan.of(study);
    for (long round = 0; round < study.samples(); round++) {
      long seen = 0;
      for (long position = 0; position < plan.queries(); position++) {
        long block = (round * plan.queries() + position) * plan.cells();
        seen += plan.trialsOf(block) > study.conditions().size() ? 1 : 0;
        assertEquals(share(study, position + 1), seen);
      }
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void moreSamplesInReplicateOrderAreAddedAtTheEndOfARound(@ForAll("studies") Study any) {
    StudyPlan fewer = StudyPlan.of(with(any, Study.Order.REPLICATE, any.samples()));
    StudyPlan more = StudyPlan.of(with(any, Study.Order.REPLICATE, any.samples() + 1));
    for (long index = 0; index < fewer.trials() / any.rounds(); index++) {
      assertEquals(fewer.trial(index), more.trial(index));
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void unitsHoldAllTrialsEachOnce(@ForAll("studies") Study study) {
    StudyPlan plan = StudyPlan.of(study);
    Units units = plan.units(3);
    long trials = 0;
    for (long number = 0; number < units.count(); number++) {
      trials += plan.trialsOf(units.unit(number));
    }
    assertEquals(plan.trials(), trials);
  }

  @Test
  void withoutChecksNoArmAndNoTrialIsAdded() {
    Study study = new Studies().queriesInFile(30).samples(2).study();
    StudyPlan plain = StudyPlan.of(study);
    StudyPlan noKinds = StudyPlan.of(with(study, new Checks(0.2, List.of())));
    StudyPlan noShare = StudyPlan.of(with(study, new Checks(0, List.of(Checks.Kind.REPEAT))));
    for (StudyPlan other : List.of(noKinds, noShare)) {
      assertEquals(all(plain), all(other));
      assertEquals(study.conditions(), other.study().arms());
      assertEquals(0, other.checkQueries());
      assertFalse(other.isControlled());
    }
  }

  @Test
  void theIdsOfTheConditionsAreThoseOfTheStudyWithoutChecks() {
    Study study = new Studies().queriesInFile(30).study();
    Set<TrialId> plain = new HashSet<>();
    all(StudyPlan.of(study)).forEach(trial -> plain.add(trial.id()));
    Set<TrialId> checked = new HashSet<>();
    all(StudyPlan.of(with(study, BOTH))).forEach(trial -> checked.add(trial.id()));
    assertTrue(checked.containsAll(plain));
    assertEquals(plain.size() + 6, checked.size(), "6 of 30 queries, one further arm");
  }

  @Test
  void checkQueriesStayWhatTheyAreWhenTheStudyGrows() {
    Studies grown = new Studies().queriesInFile(100).queries(QuerySelection.Kind.DRAW, 80);
    Set<String> few =
        checkQueries(
            new Studies().queriesInFile(100).queries(QuerySelection.Kind.DRAW, 41).study());
    Set<String> more = checkQueries(grown.study());
    assertEquals(8, few.size());
    assertEquals(16, more.size());
    assertTrue(more.containsAll(few));
    assertEquals(more, checkQueries(grown.samples(3).models(2).study()));
    assertEquals(more, checkQueries(grown.order(Study.Order.QUERY).study()));
    assertFalse(more.equals(checkQueries(grown.seed(8).study())), "the seed chooses them");
  }

  @Test
  void theShamHasTwoArmsWhereEveryScenarioDeclaresIt() {
    Study silent = with(new Studies().queriesInFile(5).scenarios(2).study(), BOTH);
    assertEquals(List.of("arm0", "arm1", "arm0~repeat"), silent.arms());
    Study declared = withSham(silent);
    assertEquals(
        List.of("arm0", "arm1", "arm0~repeat", "arm0~sham-a", "arm0~sham-b"), declared.arms());
    StudyPlan plan = StudyPlan.of(declared);
    assertEquals(11 * 2 + 2 * 3, plan.trials(), "2 of 11 queries are asked 3 further arms");
    assertTrue(plan.isControlled());
    assertEquals("arm0", CheckArm.conditionOf("arm0~sham-b"));
    Sham sham = new Sham("flag", "on", "off");
    assertEquals(
        List.of("", "", "on", "off"),
        List.of("arm0", "arm0~repeat", "arm0~sham-a", "arm0~sham-b").stream()
            .map(sham::valueIn)
            .toList());
  }

  @Test
  void anArmOfAQueryThatIsNotAskedItIsRefused() {
    StudyPlan plan = StudyPlan.of(with(new Studies().queriesInFile(20).study(), BOTH));
    Set<String> checked = checkQueries(plan.study());
    Trial other =
        all(plan).stream().filter(trial -> !checked.contains(trial.query())).findFirst().get();
    assertEquals(
        "No condition arm0~repeat of query %s in this study.".formatted(other.query()),
        assertThrows(
                IllegalArgumentException.class,
                () -> plan.indexOf(other.cell(), other.query(), "arm0~repeat", 1))
            .getMessage());
  }

  @Test
  void hugeStudiesAreDecodedWithoutBeingWrittenOut() {
    for (double share : new double[] {0.000001, 0.2, 0.999999, 1}) {
      Study study =
          new Studies()
              .queries(QuerySelection.Kind.SYNTHETIC, 100_000_000_000L)
              .temperatures("0", "1")
              .samples(1000)
              .study();
      StudyPlan plan = StudyPlan.of(with(study, new Checks(share, BOTH.kinds())));
      LongStream.rangeClosed(0, 1000)
          .map(i -> i * (plan.trials() / 1000) - (i == 1000 ? 1 : 0))
          .mapToObj(plan::trial)
          .forEach(
              trial ->
                  assertEquals(
                      trial.index(),
                      plan.indexOf(
                          trial.cell(), trial.query(), trial.condition(), trial.sample())));
    }
  }

  private static Set<String> checkQueries(Study study) {
    Set<String> queries = new TreeSet<>();
    for (Trial trial : all(StudyPlan.of(with(study, BOTH)))) {
      if (CheckArm.in(trial.condition()).isPresent()) {
        queries.add(trial.query());
      }
    }
    return queries;
  }

  /** Half up, in whole hundredths. */
  private static long share(Study study, long queries) {
    return (2 * queries * Math.round(study.checks().share() * 100) + 100) / 200;
  }

  private static List<Trial> all(StudyPlan plan) {
    List<Trial> trials = new ArrayList<>();
    for (long index = 0; index < plan.trials(); index++) {
      trials.add(plan.trial(index));
    }
    return trials;
  }

  private static Study withSham(Study study) {
    List<Scenario> scenarios =
        study.scenarios().stream()
            .map(
                old ->
                    new Scenario(
                        old.name(),
                        old.version(),
                        old.title(),
                        old.canary(),
                        old.hazard(),
                        old.conditions(),
                        old.contrasts(),
                        old.factors(),
                        old.signals(),
                        old.paraphrases(),
                        old.queries(),
                        old.rubric(),
                        new TreeMap<>(),
                        new Sham("flag", "on", "off"),
                        List.of(),
                        1,
                        List.of(),
                        1,
                        null,
                        List.of()))
            .toList();
    return with(study, scenarios, study.samples(), study.order(), study.checks());
  }

  private static Study with(Study study, Checks checks) {
    return with(study, study.scenarios(), study.samples(), study.order(), checks);
  }

  private static Study with(Study study, Study.Order order, long samples) {
    return with(study, study.scenarios(), samples, order, study.checks());
  }

  private static Study with(
      Study study, List<Scenario> scenarios, long samples, Study.Order order, Checks checks) {
    return new Study(
        study.name(),
        study.seed(),
        scenarios,
        study.models(),
        study.conditions(),
        study.contrasts(),
        study.queries(),
        study.paraphrases(),
        study.temperatures(),
        study.factors(),
        samples,
        order,
        study.analysis(),
        study.windowQueries(),
        study.budgetUsd(),
        study.budgetTokens(),
        study.maxFailureShare(),
        study.hazard(),
        checks,
        study.judges());
  }
}
