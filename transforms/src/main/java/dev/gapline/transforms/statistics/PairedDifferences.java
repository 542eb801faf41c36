package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The paired differences of a list of queries, in the order of their ids, so that the order of the
 * list never shows. A query's difference is the mean over its sub-cells with values in both arms.
 *
 * @param queries those with at least one value, by id
 * @param paired those with a difference, by id, with it
 */
record PairedDifferences(List<QueryPair> queries, List<Difference> paired) {

  /**
   * One query's pair: both arms' mean rates over the sub-cells that both have.
   *
   * @param subcells those that both arms have
   * @param treatmentRows the treatment's values there
   * @param controlRows the control's values there
   */
  record Difference(
      String query,
      Set<Integer> subcells,
      Fraction treatment,
      Fraction control,
      Counts treatmentRows,
      Counts controlRows) {

    Fraction difference() {
      return treatment.minus(control);
    }
  }

  static PairedDifferences of(List<QueryPair> pairs) {
    List<QueryPair> queries =
        Ordered.byQuery(pairs, QueryPair::query).stream()
            .filter(pair -> !pair.treatmentTotal().isEmpty() || !pair.controlTotal().isEmpty())
            .toList();
    List<Difference> paired = new ArrayList<>();
    for (QueryPair query : queries) {
      List<Integer> both =
          IntStream.range(0, query.treatment().size())
              .filter(i -> !query.treatment().get(i).isEmpty() && !query.control().get(i).isEmpty())
              .boxed()
              .toList();
      if (!both.isEmpty()) {
        paired.add(difference(query, both));
      }
    }
    return new PairedDifferences(queries, List.copyOf(paired));
  }

  private static Difference difference(QueryPair query, List<Integer> both) {
    Fraction treatment = Fraction.ZERO;
    Fraction control = Fraction.ZERO;
    Counts treatmentRows = Counts.none();
    Counts controlRows = Counts.none();
    for (int i : both) {
      treatment = treatment.plus(query.treatment().get(i).rate());
      control = control.plus(query.control().get(i).rate());
      treatmentRows = treatmentRows.plus(query.treatment().get(i));
      controlRows = controlRows.plus(query.control().get(i));
    }
    return new Difference(
        query.query(),
        Set.copyOf(both),
        treatment.dividedBy(both.size()),
        control.dividedBy(both.size()),
        treatmentRows,
        controlRows);
  }

  long clusters() {
    return queries.size();
  }

  int pairs() {
    return paired.size();
  }

  long unpairedQueries() {
    return clusters() - paired.size();
  }

  long nonzero() {
    return paired.stream().filter(pair -> !pair.difference().isZero()).count();
  }

  /** Pairs in which the treatment's rate is the higher. */
  int above() {
    return (int) paired.stream().filter(pair -> pair.difference().sign() > 0).count();
  }

  /** Pairs in which the control's rate is the higher. */
  int below() {
    return (int) paired.stream().filter(pair -> pair.difference().sign() < 0).count();
  }

  /** Whether every pair is of one value in either arm. */
  boolean hasOneValueEach() {
    return paired.stream()
        .allMatch(pair -> pair.treatmentRows().n() == 1 && pair.controlRows().n() == 1);
  }

  /** Whether no value of a pair is a half. */
  boolean isBinary() {
    return paired.stream()
        .allMatch(pair -> pair.treatmentRows().isBinary() && pair.controlRows().isBinary());
  }

  /** Whether all differences are the same number, so that they have no variance. */
  boolean allEqual() {
    return paired.stream().map(Difference::difference).distinct().count() <= 1;
  }

  /** Whether some pair lacks a sub-cell that another has. */
  boolean isUnbalanced() {
    return new HashSet<>(paired.stream().map(Difference::subcells).toList()).size() > 1;
  }

  /** Whether there are too few for a t test: it needs 10 pairs, 5 of which differ. */
  boolean isFew() {
    return pairs() < 10 || nonzero() < 5;
  }

  /** Whether every query has exactly one binary value in either arm. */
  boolean isOnePairEach() {
    return queries.size() == paired.size() && hasOneValueEach() && isBinary();
  }

  /** The pairs as a table of agreement; only for one binary value in either arm of each. */
  NewcombePairedLimits newcombePaired() {
    long[] cells = new long[4];
    for (Difference pair : paired) {
      cells[(pair.treatment().isZero() ? 2 : 0) + (pair.control().isZero() ? 1 : 0)]++;
    }
    return new NewcombePairedLimits(cells[0], cells[1], cells[2], cells[3]);
  }

  /** All values of the treatment. */
  Counts treatmentTotal() {
    return queries.stream().map(QueryPair::treatmentTotal).reduce(Counts.none(), Counts::plus);
  }

  /** All values of the control. */
  Counts controlTotal() {
    return queries.stream().map(QueryPair::controlTotal).reduce(Counts.none(), Counts::plus);
  }

  double[] differences() {
    return paired.stream().mapToDouble(pair -> pair.difference().value()).toArray();
  }

  double rateTreatment() {
    return Means.mean(paired.stream().mapToDouble(pair -> pair.treatment().value()).toArray());
  }

  double rateControl() {
    return Means.mean(paired.stream().mapToDouble(pair -> pair.control().value()).toArray());
  }
}
