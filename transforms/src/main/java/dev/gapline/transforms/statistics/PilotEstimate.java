package dev.gapline.transforms.statistics;

import java.util.List;
import java.util.function.Function;

/**
 * What a pilot says of a gap, for planning; by moments, so that no distribution is assumed.
 *
 * @param rateTreatment mean over the pairs of the treatment's rate; null without a pair
 * @param rateControl likewise of the control
 * @param icc such that {@code (1 - icc)(pT(1 - pT) + pC(1 - pC))} is the mean variance within a
 *     query, both arms added; held to 0 to 1. Where values are halves, which vary less, it holds
 *     that too. Null when no query has two values in an arm, or when there is no event, or nothing
 *     else
 * @param sdTier root of the variance over queries of their observed differences, less the part that
 *     sampling within queries explains; 0 where that part is larger. Null below two pairs, or when
 *     no query has two values in an arm
 * @param pairs queries with a value in both arms
 */
public record PilotEstimate(
    Double rateTreatment, Double rateControl, Double icc, Double sdTier, int pairs) {

  /** From the pilot's counts, in any order; sub-cells of a query weigh the same. */
  public static PilotEstimate of(List<QueryPair> queries) {
    PairedDifferences pairs = PairedDifferences.of(queries);
    if (pairs.pairs() == 0) {
      return new PilotEstimate(null, null, null, null, 0);
    }
    List<PairedDifferences.Difference> paired = pairs.paired();
    double treatment = pairs.rateTreatment();
    double control = pairs.rateControl();
    Double withinTreatment = within(paired, PairedDifferences.Difference::treatmentRows);
    Double withinControl = within(paired, PairedDifferences.Difference::controlRows);
    if (withinTreatment == null || withinControl == null) {
      return new PilotEstimate(treatment, control, null, null, pairs.pairs());
    }
    double all = treatment * (1 - treatment) + control * (1 - control);
    return new PilotEstimate(
        treatment,
        control,
        all > 0 ? shareOf(1 - (withinTreatment + withinControl) / all) : null,
        pairs.pairs() < 2 ? null : sdTier(pairs, withinTreatment, withinControl),
        pairs.pairs());
  }

  /** The assumptions that planning needs; null when one is missing. */
  public ClusterAssumptions assumptions() {
    return icc == null || sdTier == null
        ? null
        : new ClusterAssumptions(rateTreatment, rateControl, icc, Math.min(1, sdTier));
  }

  /** The mean over queries of the variance of their values; null when none has two. */
  private static Double within(
      List<PairedDifferences.Difference> paired,
      Function<PairedDifferences.Difference, Counts> arm) {
    double[] variances =
        paired.stream()
            .map(arm)
            .filter(rows -> rows.n() > 1)
            .mapToDouble(Counts::variance)
            .toArray();
    return variances.length == 0 ? null : Double.valueOf(Means.mean(variances));
  }

  private static double sdTier(
      PairedDifferences pairs, double withinTreatment, double withinControl) {
    double[] sampling =
        pairs.paired().stream()
            .mapToDouble(
                pair ->
                    sampling(pair.treatmentRows(), withinTreatment)
                        + sampling(pair.controlRows(), withinControl))
            .toArray();
    double error = Means.standardError(pairs.differences());
    double observed = error * error * pairs.pairs();
    return StrictMath.sqrt(Math.max(0, observed - Means.mean(sampling)));
  }

  /** The variance of a query's rate; a single value borrows that of the other queries. */
  private static double sampling(Counts rows, double within) {
    return (rows.n() > 1 ? rows.variance() : within) / (double) rows.n();
  }

  private static double shareOf(double value) {
    return Math.max(0, Math.min(1, value));
  }
}
