package dev.gapline.transforms;

import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.ExactSums;
import dev.gapline.schemas.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A cell's counts in the making, trial by trial. */
final class CellCount {

  private final int arms;
  private final SortedMap<String, List<Tally>> queries = new TreeMap<>();
  private final SortedMap<String, List<Tally>> retried = new TreeMap<>();
  private final SortedMap<String, List<Tally>> sentFirst = new TreeMap<>();
  private final SortedMap<String, List<Tally>> secondHalf = new TreeMap<>();
  private final SortedMap<String, List<ExactSums>> exact = new TreeMap<>();
  private List<String> responseModels = List.of();

  /** No trials, of that many arms. */
  CellCount(int arms) {
    this.arms = arms;
  }

  void add(String query, int arm, Tally trial) {
    add(queries, query, arm, trial);
  }

  /** Counts a trial, which was added, among those that their first call did not settle. */
  void addRetried(String query, int arm, Tally trial) {
    add(retried, query, arm, trial);
  }

  /** Counts a trial, which was added, among those sent before the others of their block. */
  void addSentFirst(String query, int arm, Tally trial) {
    add(sentFirst, query, arm, trial);
  }

  /** Counts a trial, which was added, among those of the second half of the plan. */
  void addSecondHalf(String query, int arm, Tally trial) {
    add(secondHalf, query, arm, trial);
  }

  /** Adds the probabilities of a trial, which was added. */
  void addExact(String query, int arm, ExactSums trial) {
    List<ExactSums> sums =
        exact.computeIfAbsent(
            query, id -> new ArrayList<>(Collections.nCopies(arms, ExactSums.NONE)));
    sums.set(arm, sums.get(arm).plus(trial));
  }

  /** Notes under which name an answer came. */
  void addResponseModel(String name) {
    responseModels = CellTally.names(responseModels, List.of(name));
  }

  CellTally tally() {
    return new CellTally(
        rows(queries),
        rows(retried),
        rows(sentFirst),
        rows(secondHalf),
        exact.entrySet().stream()
            .map(query -> new CellTally.QueryExact(query.getKey(), query.getValue()))
            .toList(),
        responseModels);
  }

  private void add(SortedMap<String, List<Tally>> to, String query, int arm, Tally trial) {
    List<Tally> row =
        to.computeIfAbsent(query, id -> new ArrayList<>(Collections.nCopies(arms, Tally.empty())));
    row.set(arm, row.get(arm).plus(trial));
  }

  private static List<CellTally.QueryTally> rows(SortedMap<String, List<Tally>> queries) {
    return queries.entrySet().stream()
        .map(query -> new CellTally.QueryTally(query.getKey(), query.getValue()))
        .toList();
  }
}
