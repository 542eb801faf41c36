package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The differences of the cells of queries and wordings, both of which are draws, and the variance
 * of their mean clustered by both (Cameron, Gelbach and Miller 2011): by query plus by wording
 * minus by cell, each with the correction for the number of its clusters. Where that is not above
 * 0, the largest of the three.
 *
 * @param cells by query, then by wording, the difference of the two rates
 */
record TwoWay(TreeMap<String, TreeMap<String, Double>> cells) {

  /** What is left of variances by rounding, as a share. */
  private static final double ROUNDING = 1e-12;

  /**
   * The cells with values in both arms.
   *
   * @param wordings of each sub-cell of the queries; several sub-cells of one wording are averaged
   */
  static TwoWay of(List<QueryPair> queries, List<String> wordings) {
    TreeMap<String, TreeMap<String, Double>> cells = new TreeMap<>();
    for (QueryPair query : queries) {
      TreeMap<String, List<Double>> all = new TreeMap<>();
      for (int i = 0; i < wordings.size(); i++) {
        Counts treatment = query.treatment().get(i);
        Counts control = query.control().get(i);
        if (!treatment.isEmpty() && !control.isEmpty()) {
          all.computeIfAbsent(wordings.get(i), wording -> new ArrayList<>())
              .add(treatment.rate().minus(control.rate()).value());
        }
      }
      if (!all.isEmpty()) {
        TreeMap<String, Double> means = new TreeMap<>();
        all.forEach((wording, some) -> means.put(wording, mean(some)));
        cells.put(query.query(), means);
      }
    }
    return new TwoWay(cells);
  }

  int queries() {
    return cells.size();
  }

  int wordings() {
    return (int) cells.values().stream().flatMap(row -> row.keySet().stream()).distinct().count();
  }

  /** The mean over queries of the mean over their wordings, so that every query weighs the same. */
  double gap() {
    return mean(cells.values().stream().map(row -> mean(row.values())).toList());
  }

  /** The variance of the gap; 0 where all cells are alike. Two queries and wordings at least. */
  double variance() {
    double gap = gap();
    TreeMap<String, Double> byQuery = new TreeMap<>();
    TreeMap<String, Double> byWording = new TreeMap<>();
    List<Double> byCell = new ArrayList<>();
    cells.forEach(
        (query, row) ->
            row.forEach(
                (wording, difference) -> {
                  double influence = (difference - gap) / ((double) row.size() * queries());
                  byQuery.merge(query, influence, Double::sum);
                  byWording.merge(wording, influence, Double::sum);
                  byCell.add(influence);
                }));
    double ofQueries = clustered(byQuery.values());
    double ofWordings = clustered(byWording.values());
    double ofCells = clustered(byCell);
    return combined(ofQueries, ofWordings, ofCells);
  }

  /**
   * The variance by both from those by either and by cell: the first two less the third; where that
   * is not above 0, the largest of the three. A sum of so little beside them is 0 but for rounding,
   * and would give an interval of no width.
   */
  static double combined(double oneWay, double otherWay, double byCell) {
    double sum = oneWay + otherWay - byCell;
    double largest = Math.max(byCell, Math.max(oneWay, otherWay));
    return sum > ROUNDING * largest ? sum : largest;
  }

  /** Whether every cell has the same difference, but for rounding. */
  boolean isWithoutSpread() {
    double gap = gap();
    return cells.values().stream()
        .flatMap((Map<String, Double> row) -> row.values().stream())
        .allMatch(difference -> Math.abs(difference - gap) < 1e-12);
  }

  private static double clustered(Collection<Double> influences) {
    double squares = 0;
    for (double influence : influences) {
      squares += influence * influence;
    }
    return squares * influences.size() / (influences.size() - 1.0);
  }

  private static double mean(Collection<Double> values) {
    return Means.mean(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
