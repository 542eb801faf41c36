package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Analysis.Expectation;
import java.util.ArrayList;
import java.util.List;

/**
 * "Low temperature masks": whether a rate (or a gap) at some temperature above 0 is greater than at
 * 0, from differences paired by query, Holm (1979) over the temperatures. At temperature 0 samples
 * of one round repeat each other, and a provider drifts between rounds; only rounds that are apart
 * in time, five at least, put that drift into the standard error, and without them nothing is
 * supported.
 *
 * @param differences one per temperature, in the order given
 * @param adjusted their p-values, two-sided, by Holm
 * @param largest the place of the greatest difference; -1 where there is none
 * @param judgement supported if a difference is greater than 0; refuted if each lies below the
 *     margin or below 0
 */
public record Masking(
    List<StudentEstimate> differences, List<Double> adjusted, int largest, Judgement judgement) {

  /**
   * The difference at one temperature.
   *
   * @param byRound rows are rounds, columns the queries that all of them have at both temperatures
   */
  public static StudentEstimate difference(double[][] byRound, double alpha) {
    double[] byQuery = CrossedTable.of(byRound).columnMeans();
    StudentEstimate difference = estimate(byQuery, byRound, alpha);
    return FewDifferences.are(byQuery, alpha) ? difference.with(Flag.TOO_FEW_QUERIES) : difference;
  }

  private static StudentEstimate estimate(double[] byQuery, double[][] byRound, double alpha) {
    if (byRound.length < RoundNoise.FEWEST_ROUNDS) {
      return StudentEstimate.ofMean(
          byQuery, alpha, byRound.length == 1 ? Flag.NO_ROUNDS : Flag.TOO_FEW_ROUNDS);
    }
    return byQuery.length < 2
        ? StudentEstimate.ofMean(byQuery, alpha)
        : RoundNoise.mean(byRound, alpha);
  }

  /**
   * The verdict over all temperatures above 0, one at least.
   *
   * @param margin smallest difference that matters; null for none declared
   */
  public static Masking of(List<StudentEstimate> differences, Double margin, double alpha) {
    List<Double> adjusted =
        Multiplicity.holm(differences.stream().map(StudentEstimate::p).toList());
    int largest = -1;
    for (int i = 0; i < differences.size(); i++) {
      Double value = differences.get(i).value();
      if (value != null && (largest < 0 || value > differences.get(largest).value())) {
        largest = i;
      }
    }
    return new Masking(differences, adjusted, largest, judge(differences, adjusted, margin, alpha));
  }

  private static Judgement judge(
      List<StudentEstimate> differences, List<Double> adjusted, Double margin, double alpha) {
    List<Judgement> each = new ArrayList<>();
    for (int i = 0; i < differences.size(); i++) {
      StudentEstimate difference = differences.get(i);
      each.add(
          difference.judge(
              Expectation.GREATER,
              margin,
              alpha,
              adjusted.get(i),
              difference.pEquivalence(Expectation.GREATER, margin)));
    }
    boolean isDriftUnseen =
        differences.stream()
            .anyMatch(
                difference ->
                    difference.flags().contains(Flag.NO_ROUNDS.id())
                        || difference.flags().contains(Flag.TOO_FEW_ROUNDS.id()));
    Judgement first = first(each, Judgement.Outcome.SUPPORTED);
    if (first == null && first(each, Judgement.Outcome.INCONCLUSIVE) == null) {
      first = each.get(0);
    }
    if (first == null) {
      return first(each, Judgement.Outcome.INCONCLUSIVE);
    }
    return isDriftUnseen ? Judgement.inconclusive(Judgement.Reason.TOO_FEW_ROUNDS) : first;
  }

  private static Judgement first(List<Judgement> each, Judgement.Outcome outcome) {
    return each.stream().filter(one -> one.outcome() == outcome).findFirst().orElse(null);
  }
}
