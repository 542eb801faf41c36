package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The paired differences of a list of queries, in the order of their ids, so that the order of the
 * list never shows. A query's difference is the mean over its sub-cells with values in both arms.
 *
 * @param queries those with at least one value, by id
 * @param paired those with a difference, by id, with it
 * @param treatmentTotal all values of the treatment
 * @param controlTotal all values of the control
 */
record PairedDifferences(
    List<QueryPair> queries, List<Difference> paired, Counts treatmentTotal, Counts controlTotal) {

  /**
   * One query's pair: both arms' mean rates over the sub-cells that both have.
   *
   * @param subcells those that both arms have
   * @param treatmentRows the treatment's values there
   * @param controlRows the control's values there
   * @param difference of the two rates
   */
  record Difference(
      String query,
      Set<Integer> subcells,
      Fraction treatment,
      Fraction control,
      Counts treatmentRows,
      Counts controlRows,
      Fraction difference) {}

  static PairedDifferences of(List<QueryPair> pairs) {
    List<QueryPair> queries = new ArrayList<>();
    List<Difference> paired = new ArrayList<>();
    Counts treatment = Counts.none();
    Counts control = Counts.none();
    for (QueryPair query : Ordered.byQuery(pairs, QueryPair::query)) {
      Counts ofTreatment = query.treatmentTotal();
      Counts ofControl = query.controlTotal();
      if (ofTreatment.isEmpty() && ofControl.isEmpty()) {
        continue;
      }
      queries.add(query);
      treatment = treatment.plus(ofTreatment);
      control = control.plus(ofControl);
      List<Integer> both = new ArrayList<>();
      for (int i = 0; i < query.treatment().size(); i++) {
        if (!query.treatment().get(i).isEmpty() && !query.control().get(i).isEmpty()) {
          both.add(i);
        }
      }
      if (!both.isEmpty()) {
        paired.add(difference(query, both));
      }
    }
    return new PairedDifferences(List.copyOf(queries), List.copyOf(paired), treatment, control);
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
    Fraction rateTreatment = treatment.dividedBy(both.size());
    Fraction rateControl = control.dividedBy(both.size());
    return new Difference(
        query.query(),
        Set.copyOf(both),
        rateTreatment,
        rateControl,
        treatmentRows,
        controlRows,
        rateTreatment.minus(rateControl));
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

  /** Whether some pair lacks a sub-cell, so that its means are over fewer than are meant. */
  boolean isUnbalanced() {
    return !queries.isEmpty()
        && paired.stream()
            .anyMatch(pair -> pair.subcells().size() < queries.get(0).treatment().size());
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
