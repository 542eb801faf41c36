package dev.gapline.transforms;

import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.statistics.CellValues;
import dev.gapline.transforms.statistics.Counts;
import dev.gapline.transforms.statistics.QueryCounts;
import dev.gapline.transforms.statistics.QueryPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is looked at in the rows of {@code sensitivity}: a measure's rate in a condition, or its gap
 * over a contrast.
 *
 * @param condition null for a gap
 * @param contrast null for a rate
 */
record SensitivityOutcome(Measure measure, String condition, Contrast contrast) {

  /** Compliance, and faking where there is any value of it: every rate, then every gap. */
  static List<SensitivityOutcome> of(Study study, CellTable cells) {
    List<SensitivityOutcome> outcomes = new ArrayList<>();
    for (Measure measure : List.of(Measure.COMPLIANCE, Measure.AF_MEAN)) {
      if (measure != Measure.COMPLIANCE
          && study.conditions().stream()
              .allMatch(condition -> cells.total(condition).n(measure) == 0)) {
        continue;
      }
      study
          .conditions()
          .forEach(condition -> outcomes.add(new SensitivityOutcome(measure, condition, null)));
      study
          .contrasts()
          .forEach(contrast -> outcomes.add(new SensitivityOutcome(measure, null, contrast)));
    }
    return outcomes;
  }

  boolean isRate() {
    return contrast == null;
  }

  String quantity() {
    return isRate() ? "rate" : "gap";
  }

  /** Whose rows are one family: those of the same measure and quantity. */
  String family() {
    return measure.id() + " " + quantity();
  }

  /** What each query says in these cells, their values thrown together. */
  SortedMap<String, CellValues> values(CellTable cells) {
    SortedMap<String, CellValues> values = new TreeMap<>();
    subcells(cells)
        .forEach(
            (query, some) ->
                some.stream().reduce(CellValues::plus).ifPresent(all -> values.put(query, all)));
    return values;
  }

  /** Each query's mean over those of these cells that have a value; no entry where none has. */
  SortedMap<String, Double> means(CellTable cells) {
    SortedMap<String, Double> means = new TreeMap<>();
    subcells(cells)
        .forEach(
            (query, some) ->
                some.stream()
                    .filter(cell -> !cell.isEmpty())
                    .mapToDouble(CellValues::mean)
                    .average()
                    .ifPresent(mean -> means.put(query, mean)));
    return means;
  }

  /** The means of these queries, all of which have one. */
  static double[] inOrder(Map<String, Double> means, List<String> queries) {
    return queries.stream().mapToDouble(means::get).toArray();
  }

  private SortedMap<String, List<CellValues>> subcells(CellTable cells) {
    SortedMap<String, List<CellValues>> subcells = new TreeMap<>();
    if (isRate()) {
      for (QueryCounts query : cells.counts(condition, measure)) {
        subcells.put(query.query(), query.subcells().stream().map(CellValues::ofRate).toList());
      }
      return subcells;
    }
    for (QueryPair query : cells.pairs(contrast, measure)) {
      List<CellValues> pairs = new ArrayList<>();
      for (int i = 0; i < query.treatment().size(); i++) {
        pairs.add(CellValues.ofGap(query.treatment().get(i), query.control().get(i)));
      }
      subcells.put(query.query(), pairs);
    }
    return subcells;
  }

  /** The values of a query that has none in some cells. */
  CellValues nothing() {
    return isRate()
        ? CellValues.ofRate(Counts.none())
        : CellValues.ofGap(Counts.none(), Counts.none());
  }
}
