package dev.gapline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class StudyPlanTest {

  private static final int TRIES = 150;

  @Provide
  Arbitrary<Study> studies() {
    return Studies.small();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyPlaceHoldsATrialThatIsFoundAtThatPlace(@ForAll("studies") Study study) {
    StudyPlan plan = StudyPlan.of(study);
    for (Trial trial : all(plan)) {
      assertEquals(
          trial.index(),
          plan.indexOf(trial.cell(), trial.query(), trial.condition(), trial.sample()));
      assertEquals(
          Trial.idOf(trial.cell(), trial.query(), trial.condition(), trial.sample()), trial.id());
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void theGridIsHitExactlyOnce(@ForAll("studies") Study study) {
    StudyPlan plan = StudyPlan.of(study);
    Set<List<Object>> coordinates = new HashSet<>();
    Set<TrialId> ids = new HashSet<>();
    Set<String> queries = new HashSet<>();
    for (Trial trial : all(plan)) {
      coordinates.add(List.of(trial.cell(), trial.query(), trial.condition(), trial.sample()));
      ids.add(trial.id());
      queries.add(trial.cell().scenario() + "/" + trial.query());
      assertTrue(study.conditions().contains(trial.condition()));
      assertTrue(trial.sample() >= 1 && trial.sample() <= study.samples());
      assertEquals(trial.query(), plan.query(trial).id());
    }
    long size =
        study.rounds()
            * plan.queries()
            * plan.cells()
            * study.samples()
            * study.conditions().size();
    assertEquals(size, plan.trials());
    assertEquals(size, coordinates.size());
    assertEquals(size, ids.size());
    assertEquals(plan.queries(), queries.size());
  }

  @Test
  void whatAScenarioExcludesIsNeverPlanned() {
    Factor threat = new Factor("threat", List.of("high", "low"));
    Factor prefix = new Factor("prefix", List.of("a", "b"));
    Studies studies = new Studies().factors(threat, prefix).excluding(true);
    Set<Object> levels = new HashSet<>();
    all(studies.conditions(2).plan()).forEach(trial -> levels.add(trial.cell().factors()));
    // Of low and a, one condition alone is excluded: a block is all of its conditions or none.
    assertEquals(
        Set.of(Map.of("threat", "high", "prefix", "a"), Map.of("threat", "low", "prefix", "b")),
        levels);
    levels.clear();
    all(studies.conditions(1).plan()).forEach(trial -> levels.add(trial.cell().factors()));
    assertEquals(3, levels.size());
    Studies none =
        new Studies()
            .factors(new Factor("threat", List.of("high")), new Factor("prefix", List.of("b")))
            .excluding(true);
    assertThrows(IllegalArgumentException.class, none::plan);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void aBlockIsItsConditionsNextToEachOther(@ForAll("studies") Study study) {
    StudyPlan plan = StudyPlan.of(study);
    int conditions = study.conditions().size();
    Set<String> blocks = new HashSet<>();
    List<Trial> trials = all(plan);
    for (int first = 0; first < trials.size(); first += conditions) {
      List<Trial> block = trials.subList(first, first + conditions);
      Set<String> arms = new HashSet<>();
      for (int i = 0; i < conditions; i++) {
        Trial trial = block.get(i);
        arms.add(trial.condition());
        assertEquals(i, trial.sendOrder());
        assertEquals(block.get(0).blockId(), trial.blockId());
        assertEquals(block.get(0).cell(), trial.cell());
        assertEquals(block.get(0).query(), trial.query());
        assertEquals(block.get(0).sample(), trial.sample());
      }
      assertEquals(Set.copyOf(study.conditions()), arms);
      assertTrue(blocks.add(block.get(0).blockId()));
    }
    assertEquals(plan.blocks(), blocks.size());
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void aQueryVisitsAllItsCellsWithoutABreak(@ForAll("studies") Study study) {
    StudyPlan plan = StudyPlan.of(study);
    long visit = plan.cells() * study.conditions().size();
    List<Trial> trials = all(plan);
    for (long first = 0; first < trials.size(); first += visit) {
      Set<Object> cells = new HashSet<>();
      Trial opening = trials.get((int) first);
      for (Trial trial : trials.subList((int) first, (int) (first + visit))) {
        assertEquals(opening.query(), trial.query());
        assertEquals(opening.cell().scenario(), trial.cell().scenario());
        assertEquals(opening.sample(), trial.sample());
        cells.add(trial.cell());
      }
      assertEquals(plan.cells(), cells.size());
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void inReplicateOrderAPrefixOfWholeRoundsIsTheStudyWithFewerSamples(
      @ForAll("studies") Study any) {
    Study study = with(any, Study.Order.REPLICATE, any.samples(), any.rounds());
    StudyPlan plan = StudyPlan.of(study);
    long round = plan.queries() * plan.cells();
    Map<List<Object>, Integer> seen = new HashMap<>();
    for (long block = 0; block < plan.blocks(); block++) {
      Trial trial = plan.trial(block * study.conditions().size());
      seen.merge(List.of(withoutRound(trial.cell()), trial.query()), 1, Integer::sum);
      assertEquals(block / round % study.samples() + 1, trial.sample());
      assertEquals(block / round / study.samples() + 1, Rounds.of(trial.cell()));
      if ((block + 1) % round == 0) {
        assertEquals(round, seen.size());
        assertEquals(Set.of((int) ((block + 1) / round)), Set.copyOf(seen.values()));
      }
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void inQueryOrderAllSamplesOfAQueryComeTogether(@ForAll("studies") Study any) {
    Study study = with(any, Study.Order.QUERY, any.samples(), 1);
    StudyPlan plan = StudyPlan.of(study);
    long perQuery = plan.cells() * study.samples() * study.conditions().size();
    List<Trial> trials = all(plan);
    for (long first = 0; first < trials.size(); first += perQuery) {
      Map<Object, Integer> samples = new TreeMap<>();
      for (Trial trial : trials.subList((int) first, (int) (first + perQuery))) {
        assertEquals(trials.get((int) first).query(), trial.query());
        samples.merge(trial.sample(), 1, Integer::sum);
      }
      assertEquals(study.samples(), samples.size());
      assertEquals(1, Set.copyOf(samples.values()).size());
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void moreSamplesInReplicateOrderAreAddedAtTheEnd(@ForAll("studies") Study any) {
    StudyPlan fewer = StudyPlan.of(with(any, Study.Order.REPLICATE, any.samples(), 1));
    StudyPlan more = StudyPlan.of(with(any, Study.Order.REPLICATE, any.samples() + 1, 1));
    for (Trial trial : all(fewer)) {
      assertEquals(trial, more.trial(trial.index()));
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void moreRoundsAreAddedAtTheEndAndKeepEveryId(@ForAll("studies") Study any) {
    long samples = any.samples();
    StudyPlan fewer = StudyPlan.of(with(any, Study.Order.REPLICATE, samples, any.rounds()));
    StudyPlan more = StudyPlan.of(with(any, Study.Order.REPLICATE, samples, any.rounds() + 1));
    assertEquals(fewer.trials() / any.rounds(), more.trials() - fewer.trials());
    for (Trial trial : all(fewer)) {
      Trial grown = more.trial(trial.index());
      assertEquals(trial.id(), grown.id());
      assertEquals(trial.blockId(), grown.blockId());
      assertEquals(withoutRound(trial.cell()), withoutRound(grown.cell()));
      assertEquals(Rounds.of(trial.cell()), Rounds.of(grown.cell()));
      assertEquals(trial.query(), grown.query());
    }
  }

  @Test
  void roundsNeedAnOrderThatKeepsThemApart() {
    assertEquals(
        "Invalid order: a query's samples together are not apart in rounds. Replicate is valid.",
        refused(() -> new Studies().rounds(2).order(Study.Order.QUERY).plan()));
    assertEquals(
        "Invalid rounds: 1. A factor of 2 to 1000 is valid.", refused(() -> Rounds.factor(1)));
  }

  @Test
  void aRoundThatIsNotOfTheStudyIsRefused() {
    StudyPlan plan = new Studies().rounds(2).plan();
    CellKey cell = plan.trial(0).cell();
    CellKey third =
        new CellKey(
            cell.scenario(),
            cell.model(),
            cell.paraphrase(),
            cell.temperature(),
            new TreeMap<>(Map.of(Rounds.NAME, "3")));
    refused(() -> plan.indexOf(third, plan.trial(0).query(), "arm0", 1));
    refused(() -> plan.indexOf(withoutRound(cell), plan.trial(0).query(), "arm0", 1));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void windowsHoldWholeBlocksOfTheirQueriesWithinOneRound(@ForAll("studies") Study study) {
    StudyPlan plan = StudyPlan.of(study);
    EventTime time = plan.eventTime();
    long before = 0;
    Map<Long, Set<String>> queries = new TreeMap<>();
    Map<Long, Set<Long>> rounds = new TreeMap<>();
    for (long block = 0; block < plan.blocks(); block++) {
      long seconds = time.secondsOf(block);
      assertTrue(seconds >= before, "event time never decreases");
      before = seconds;
      Long start = time.windowStartOf(block);
      if (study.windowQueries() == null) {
        assertEquals(null, start);
        continue;
      }
      assertTrue(start <= seconds && seconds < start + study.windowQueries());
      assertEquals(0, start % study.windowQueries());
      Trial trial = plan.trial(plan.firstTrial(block));
      queries
          .computeIfAbsent(start, w -> new HashSet<>())
          .add(trial.cell().scenario() + "/" + trial.query());
      rounds
          .computeIfAbsent(start, w -> new HashSet<>())
          .add(1000L * Rounds.of(trial.cell()) + trial.sample());
    }
    for (Set<String> window : queries.values()) {
      assertTrue(window.size() <= study.windowQueries());
    }
    if (study.order() == Study.Order.REPLICATE) {
      rounds.values().forEach(round -> assertEquals(1, round.size()));
    } else {
      rounds.values().forEach(round -> assertEquals(study.samples(), round.size()));
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void unitsPartitionTheBlocks(@ForAll("studies") Study study) {
    StudyPlan plan = StudyPlan.of(study);
    for (int lanes : new int[] {1, 3, 16}) {
      Units units = plan.units(lanes);
      long next = 0;
      for (long number = 0; number < units.count(); number++) {
        WorkUnit unit = units.unit(number);
        assertEquals(number, unit.number());
        assertEquals(next, unit.firstBlock());
        assertTrue(unit.blocks() > 0 && unit.blocks() <= units.blocksPerUnit());
        next += unit.blocks();
      }
      assertEquals(plan.blocks(), next);
    }
  }

  @Test
  void aStudyOfATrillionTrialsIsDecodedWithoutBeingWrittenOut() {
    StudyPlan plan =
        new Studies()
            .queries(QuerySelection.Kind.SYNTHETIC, 1L << 30)
            .temperatures("0", "0.5", "1")
            .models(4)
            .samples(50)
            .windowQueries(1000L)
            .plan();
    assertTrue(plan.trials() > 100_000_000_000L);
    StudyPlan trillion =
        new Studies().queries(QuerySelection.Kind.SYNTHETIC, 500_000_000).samples(1000).plan();
    assertEquals(1_000_000_000_000L, trillion.trials());
    for (StudyPlan each : List.of(plan, trillion)) {
      Set<TrialId> ids = new HashSet<>();
      LongStream.rangeClosed(0, 1000)
          .map(i -> i * (each.trials() / 1000) - (i == 1000 ? 1 : 0))
          .mapToObj(each::trial)
          .forEach(
              trial -> {
                assertEquals(
                    trial.index(),
                    each.indexOf(trial.cell(), trial.query(), trial.condition(), trial.sample()));
                ids.add(trial.id());
              });
      assertEquals(1001, ids.size());
      WorkUnit last = each.units(64).unit(each.units(64).count() - 1);
      assertEquals(each.blocks(), last.firstBlock() + last.blocks());
    }
  }

  @Test
  void theSeedChoosesTheOrderAndNotTheIds() {
    StudyPlan seven = new Studies().seed(7).queriesInFile(20).plan();
    StudyPlan eight = new Studies().seed(8).queriesInFile(20).plan();
    List<TrialId> one = all(seven).stream().map(Trial::id).toList();
    List<TrialId> other = all(eight).stream().map(Trial::id).toList();
    assertNotEquals(one, other);
    assertEquals(Set.copyOf(one), Set.copyOf(other));
  }

  @Test
  void coordinatesThatAreNotOfTheStudyAreRefused() {
    StudyPlan plan =
        new Studies()
            .queries(QuerySelection.Kind.DRAW, 3)
            .samples(2)
            .factors(new Factor("threat", List.of("high", "low")))
            .plan();
    Trial trial = plan.trial(3);
    CellKey cell = trial.cell();
    Set<String> asked = new HashSet<>();
    all(plan).forEach(each -> asked.add(each.query()));
    String notDrawn =
        plan.study().scenarios().get(0).queries().stream()
            .map(Query::id)
            .filter(id -> !asked.contains(id))
            .findFirst()
            .orElseThrow();
    List<CellKey> foreign =
        List.of(
            new CellKey("x", cell.model(), cell.paraphrase(), cell.temperature(), cell.factors()),
            new CellKey(
                cell.scenario(), "x", cell.paraphrase(), cell.temperature(), cell.factors()),
            new CellKey(cell.scenario(), cell.model(), "x", cell.temperature(), cell.factors()),
            new CellKey(
                cell.scenario(),
                cell.model(),
                cell.paraphrase(),
                Temperature.of("0.3"),
                cell.factors()),
            new CellKey(
                cell.scenario(),
                cell.model(),
                cell.paraphrase(),
                cell.temperature(),
                new TreeMap<>()),
            new CellKey(
                cell.scenario(),
                cell.model(),
                cell.paraphrase(),
                cell.temperature(),
                new TreeMap<>(Map.of("threat", "high", "more", "x"))));
    for (CellKey other : foreign) {
      refused(() -> plan.indexOf(other, trial.query(), trial.condition(), trial.sample()));
    }
    refused(() -> plan.indexOf(cell, "x", trial.condition(), trial.sample()));
    refused(() -> plan.indexOf(cell, notDrawn, trial.condition(), trial.sample()));
    refused(() -> plan.indexOf(cell, trial.query(), "x", trial.sample()));
    refused(() -> plan.indexOf(cell, trial.query(), trial.condition(), 0));
    refused(() -> plan.indexOf(cell, trial.query(), trial.condition(), 3));
    StudyPlan synthetic = new Studies().queries(QuerySelection.Kind.SYNTHETIC, 3).plan();
    CellKey made = synthetic.trial(0).cell();
    for (String query : List.of("synthetic-0000004", "synthetic-1", "synthetic-", "q", "")) {
      refused(() -> synthetic.indexOf(made, query, "arm0", 1));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> plan.trial(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> plan.trial(plan.trials()));
  }

  @Test
  void gridsThatAreEmptyOrTooLargeAreRefusedInASentence() {
    assertEquals(
        "Invalid size of the grid: 0 trials. 1 to 1000000000000000 are valid.",
        refused(() -> new Studies().samples(0).plan()));
    assertEquals(
        "Invalid size of the grid: -10 trials. 1 to 1000000000000000 are valid.",
        refused(() -> new Studies().samples(-1).plan()));
    assertEquals(
        "Invalid size of the grid: 92233720368547758070 trials. 1 to 1000000000000000 are valid.",
        refused(() -> new Studies().samples(Long.MAX_VALUE).plan()));
    assertEquals(
        "Invalid queries of scenario-0: 6. It has 5; 1 to 5 are valid.",
        refused(() -> new Studies().queries(QuerySelection.Kind.DRAW, 6).plan()));
    assertEquals(
        "Invalid queries of scenario-0: 6. It has 5; 1 to 5 are valid.",
        refused(() -> new Studies().queries(QuerySelection.Kind.TAKE, 6).plan()));
    assertEquals(
        "Invalid queries of scenario-0: 9. It has 0; 1 to 1000000000000000 are valid.",
        refused(
            () -> new Studies().queriesInFile(0).queries(QuerySelection.Kind.SYNTHETIC, 9).plan()));
    assertEquals(
        "Invalid windows: 0 queries each. 1 to 4500000000000 is valid.",
        refused(() -> new Studies().windowQueries(0L).plan()));
    assertEquals(
        "Invalid windows: 1000000000000000 queries each. 1 to 4500000000000 is valid.",
        refused(() -> new Studies().windowQueries(1_000_000_000_000_000L).plan()));
  }

  @Test
  void combinationsOfFactorsAreCountedAndNotWrittenOut() {
    Factor[] factors = new Factor[20];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = new Factor("f" + i, List.of("a", "b"));
    }
    StudyPlan plan = new Studies().factors(factors).plan();
    assertEquals(1 << 20, plan.cells());
    Trial last = plan.trial(plan.trials() - 1);
    assertEquals(20, last.cell().factors().size());
    assertEquals(
        last.index(), plan.indexOf(last.cell(), last.query(), last.condition(), last.sample()));
  }

  private static String refused(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }

  private static List<Trial> all(StudyPlan plan) {
    List<Trial> trials = new ArrayList<>();
    for (long index = 0; index < plan.trials(); index++) {
      trials.add(plan.trial(index));
    }
    return trials;
  }

  private static CellKey withoutRound(CellKey cell) {
    return new CellKey(
        cell.scenario(), cell.model(), cell.paraphrase(), cell.temperature(), Rounds.without(cell));
  }

  private static Study with(Study study, Study.Order order, long samples, int rounds) {
    List<Factor> factors =
        new ArrayList<>(study.factors().stream().filter(f -> !Rounds.are(f)).toList());
    if (rounds > 1) {
      factors.add(Rounds.factor(rounds));
    }
    return new Study(
        study.name(),
        study.seed(),
        study.scenarios(),
        study.models(),
        study.conditions(),
        study.contrasts(),
        study.queries(),
        study.paraphrases(),
        study.temperatures(),
        factors,
        samples,
        order,
        study.analysis(),
        study.windowQueries(),
        study.budgetUsd(),
        study.budgetTokens(),
        study.maxFailureShare(),
        study.hazard());
  }
}
