package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CheckArm;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Verdict;
import dev.gapline.transforms.statistics.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How many trials of each query, in each condition of each cell, have which raw items. It is read
 * once; every convention then is a sum over these few integers.
 */
final class RawCounts {

  private final Study study;
  private final CellFinder cells;
  private final Map<String, LenientReader> lenient = new HashMap<>();
  private final Map<RawItems, Integer> places = new HashMap<>();
  private final List<RawItems> items = new ArrayList<>();

  /** By cell and query: for each condition, how many trials have the items at each place. */
  private final Map<CellKey, Map<String, long[][]>> counts = new HashMap<>();

  RawCounts(Study study) {
    this.study = study;
    this.cells = new CellFinder(study);
    for (Scenario scenario : study.scenarios()) {
      lenient.put(scenario.name(), new LenientReader(scenario.rubric()));
    }
  }

  /** Adds the trials of a part, each once. */
  void read(Path file, StoredPart part) throws IOException {
    StoredTrials.forEachWithAnswers(file, part, study, this::add);
  }

  /** All raw items that some trial has. */
  List<RawItems> items() {
    return List.copyOf(items);
  }

  /** The cells that have trials. */
  List<CellKey> cells() {
    return List.copyOf(counts.keySet());
  }

  /** The queries of some cells, in order. */
  SortedSet<String> queries(List<CellKey> some) {
    SortedSet<String> queries = new TreeSet<>();
    some.forEach(cell -> queries.addAll(counts.get(cell).keySet()));
    return queries;
  }

  /**
   * What a query says in one condition of a cell.
   *
   * @param twice doubled value of the items at each place; {@link Conventions#NONE} where they do
   *     not count
   */
  Counts of(CellKey cell, String query, int arm, int[] twice) {
    long[][] arms = counts.get(cell).get(query);
    if (arms == null) {
      return Counts.none();
    }
    long n = 0;
    long x2 = 0;
    long xx4 = 0;
    for (int place = 0; place < arms[arm].length; place++) {
      long trials = arms[arm][place];
      if (trials > 0 && twice[place] != Conventions.NONE) {
        n += trials;
        x2 += trials * twice[place];
        xx4 += trials * twice[place] * twice[place];
      }
    }
    return new Counts(n, x2, xx4);
  }

  private void add(StoredTrial trial) {
    if (CheckArm.in(trial.condition()).isPresent()) {
      return; // It checks the instrument and is of no rate or gap.
    }
    int arm = study.conditions().indexOf(trial.condition());
    if (arm < 0) {
      throw new IllegalArgumentException(
          "condition %s is not of the study".formatted(trial.condition()));
    }
    int place = placeOf(trial);
    long[][] arms =
        counts
            .computeIfAbsent(cells.of(trial), cell -> new TreeMap<>())
            .computeIfAbsent(trial.query(), query -> new long[study.conditions().size()][0]);
    if (arms[arm].length <= place) {
      arms[arm] = Arrays.copyOf(arms[arm], place + 1);
    }
    arms[arm][place]++;
  }

  private int placeOf(StoredTrial trial) {
    Verdict tags = trial.verdict();
    Verdict read =
        // No judge was asked about it, and rules are not what the others were judged by.
        tags.parseStatus() == ParseStatus.NO_OUTPUT_TAG && study.judges().isEmpty()
            ? lenient.get(trial.scenario()).read(trial)
            : tags;
    RawItems raw = new RawItems(tags, read, trial.isRetried());
    return places.computeIfAbsent(
        raw,
        unseen -> {
          items.add(unseen);
          return items.size() - 1;
        });
  }
}
