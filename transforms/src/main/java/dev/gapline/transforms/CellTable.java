package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Tally;
import dev.gapline.transforms.statistics.Counts;
import dev.gapline.transforms.statistics.PlannedCounts;
import dev.gapline.transforms.statistics.PlannedPair;
import dev.gapline.transforms.statistics.QueryCounts;
import dev.gapline.transforms.statistics.QueryPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The exact counts of some cells of a study, in a fixed order, as the estimators want them: by
 * query, with one entry per cell that is averaged over.
 */
final class CellTable {

  private final Study study;
  private final List<String> arms;
  private final List<SubCell> cells;

  /** By query, one entry per cell; each entry holds one tally per arm. */
  private final TreeMap<String, List<List<Tally>>> queries = new TreeMap<>();

  private CellTable(Study study, List<SubCell> cells) {
    this.study = study;
    this.arms = study.arms();
    this.cells = cells;
    List<Tally> nothing = Collections.nCopies(arms.size(), Tally.empty());
    for (int i = 0; i < cells.size(); i++) {
      for (CellTally.QueryTally query : cells.get(i).tally().queries()) {
        queries
            .computeIfAbsent(
                query.query(), id -> new ArrayList<>(Collections.nCopies(cells.size(), nothing)))
            .set(i, query.arms());
      }
    }
  }

  /** A table of these cells, given in any order. */
  static CellTable of(Study study, Iterable<SubCell> unordered) {
    List<SubCell> cells = new ArrayList<>();
    unordered.forEach(cells::add);
    cells.sort(Comparator.comparing(SubCell::order));
    return new CellTable(study, List.copyOf(cells));
  }

  /** The cells, in order. */
  List<SubCell> cells() {
    return cells;
  }

  /** The scenario of the cells, which is one. */
  String scenario() {
    return cells.get(0).cell().scenario();
  }

  /** The cells of which that is true. */
  CellTable where(Predicate<CellKey> isMeant) {
    return new CellTable(study, cells.stream().filter(cell -> isMeant.test(cell.cell())).toList());
  }

  /** The cells by the value of a coordinate, or of several together, in the order of the values. */
  <K extends Comparable<K>> Map<K, CellTable> by(Function<CellKey, K> coordinate) {
    return cells.stream()
        .collect(
            Collectors.groupingBy(
                cell -> coordinate.apply(cell.cell()),
                TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.toList(), some -> new CellTable(study, some))));
  }

  /** The cells with their counts changed. */
  CellTable with(Function<CellTally, CellTally> change) {
    return new CellTable(
        study,
        cells.stream().map(cell -> new SubCell(cell.cell(), change.apply(cell.tally()))).toList());
  }

  /** Whether some trial was not settled by its first call. */
  boolean hasRetried() {
    return cells.stream().anyMatch(cell -> cell.tally().hasRetried());
  }

  /** Whether the answers of one model bear more than one name. */
  boolean hasResponseModels() {
    Map<String, List<String>> byModel = new TreeMap<>();
    for (SubCell cell : cells) {
      byModel.merge(cell.cell().model(), cell.tally().responseModels(), CellTally::names);
    }
    return byModel.values().stream().anyMatch(names -> names.size() > 1);
  }

  /** What every query says in one condition. */
  List<QueryCounts> counts(String condition, Measure measure) {
    return counts(condition, tally -> Counts.of(tally, measure));
  }

  /** What is counted of every query in one arm. */
  List<QueryCounts> counts(String arm, Function<Tally, Counts> count) {
    int place = arms.indexOf(arm);
    return queries.entrySet().stream()
        .map(query -> new QueryCounts(query.getKey(), counts(query.getValue(), place, count)))
        .toList();
  }

  /** What every query says in both conditions of a contrast. */
  List<QueryPair> pairs(Contrast contrast, Measure measure) {
    return pairs(contrast, tally -> Counts.of(tally, measure));
  }

  /** What is counted of every query in both arms of a contrast. */
  List<QueryPair> pairs(Contrast contrast, Function<Tally, Counts> count) {
    int treatment = arms.indexOf(contrast.treatment());
    int control = arms.indexOf(contrast.control());
    return queries.entrySet().stream()
        .map(
            query ->
                new QueryPair(
                    query.getKey(),
                    counts(query.getValue(), treatment, count),
                    counts(query.getValue(), control, count)))
        .toList();
  }

  /** What every query says in both conditions of a contrast, and how much is missing. */
  List<PlannedPair> planned(Contrast contrast, Measure measure) {
    int treatment = study.conditions().indexOf(contrast.treatment());
    int control = study.conditions().indexOf(contrast.control());
    return queries.entrySet().stream()
        .map(
            query ->
                new PlannedPair(
                    query.getKey(),
                    planned(query.getValue(), treatment, measure),
                    planned(query.getValue(), control, measure)))
        .toList();
  }

  /** What every query says in one condition, and how much is missing. */
  List<PlannedQuery> planned(String condition, Measure measure) {
    int arm = study.conditions().indexOf(condition);
    return queries.entrySet().stream()
        .map(query -> new PlannedQuery(query.getKey(), planned(query.getValue(), arm, measure)))
        .toList();
  }

  /** The queries, in order. */
  List<String> queries() {
    return List.copyOf(queries.keySet());
  }

  /** The wording of each cell, in the order of the counts. */
  List<String> wordings() {
    return cells.stream().map(cell -> cell.cell().paraphrase()).toList();
  }

  /** All counts of one condition. */
  Tally total(String condition) {
    int arm = arms.indexOf(condition);
    Tally total = Tally.empty();
    for (List<List<Tally>> arms : queries.values()) {
      for (List<Tally> cell : arms) {
        total = total.plus(cell.get(arm));
      }
    }
    return total;
  }

  private static List<Counts> counts(
      List<List<Tally>> cells, int arm, Function<Tally, Counts> count) {
    return cells.stream().map(tallies -> count.apply(tallies.get(arm))).toList();
  }

  private static List<PlannedCounts> planned(List<List<Tally>> cells, int arm, Measure measure) {
    return cells.stream()
        .map(arms -> arms.get(arm))
        .map(
            tally ->
                new PlannedCounts(
                    Counts.of(tally, measure),
                    tally.planned() - tally.n(measure),
                    tally.of(ParseStatus.API_FILTER)))
        .toList();
  }
}
