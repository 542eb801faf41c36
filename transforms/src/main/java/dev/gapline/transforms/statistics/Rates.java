package dev.gapline.transforms.statistics;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Rates of one arm, 0 to 1. Without any value the rate is null and its interval everything, [0, 1];
 * it is never 0.
 */
public final class Rates {

  private Rates() {}

  /**
   * All values pooled, Wilson's interval: right for one value per query, too narrow for more. Null
   * when some value is a half.
   *
   * @param alpha two-sided error of the interval, above 0 and below 0.5
   */
  public static RateEstimate wilson(List<QueryCounts> queries, double alpha) {
    Sample sample = Sample.of(queries);
    Counts total = sample.total();
    if (total.isEmpty()) {
      return sample.nothing();
    }
    if (!total.isBinary()) {
      return sample.estimate(null, null, null, null, null, EnumSet.of(Flag.NOT_BINARY));
    }
    double rate = total.mean();
    return sample.estimate(
        rate,
        positive(StrictMath.sqrt(rate * (1 - rate) / (double) total.n())),
        null,
        Wilson.interval(rate, (double) total.n(), Quantiles.normal(alpha / 2)),
        (double) total.n(),
        sample.flagsOfRows());
  }

  /**
   * All values pooled, the exact binomial interval (Clopper and Pearson 1934): right for one value
   * per query, too narrow for more. Null when some value is a half.
   *
   * @param alpha two-sided error of the interval, above 0 and below 0.5
   */
  public static RateEstimate clopperPearson(List<QueryCounts> queries, double alpha) {
    Sample sample = Sample.of(queries);
    Counts total = sample.total();
    if (total.isEmpty()) {
      return sample.nothing();
    }
    if (!total.isBinary()) {
      return sample.estimate(null, null, null, null, null, EnumSet.of(Flag.NOT_BINARY));
    }
    double rate = total.mean();
    return sample.estimate(
        rate,
        positive(StrictMath.sqrt(rate * (1 - rate) / (double) total.n())),
        null,
        ClopperPearson.interval(total.x2() / 2, total.n(), alpha / 2),
        (double) total.n(),
        sample.flagsOfRows());
  }

  /**
   * The mean over queries of their rates. Its interval, after Korn and Graubard (1998), is Wilson's
   * with t(G - 1) in place of z and the effective number of values rate (1 - rate) / SE^2: at most
   * n, and at most the number of queries when fewer than 5 of them hold an event (or a non-event);
   * without any event, or without any non-event, it is the number of queries, with z. Where values
   * are halves, the t interval of the per-query means. One query alone: over its values, of this
   * prompt only.
   *
   * @param alpha two-sided error of the interval, above 0 and below 0.5
   */
  public static RateEstimate wilsonCluster(List<QueryCounts> queries, double alpha) {
    Sample sample = Sample.of(queries);
    if (sample.total().isEmpty()) {
      return sample.nothing();
    }
    if (sample.rates().length == 1) {
      return thisPrompt(sample, alpha);
    }
    double rate = Means.mean(sample.rates());
    double se = sample.allEqual() ? 0 : Means.standardError(sample.rates());
    double clusters = sample.rates().length;
    Set<Flag> flags = sample.flags();
    if (sample.isUnanimous() || (se == 0 && !sample.total().isBinary())) {
      flags.add(sample.isUnanimous() ? Flag.ZERO_EVENTS : Flag.ZERO_SE);
      Interval interval = Wilson.interval(rate, clusters, Quantiles.normal(alpha / 2));
      return sample.estimate(rate, null, null, interval, clusters, flags);
    }
    double df = clusters - 1;
    double quantile = Quantiles.student(alpha / 2, df);
    if (!sample.total().isBinary()) {
      Interval interval = new Interval(rate - quantile * se, rate + quantile * se).within(0, 1);
      return sample.estimate(rate, se, df, interval, null, flags);
    }
    double values = (double) sample.total().n();
    double most = sample.isScarce() ? Math.min(clusters, values) : values;
    double effective = se == 0 ? most : Math.min(most, rate * (1 - rate) / (se * se));
    return sample.estimate(
        rate, positive(se), df, Wilson.interval(rate, effective, quantile), effective, flags);
  }

  private static RateEstimate thisPrompt(Sample sample, double alpha) {
    double rate = sample.rates()[0];
    Counts total = sample.total();
    Set<Flag> flags = sample.flags();
    flags.add(Flag.THIS_PROMPT);
    flags.remove(Flag.FEW_CLUSTERS);
    if (!total.isBinary() && total.n() > 1 && total.variance() > 0) {
      double se = StrictMath.sqrt(total.variance() / total.n());
      double df = total.n() - 1.0;
      double half = Quantiles.student(alpha / 2, df) * se;
      Interval interval = new Interval(rate - half, rate + half).within(0, 1);
      return sample.estimate(rate, se, df, interval, null, flags);
    }
    return sample.estimate(
        rate,
        positive(StrictMath.sqrt(rate * (1 - rate) / (double) total.n())),
        null,
        Wilson.interval(rate, (double) total.n(), Quantiles.normal(alpha / 2)),
        (double) total.n(),
        flags);
  }

  private static Double positive(double se) {
    return se > 0 ? Double.valueOf(se) : null;
  }

  /** The queries with values, by id. */
  private record Sample(List<QueryCounts> queries, Counts total, List<Fraction> exactRates) {

    static Sample of(List<QueryCounts> all) {
      List<QueryCounts> queries =
          Ordered.byQuery(all, QueryCounts::query).stream()
              .filter(query -> query.subcells().stream().anyMatch(cell -> !cell.isEmpty()))
              .toList();
      Counts total =
          queries.stream()
              .flatMap(query -> query.subcells().stream())
              .reduce(Counts.none(), Counts::plus);
      return new Sample(queries, total, queries.stream().map(Sample::rate).toList());
    }

    private static Fraction rate(QueryCounts query) {
      List<Counts> filled = query.subcells().stream().filter(cell -> !cell.isEmpty()).toList();
      return filled.stream()
          .map(Counts::rate)
          .reduce(Fraction.ZERO, Fraction::plus)
          .dividedBy(filled.size());
    }

    double[] rates() {
      return exactRates.stream().mapToDouble(Fraction::value).toArray();
    }

    boolean allEqual() {
      return exactRates.stream().distinct().count() <= 1;
    }

    /** Whether there is no event, or nothing but events. */
    boolean isUnanimous() {
      return total.x2() == 0 || total.x2() == 2 * total.n();
    }

    /** Whether fewer than 5 queries hold an event, or fewer than 5 a non-event. */
    boolean isScarce() {
      long events = queries.stream().filter(query -> sum(query).x2() > 0).count();
      long nonEvents =
          queries.stream().filter(query -> sum(query).x2() < 2 * sum(query).n()).count();
      return Math.min(events, nonEvents) < 5;
    }

    private static Counts sum(QueryCounts query) {
      return query.subcells().stream().reduce(Counts.none(), Counts::plus);
    }

    Set<Flag> flags() {
      Set<Flag> flags = EnumSet.noneOf(Flag.class);
      if (isUnbalanced()) {
        flags.add(Flag.UNBALANCED_SUBCELLS);
      }
      if (queries.size() < 10 || (isScarce() && !isUnanimous())) {
        flags.add(Flag.FEW_CLUSTERS);
      }
      return flags;
    }

    /** Of an estimate over rows, which averages over no sub-cells. */
    Set<Flag> flagsOfRows() {
      Set<Flag> flags = flags();
      flags.remove(Flag.UNBALANCED_SUBCELLS);
      if (queries.size() == 1) {
        flags.add(Flag.THIS_PROMPT);
        flags.remove(Flag.FEW_CLUSTERS);
      }
      return flags;
    }

    private boolean isUnbalanced() {
      return queries.stream()
          .anyMatch(query -> query.subcells().stream().anyMatch(Counts::isEmpty));
    }

    RateEstimate nothing() {
      return estimate(null, null, null, new Interval(0, 1), null, EnumSet.of(Flag.NO_ROWS));
    }

    RateEstimate estimate(
        Double rate, Double se, Double df, Interval interval, Double effectiveN, Set<Flag> flags) {
      return new RateEstimate(
          rate,
          se,
          df,
          interval == null ? null : Double.valueOf(interval.low()),
          interval == null ? null : Double.valueOf(interval.high()),
          total.n(),
          total.x2(),
          queries.size(),
          effectiveN,
          Flag.ids(flags));
    }
  }
}
