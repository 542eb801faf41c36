package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How much of the variance of one answer is the wording's, the query's, their interaction's and
 * chance's, with wordings and queries random, by the method of moments on a balanced table (SCIENCE
 * 5.6): paraphrase (MS_P - MS_PQ) / (QK), query (MS_Q - MS_PQ) / (PK), interaction (MS_PQ - MS_E) /
 * K, within MS_E. A component may be below 0; it is printed so, and counts as 0 in the shares.
 */
public final class VarianceComponents {

  /**
   * One component.
   *
   * @param value raw, maybe below 0; null with its reason in {@code flags}
   * @param share of the sum of the components, 0 to 1; null where that sum is 0
   * @param p of the F test that the component is 0; null where there is none
   */
  public record Term(String name, Double value, Double share, Double p, List<String> flags) {

    public Term {
      flags = List.copyOf(flags);
    }
  }

  private final CrossedTable means;
  private final long samples;

  /** Null with one value a cell. */
  private final Double meanSquareWithin;

  private VarianceComponents(CrossedTable means, long samples, Double meanSquareWithin) {
    this.means = means;
    this.samples = samples;
    this.meanSquareWithin = meanSquareWithin;
  }

  /** Whether every cell holds the same number of values, one at least, in each arm. */
  public static boolean isBalanced(List<List<CellValues>> byParaphrase) {
    List<Long> samples =
        byParaphrase.stream().flatMap(List::stream).map(CellValues::samples).distinct().toList();
    return samples.size() == 1 && samples.get(0) != null && samples.get(0) > 0;
  }

  /**
   * Of a balanced table.
   *
   * @param byParaphrase one list per wording, two at least, each with one entry per query, two at
   *     least, parallel
   */
  public static VarianceComponents of(List<List<CellValues>> byParaphrase) {
    if (!isBalanced(byParaphrase)) {
      throw new IllegalArgumentException(
          "Invalid table: cells hold different numbers of values. Equal numbers are valid.");
    }
    long samples = Objects.requireNonNull(byParaphrase.get(0).get(0).samples());
    double[][] values =
        byParaphrase.stream()
            .map(queries -> queries.stream().mapToDouble(CellValues::mean).toArray())
            .toArray(double[][]::new);
    Double within =
        samples < 2
            ? null
            : Double.valueOf(
                Means.mean(
                    byParaphrase.stream()
                        .flatMap(List::stream)
                        .mapToDouble(CellValues::variance)
                        .toArray()));
    return new VarianceComponents(CrossedTable.of(values), samples, within);
  }

  double meanSquareParaphrase() {
    return samples * means.meanSquareRows();
  }

  double meanSquareQuery() {
    return samples * means.meanSquareColumns();
  }

  double meanSquareInteraction() {
    return samples * means.meanSquareInteraction();
  }

  Double meanSquareWithin() {
    return meanSquareWithin;
  }

  /**
   * The mean over all cells, for wordings and queries like these: SE^2 = (MS_P + MS_Q - MS_PQ) /
   * (PQK), t with the scarcer one's count - 1.
   */
  public StudentEstimate grandMean(double alpha) {
    return StudentEstimate.of(
        means.mean(),
        means.standardErrorByMeanSquares(),
        means.scarcerDf(),
        alpha,
        means.columns());
  }

  /** Paraphrase, query, paraphrase_x_query and within, in this order. */
  public List<Term> terms() {
    double p = means.rows();
    double q = means.columns();
    double interactionDf = (p - 1) * (q - 1);
    double between = meanSquareInteraction();
    double paraphrase = (meanSquareParaphrase() - between) / (q * samples);
    double query = (meanSquareQuery() - between) / (p * samples);
    boolean isSingle = meanSquareWithin == null;
    double interaction = isSingle ? between : (between - meanSquareWithin) / samples;
    double total =
        Math.max(0, paraphrase)
            + Math.max(0, query)
            + Math.max(0, interaction)
            + (isSingle ? 0 : meanSquareWithin);
    List<Term> terms = new ArrayList<>();
    terms.add(term("paraphrase", paraphrase, total, means.pRows()));
    terms.add(
        term(
            "query",
            query,
            total,
            CrossedTable.fTail(meanSquareQuery(), between, q - 1, interactionDf)));
    terms.add(
        isSingle
            ? term("paraphrase_x_query", interaction, total, null, Flag.INCLUDES_WITHIN)
            : term(
                "paraphrase_x_query",
                interaction,
                total,
                CrossedTable.fTail(
                    between, meanSquareWithin, interactionDf, p * q * (samples - 1.0))));
    terms.add(
        isSingle
            ? new Term("within", null, null, null, Flag.ids(List.of(Flag.NEEDS_TWO_SAMPLES)))
            : term("within", meanSquareWithin, total, null));
    return terms;
  }

  private static Term term(String name, double value, double total, Double p, Flag... flags) {
    return new Term(
        name,
        value,
        total > 0 ? Double.valueOf(Math.max(0, value) / total) : null,
        p,
        Flag.ids(List.of(flags)));
  }
}
