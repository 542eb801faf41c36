package dev.gapline.transforms.statistics;

import java.util.List;

/**
 * The sampling error of the mean paired difference of these very queries: SE^2 = sum over queries,
 * arms and sub-cells of s^2 / n, s^2 the sample variance, over the squares of the numbers that are
 * averaged over. It says nothing of other queries.
 *
 * @param variance of the gap
 * @param df after Welch (1947) and Satterthwaite (1946), from the cells that vary; NaN where none
 *     does
 */
record WithinQuery(double variance, double df) {

  /** The error of the pairs; null where a cell has fewer than two values. */
  static WithinQuery of(PairedDifferences pairs) {
    double variance = 0;
    double squares = 0;
    int next = 0;
    List<QueryPair> queries = pairs.queries();
    for (PairedDifferences.Difference pair : pairs.paired()) {
      while (!queries.get(next).query().equals(pair.query())) {
        next++;
      }
      QueryPair query = queries.get(next);
      double averaged = (double) pairs.pairs() * pair.subcells().size();
      for (int i = 0; i < query.treatment().size(); i++) {
        if (!pair.subcells().contains(i)) {
          continue;
        }
        Counts treatment = query.treatment().get(i);
        Counts control = query.control().get(i);
        if (treatment.n() < 2 || control.n() < 2) {
          return null;
        }
        double ofTreatment = treatment.variance() / treatment.n() / (averaged * averaged);
        double ofControl = control.variance() / control.n() / (averaged * averaged);
        variance += ofTreatment + ofControl;
        squares +=
            ofTreatment * ofTreatment / (treatment.n() - 1.0)
                + ofControl * ofControl / (control.n() - 1.0);
      }
    }
    return new WithinQuery(variance, variance * variance / squares);
  }
}
