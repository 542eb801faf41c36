package dev.gapline.transforms.statistics;

import java.util.List;

/**
 * How alike a query's values are: the share of the variance that lies between queries, from one-way
 * analysis of variance within each arm, the components of the arms added (Donner and Koval 1980). A
 * negative component between queries counts as 0.
 */
public final class IntraclassCorrelation {

  private IntraclassCorrelation() {}

  /**
   * The correlation of the values of one or more arms.
   *
   * @param arms by arm, the counts of each query
   * @return 0 to 1; null where no query has two values, there is one query, or nothing varies
   */
  public static Double of(List<List<Counts>> arms) {
    double between = 0;
    double within = 0;
    boolean isKnown = false;
    for (List<Counts> arm : arms) {
      double queries = 0;
      double n = 0;
      double squares = 0;
      double x = 0;
      double sumWithin = 0;
      double sumOfMeans = 0;
      for (Counts query : arm) {
        if (query.isEmpty()) {
          continue;
        }
        double values = (double) query.n();
        double sum = query.x2() / 2.0;
        queries++;
        n += values;
        squares += values * values;
        x += sum;
        sumWithin += query.n() == 1 ? 0 : query.variance() * (values - 1);
        sumOfMeans += sum * sum / values;
      }
      if (queries < 2 || n <= queries) {
        continue;
      }
      isKnown = true;
      double meanWithin = sumWithin / (n - queries);
      double meanBetween = Math.max(0, sumOfMeans - x * x / n) / (queries - 1);
      within += meanWithin;
      between += (meanBetween - meanWithin) / ((n - squares / n) / (queries - 1));
    }
    double known = Math.max(0, between);
    return isKnown && known + within > 0 ? Double.valueOf(known / (known + within)) : null;
  }
}
