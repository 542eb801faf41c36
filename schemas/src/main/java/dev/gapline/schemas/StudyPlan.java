package dev.gapline.schemas;

import java.math.BigInteger;
import java.util.ArrayList;
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
 * another random order, and so on; then the same for the next of the {@link Rounds}: any prefix is
 * a balanced study with fewer samples. With {@link Study.Order#QUERY} it is all samples of a query,
 * then the next query. The conditions of a block are always adjacent, in an order that is random by
 * block; a seeded share of the queries has further arms among them that check the instrument
 * ({@link Checks}).
 *
 * <p>Event time is the place of the query's visit in that order, in seconds since the epoch, so
 * that fixed windows of {@code windowQueries} seconds hold whole blocks of that many queries within
 * one round of samples.
 */
public final class StudyPlan {

  /** More trials than anybody can ask; beyond it the arithmetic would overflow. */
  public static final long MOST_TRIALS = 1_000_000_000_000_000L;

  /** Event time beyond it, about 290,000 years, is more than the runners' clocks can hold. */
  private static final long LATEST_SECOND = 9_000_000_000_000L;

  private final Study study;
  private final long[] queriesByScenario;
  private final long queries;
  private final long cells;
  private final int rounds;

  /** Of the factors that make up the cells of a round. */
  private final Combinations combinations;

  private final List<String> arms;
  private final QueryOrder queryOrder;
  private final BlockPlaces places;
  private final long blocks;
  private final long trials;
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
      queriesByScenario[s] = countOf(study.queries(), scenario);
      allQueries += queriesByScenario[s];
      scenarioPlaces.put(scenario.name(), s);
      Map<String, Long> places = new HashMap<>();
      for (Query query : scenario.queries()) {
        places.put(query.id(), (long) places.size());
      }
      queryPlaces.add(places);
      draws.add(new Permutation(scenario.queries().size(), seed("draw", scenario.name(), 0)));
    }
    for (ModelSpec model : study.models()) {
      modelPlaces.put(model.id(), modelPlaces.size());
    }
    this.queries = allQueries;
    this.rounds = study.rounds();
    this.combinations =
        Combinations.of(
            study, study.factors().stream().filter(factor -> !Rounds.are(factor)).toList());
    this.arms = study.arms();
    int conditions = study.conditions().size();
    Thinned checked = new Thinned(arms.size() > conditions ? study.checks().parts() : 0);
    BigInteger perCell =
        product(queries, conditions)
            .add(product(checked.among(queries), arms.size() - (long) conditions));
    BigInteger allCells =
        product(study.models().size(), study.paraphrases().size(), study.temperatures().size());
    if (rounds > 1 && study.order() == Study.Order.QUERY) {
      throw new IllegalArgumentException(
          "Invalid order: a query's samples together are not apart in rounds. Replicate is valid.");
    }
    allCells = allCells.multiply(BigInteger.valueOf(combinations.size()));
    BigInteger all = product(study.samples(), rounds).multiply(perCell).multiply(allCells);
    if (study.samples() < 1
        || all.signum() < 1
        || all.compareTo(BigInteger.valueOf(MOST_TRIALS)) > 0) {
      throw new IllegalArgumentException(
          "Invalid size of the grid: %s trials. 1 to %d are valid.".formatted(all, MOST_TRIALS));
    }
    this.cells = allCells.longValueExact();
    this.trials = all.longValueExact();
    this.blocks = queries * study.samples() * rounds * cells;
    this.queryOrder = new QueryOrder(queries, checked, (what, round) -> seed(what, "", round));
    this.places =
        new BlockPlaces(
            queries,
            study.order() == Study.Order.REPLICATE ? cells : cells * study.samples(),
            conditions,
            arms.size() - conditions,
            checked);
    requireWindows(study.windowQueries());
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
    return trials;
  }

  /** How many blocks the study has. */
  public long blocks() {
    return blocks;
  }

  /** Trials of that block: the conditions of the study, and arms that check the instrument. */
  public int trialsOf(long block) {
    return places.sizeOf(block);
  }

  /** Trials of that unit. */
  public long trialsOf(WorkUnit unit) {
    return firstTrial(unit.firstBlock() + unit.blocks()) - firstTrial(unit.firstBlock());
  }

  /** The most trials that a block of this study may have. */
  public int mostTrialsPerBlock() {
    return arms.size();
  }

  /** The place of the block's first trial; of the block after the last, the number of trials. */
  public long firstTrial(long block) {
    return places.firstTrial(block);
  }

  /** The block of the trial at that place. */
  public long blockOf(long index) {
    return places.blockOf(index);
  }

  /** Queries that are asked the arms that check the instrument. */
  public long checkQueries() {
    return queryOrder.checked();
  }

  /** Cells that each query visits. */
  public long cells() {
    return cells;
  }

  /** Queries over all scenarios. */
  public long queries() {
    return queries;
  }

  /** Whether an arm repeats a prompt, so that what a gap rests on is checked. */
  public boolean isControlled() {
    return checkQueries() > 0 && study.checks().kinds().contains(Checks.Kind.REPEAT);
  }

  /** The trial at that place of the order. */
  public Trial trial(long index) {
    if (index < 0 || index >= trials()) {
      throw new IndexOutOfBoundsException(
          "Invalid index: %d. 0 to %d is valid.".formatted(index, trials() - 1));
    }
    long block = blockOf(index);
    int sendOrder = (int) (index - firstTrial(block));
    long visit = block / cells;
    long replicate = replicate(visit);
    long queryNumber = queryNumber(visit);
    int scenarioPlace = 0;
    long within = queryNumber;
    while (within >= queriesByScenario[scenarioPlace]) {
      within -= queriesByScenario[scenarioPlace++];
    }
    Scenario scenario = study.scenarios().get(scenarioPlace);
    CellKey cell =
        cell(scenario, cellOrder(visit).at(block % cells), replicate / study.samples() + 1);
    String condition = arms.get(armOrder(block)[sendOrder]);
    String query = queryId(scenarioPlace, within);
    long sample = replicate % study.samples() + 1;
    return new Trial(
        Trial.idOf(cell, query, condition, sample),
        index,
        cell,
        query,
        condition,
        sample,
        sendOrder);
  }

  /**
   * The place of the trial with these coordinates: the inverse of {@link #trial}.
   *
   * @throws IllegalArgumentException if this study has no such trial
   */
  public long indexOf(CellKey cell, String query, String condition, long sample) {
    int scenarioPlace = known(scenarioPlaces.get(cell.scenario()), "scenario", cell.scenario());
    long queryNumber = queryPlace(scenarioPlace, query);
    for (int s = 0; s < scenarioPlace; s++) {
      queryNumber += queriesByScenario[s];
    }
    if (sample < 1 || sample > study.samples()) {
      throw new IllegalArgumentException(
          "Invalid sample: %d. 1 to %d is valid.".formatted(sample, study.samples()));
    }
    int place = placeIn(arms, condition, "condition");
    if (place >= study.conditions().size() && !queryOrder.isChecked(queryNumber)) {
      throw new IllegalArgumentException(
          "No condition %s of query %s in this study.".formatted(condition, query));
    }
    long cellNumber = cellNumber(cell);
    long replicate = roundPlace(cell) * study.samples() + sample - 1;
    long visit =
        study.order() == Study.Order.REPLICATE
            ? replicate * queries + queryOrder.positionOf(replicate, queryNumber)
            : queryOrder.positionOf(0, queryNumber) * study.samples() + replicate;
    long block = visit * cells + cellOrder(visit).positionOf(cellNumber);
    int[] order = armOrder(block);
    int sendOrder = 0;
    while (order[sendOrder] != place) {
      sendOrder++;
    }
    return firstTrial(block) + sendOrder;
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

  /** How often all queries were visited before, over all rounds. */
  private long replicate(long visit) {
    return study.order() == Study.Order.REPLICATE ? visit / queries : visit % study.samples();
  }

  private long queryNumber(long visit) {
    return study.order() == Study.Order.REPLICATE
        ? queryOrder.at(visit / queries, visit % queries)
        : queryOrder.at(0, visit / study.samples());
  }

  private Permutation cellOrder(long visit) {
    return new Permutation(cells, seed("cells", "", visit));
  }

  private int[] armOrder(long block) {
    int size = trialsOf(block);
    int[] order = new int[size];
    long state = seed("conditions", "", block);
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int i = size - 1; i > 0; i--) {
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

  private long roundPlace(CellKey cell) {
    for (Factor factor : study.factors()) {
      if (Rounds.are(factor)) {
        return placeIn(factor.levels(), cell.factors().get(Rounds.NAME), Rounds.NAME);
      }
    }
    return 0;
  }

  private CellKey cell(Scenario scenario, long number, long round) {
    long rest = number;
    SortedMap<String, String> factors = new TreeMap<>();
    if (rounds > 1) {
      factors.put(Rounds.NAME, Long.toString(round));
    }
    combinations.put(rest % combinations.size(), factors);
    rest /= combinations.size();
    Temperature temperature = study.temperatures().get((int) (rest % study.temperatures().size()));
    rest /= study.temperatures().size();
    String paraphrase = study.paraphrases().get((int) (rest % study.paraphrases().size()));
    rest /= study.paraphrases().size();
    return new CellKey(
        scenario.name(), study.models().get((int) rest).id(), paraphrase, temperature, factors);
  }

  private long cellNumber(CellKey cell) {
    long number = known(modelPlaces.get(cell.model()), "model", cell.model());
    number =
        number * study.paraphrases().size()
            + placeIn(study.paraphrases(), cell.paraphrase(), "paraphrase");
    number =
        number * study.temperatures().size()
            + placeIn(study.temperatures(), cell.temperature(), "temperature");
    number = number * combinations.size() + combinations.numberOf(cell.factors());
    if (cell.factors().size() != study.factors().size()) {
      throw new IllegalArgumentException(
          "Invalid factors: %s. Those of the study are valid.".formatted(cell.factors()));
    }
    return number;
  }

  private static <T> int placeIn(List<T> all, T one, String what) {
    int place = one == null ? -1 : all.indexOf(one);
    return known(place < 0 ? null : Integer.valueOf(place), what, one);
  }

  private static <N> N known(N place, String what, Object name) {
    if (place == null) {
      throw new IllegalArgumentException("No %s %s in this study.".formatted(what, name));
    }
    return place;
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
    boolean isSynthetic = study.queries().kind() == QuerySelection.Kind.SYNTHETIC;
    long inFile =
        isSynthetic
            ? Synthetic.number(query)
            : known(queryPlaces.get(scenarioPlace).get(query), "query", query);
    long place =
        study.queries().kind() == QuerySelection.Kind.DRAW
            ? draws.get(scenarioPlace).positionOf(inFile)
            : inFile;
    return known(place < queriesByScenario[scenarioPlace] ? place : null, "query", query);
  }

  private Query queryAt(int scenarioPlace, String query) {
    if (study.queries().kind() == QuerySelection.Kind.SYNTHETIC) {
      return Synthetic.query(query, study.scenarios().get(scenarioPlace));
    }
    long place = queryPlaces.get(scenarioPlace).get(query);
    return study.scenarios().get(scenarioPlace).queries().get((int) place);
  }

  private static BigInteger product(long... factors) {
    BigInteger product = BigInteger.ONE;
    for (long factor : factors) {
      product = product.multiply(BigInteger.valueOf(factor));
    }
    return product;
  }

  private static long countOf(QuerySelection selection, Scenario scenario) {
    long available = scenario.queries().size();
    long most = selection.kind() == QuerySelection.Kind.SYNTHETIC ? MOST_TRIALS : available;
    long count = selection.countOf(available);
    if (available == 0 || count < 1 || count > most) {
      throw new IllegalArgumentException(
          "Invalid queries of %s: %d. It has %d; 1 to %d are valid."
              .formatted(scenario.name(), count, available, most));
    }
    return count;
  }

  /** Windows whose event time no clock could hold are refused before anything is planned. */
  private void requireWindows(Long windowQueries) {
    if (windowQueries == null) {
      return;
    }
    long most = LATEST_SECOND / Math.max(2, rounds * study.samples());
    if (windowQueries < 1 || windowQueries > most) {
      throw new IllegalArgumentException(
          "Invalid windows: %d queries each. 1 to %d is valid.".formatted(windowQueries, most));
    }
  }
}
