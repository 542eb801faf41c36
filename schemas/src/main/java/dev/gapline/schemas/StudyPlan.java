package dev.gapline.schemas;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A study as an index space: every trial is a number, nothing is materialised, and planning 10^12
 * trials costs no more than planning ten.
 *
 * <p>The order is seeded and pre-registered. With {@link Study.Order#REPLICATE} it is sample 1 of
 * all queries in random order, each query visiting all its cells and conditions, then sample 2 in
 * another random order, and so on: any prefix is a balanced study with fewer samples. With {@link
 * Study.Order#QUERY} it is all samples of a query, then the next query. The conditions of a block
 * are always adjacent, in an order that is random by block.
 *
 * <p>Event time is the place of the query's visit in that order, in seconds since the epoch, so
 * that fixed windows of {@code windowQueries} seconds hold whole blocks of that many queries within
 * one round of samples.
 */
public final class StudyPlan {

  /** More trials than anybody can ask; beyond it the arithmetic would overflow. */
  public static final long MOST_TRIALS = 1_000_000_000_000_000L;

  private final Study study;
  private final long[] queriesByScenario;
  private final long queries;
  private final List<SortedMap<String, String>> factorLevels;
  private final long cells;
  private final int conditions;
  private final long blocks;
  private final EventTime eventTime;
  private final Map<String, Integer> scenarioPlaces = new HashMap<>();
  private final Map<String, Integer> modelPlaces = new HashMap<>();
  private final List<Map<String, Long>> queryPlaces = new ArrayList<>();
  private final List<Permutation> draws = new ArrayList<>();

  private StudyPlan(Study study) {
    this.study = study;
    this.queriesByScenario = new long[study.scenarios().size()];
    long allQueries = 0;
    for (int s = 0; s < queriesByScenario.length; s++) {
      Scenario scenario = study.scenarios().get(s);
      queriesByScenario[s] = study.queries().countOf(scenario.queries().size());
      allQueries += queriesByScenario[s];
      scenarioPlaces.put(scenario.name(), s);
      Map<String, Long> places = new HashMap<>();
      for (Query query : scenario.queries()) {
        places.put(query.id(), (long) places.size());
      }
      queryPlaces.add(places);
      draws.add(
          new Permutation(
              Math.max(1, scenario.queries().size()), seed("draw", scenario.name(), 0)));
    }
    for (ModelSpec model : study.models()) {
      modelPlaces.put(model.id(), modelPlaces.size());
    }
    this.queries = allQueries;
    this.factorLevels = product(study.factors());
    this.conditions = study.conditions().size();
    this.cells =
        (long) study.models().size()
            * study.paraphrases().size()
            * study.temperatures().size()
            * factorLevels.size();
    BigInteger trials =
        BigInteger.valueOf(queries)
            .multiply(BigInteger.valueOf(cells))
            .multiply(BigInteger.valueOf(study.samples()))
            .multiply(BigInteger.valueOf(conditions));
    if (trials.signum() == 0 || trials.compareTo(BigInteger.valueOf(MOST_TRIALS)) > 0) {
      throw new IllegalArgumentException(
          "Invalid size of the grid: %s trials. 1 to %d are valid.".formatted(trials, MOST_TRIALS));
    }
    this.blocks = trials.longValueExact() / conditions;
    this.eventTime =
        new EventTime(
            study.order(),
            cells,
            queries,
            study.samples(),
            study.windowQueries() == null ? 0 : study.windowQueries());
  }

  /** The plan of a study. */
  public static StudyPlan of(Study study) {
    return new StudyPlan(study);
  }

  /** The study that is planned. */
  public Study study() {
    return study;
  }

  /** How many trials the study has. */
  public long trials() {
    return blocks * conditions;
  }

  /** How many blocks the study has. */
  public long blocks() {
    return blocks;
  }

  /** Trials of one block: the conditions of the study. */
  public int trialsPerBlock() {
    return conditions;
  }

  /** Cells that each query visits. */
  public long cells() {
    return cells;
  }

  /** Queries over all scenarios. */
  public long queries() {
    return queries;
  }

  /** The trial at that place of the order. */
  public Trial trial(long index) {
    if (index < 0 || index >= trials()) {
      throw new IndexOutOfBoundsException(
          "Invalid index: %d. 0 to %d is valid.".formatted(index, trials() - 1));
    }
    long block = index / conditions;
    int sendOrder = (int) (index % conditions);
    long visit = block / cells;
    long round = round(visit);
    long queryNumber = queryNumber(visit);
    int scenarioPlace = 0;
    long within = queryNumber;
    while (within >= queriesByScenario[scenarioPlace]) {
      within -= queriesByScenario[scenarioPlace++];
    }
    Scenario scenario = study.scenarios().get(scenarioPlace);
    CellKey cell = cell(scenario, cellOrder(visit).at(block % cells));
    String condition = study.conditions().get(conditionOrder(block)[sendOrder]);
    String query = queryId(scenarioPlace, within);
    long sample = round + 1;
    return new Trial(
        Trial.idOf(cell, query, condition, sample),
        index,
        cell,
        query,
        condition,
        sample,
        sendOrder);
  }

  /** The place of the trial with these coordinates: the inverse of {@link #trial}. */
  public long indexOf(CellKey cell, String query, String condition, long sample) {
    int scenarioPlace = scenarioPlaces.get(cell.scenario());
    long queryNumber = queryPlace(scenarioPlace, query);
    for (int s = 0; s < scenarioPlace; s++) {
      queryNumber += queriesByScenario[s];
    }
    long round = sample - 1;
    long visit =
        study.order() == Study.Order.REPLICATE
            ? round * queries + queryOrder(round).positionOf(queryNumber)
            : queryOrder(0).positionOf(queryNumber) * study.samples() + round;
    long block = visit * cells + cellOrder(visit).positionOf(cellNumber(cell));
    int[] order = conditionOrder(block);
    int place = study.conditions().indexOf(condition);
    for (int sendOrder = 0; sendOrder < order.length; sendOrder++) {
      if (order[sendOrder] == place) {
        return block * conditions + sendOrder;
      }
    }
    throw new IllegalArgumentException("No condition " + condition + " in this study.");
  }

  /** The query that a trial asks. */
  public Query query(Trial trial) {
    return queryAt(scenarioPlaces.get(trial.cell().scenario()), trial.query());
  }

  /** Event time of the plan's blocks. */
  public EventTime eventTime() {
    return eventTime;
  }

  /** Units of this plan for that many lanes. */
  public Units units(int lanes) {
    return Units.of(this, lanes);
  }

  private long round(long visit) {
    return study.order() == Study.Order.REPLICATE ? visit / queries : visit % study.samples();
  }

  private long queryNumber(long visit) {
    return study.order() == Study.Order.REPLICATE
        ? queryOrder(visit / queries).at(visit % queries)
        : queryOrder(0).at(visit / study.samples());
  }

  private Permutation queryOrder(long round) {
    return new Permutation(queries, seed("queries", "", round));
  }

  private Permutation cellOrder(long visit) {
    return new Permutation(cells, seed("cells", "", visit));
  }

  private int[] conditionOrder(long block) {
    int[] order = new int[conditions];
    long state = seed("conditions", "", block);
    for (int i = 0; i < conditions; i++) {
      order[i] = i;
    }
    for (int i = conditions - 1; i > 0; i--) {
      state = Hashing.splitmix64(state);
      int j = (int) Long.remainderUnsigned(state, i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  private long seed(String what, String name, long number) {
    return Hashing.fnv1a64(study.seed() + "|" + what + "|" + name) ^ Hashing.splitmix64(number);
  }

  private CellKey cell(Scenario scenario, long number) {
    long rest = number;
    SortedMap<String, String> factors = factorLevels.get((int) (rest % factorLevels.size()));
    rest /= factorLevels.size();
    Temperature temperature = study.temperatures().get((int) (rest % study.temperatures().size()));
    rest /= study.temperatures().size();
    String paraphrase = study.paraphrases().get((int) (rest % study.paraphrases().size()));
    rest /= study.paraphrases().size();
    return new CellKey(
        scenario.name(), study.models().get((int) rest).id(), paraphrase, temperature, factors);
  }

  private long cellNumber(CellKey cell) {
    long number = modelPlaces.get(cell.model());
    number = number * study.paraphrases().size() + study.paraphrases().indexOf(cell.paraphrase());
    number =
        number * study.temperatures().size() + study.temperatures().indexOf(cell.temperature());
    return number * factorLevels.size() + factorLevels.indexOf(cell.factors());
  }

  private String queryId(int scenarioPlace, long within) {
    return switch (study.queries().kind()) {
      case SYNTHETIC -> Synthetic.id(within);
      case DRAW ->
          study
              .scenarios()
              .get(scenarioPlace)
              .queries()
              .get((int) draws.get(scenarioPlace).at(within))
              .id();
      case ALL, TAKE -> study.scenarios().get(scenarioPlace).queries().get((int) within).id();
    };
  }

  private long queryPlace(int scenarioPlace, String query) {
    return switch (study.queries().kind()) {
      case SYNTHETIC -> Synthetic.number(query);
      case DRAW -> draws.get(scenarioPlace).positionOf(queryPlaces.get(scenarioPlace).get(query));
      case ALL, TAKE -> queryPlaces.get(scenarioPlace).get(query);
    };
  }

  private Query queryAt(int scenarioPlace, String query) {
    if (study.queries().kind() == QuerySelection.Kind.SYNTHETIC) {
      return Synthetic.query(query, study.scenarios().get(scenarioPlace));
    }
    long place = queryPlaces.get(scenarioPlace).get(query);
    return study.scenarios().get(scenarioPlace).queries().get((int) place);
  }

  private static List<SortedMap<String, String>> product(List<Factor> factors) {
    List<SortedMap<String, String>> combinations = new ArrayList<>();
    combinations.add(Collections.emptySortedMap());
    for (Factor factor : factors) {
      List<SortedMap<String, String>> longer = new ArrayList<>();
      for (SortedMap<String, String> combination : combinations) {
        for (String level : factor.levels()) {
          SortedMap<String, String> next = new TreeMap<>(combination);
          next.put(factor.name(), level);
          longer.add(Sorted.copyOf(next));
        }
      }
      combinations = longer;
    }
    return List.copyOf(combinations);
  }
}
