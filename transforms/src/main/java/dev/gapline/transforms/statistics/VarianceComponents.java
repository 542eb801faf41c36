package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of the variance of one answer is the wording's, the query's, their interaction's and
 * chance's, with wordings and queries random, by the method of moments: paraphrase (MS_P - MS_PQ) /
 * (QK), query (MS_Q - MS_PQ) / (PK), interaction (MS_PQ - MS_E) / K, within MS_E. A component may
 * be below 0; it is printed so, and counts as 0 in the shares.
 *
 * <p>Where cells hold different numbers of values, the mean squares are those of the cells' means,
 * and K is the number by which a mean's error is MS_E / K on average (the harmonic mean of the
 * cells' numbers): the analysis of unweighted means (Yates 1934; Searle, Casella and McCulloch
 * 1992, chapter 5), which is unbiased for the components and the same where all numbers are equal;
 * its F tests are approximate.
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

  /** Values a cell: the harmonic mean. */
  private final double samples;

  /** Null where no cell of an arm has two values. */
  private final Double meanSquareWithin;

  private final long withinDf;
  private final boolean isBalanced;

  private VarianceComponents(
      CrossedTable means,
      double samples,
      Double meanSquareWithin,
      long withinDf,
      boolean isBalanced) {
    this.means = means;
    this.samples = samples;
    this.meanSquareWithin = meanSquareWithin;
    this.withinDf = withinDf;
    this.isBalanced = isBalanced;
  }

  /**
   * Of a table without empty cells.
   *
   * @param byParaphrase one list per wording, two at least, each with one entry per query, two at
   *     least, parallel; no entry is empty
   * @throws IllegalArgumentException when an entry is empty
   */
  public static VarianceComponents of(List<List<CellValues>> byParaphrase) {
    List<CellValues> cells = byParaphrase.stream().flatMap(List::stream).toList();
    if (cells.stream().anyMatch(CellValues::isEmpty)) {
      throw new IllegalArgumentException(
          "Invalid table: some cell holds no value. One value at least in each is valid.");
    }
    double[][] values =
        byParaphrase.stream()
            .map(queries -> queries.stream().mapToDouble(CellValues::mean).toArray())
            .toArray(double[][]::new);
    boolean isBalanced = cells.stream().map(CellValues::samples).distinct().count() == 1;
    List<List<Counts>> arms = new ArrayList<>();
    arms.add(cells.stream().map(CellValues::treatment).toList());
    if (cells.get(0).control() != null) {
      arms.add(cells.stream().map(CellValues::control).toList());
    }
    double within = 0;
    double errorOfMeans = 0;
    double shares = 0;
    long df = Long.MAX_VALUE;
    for (List<Counts> arm : arms) {
      double square = pooledVariance(arm);
      double share = arm.stream().mapToDouble(counts -> 1.0 / counts.n()).average().orElseThrow();
      within += square;
      errorOfMeans += square * share;
      shares += share;
      df = Math.min(df, pooledDf(arm));
    }
    return new VarianceComponents(
        CrossedTable.of(values),
        within > 0 ? within / errorOfMeans : arms.size() / shares,
        df == 0 ? null : Double.valueOf(within),
        df,
        isBalanced && cells.get(0).samples() != null);
  }

  /** What values vary by within cells, each cell weighed by its degrees of freedom; 0 without. */
  private static double pooledVariance(List<Counts> arm) {
    double squares = 0;
    for (Counts counts : arm) {
      squares += counts.n() < 2 ? 0 : (counts.n() - 1) * counts.variance();
    }
    return squares == 0 ? 0 : squares / pooledDf(arm);
  }

  private static long pooledDf(List<Counts> arm) {
    return arm.stream().mapToLong(counts -> counts.n() - 1).sum();
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
                CrossedTable.fTail(between, meanSquareWithin, interactionDf, (double) withinDf)));
    terms.add(
        isSingle
            ? new Term("within", null, null, null, Flag.ids(List.of(Flag.NEEDS_TWO_SAMPLES)))
            : term("within", meanSquareWithin, total, null));
    return terms;
  }

  private Term term(String name, double value, double total, Double p, Flag... flags) {
    List<Flag> all = new ArrayList<>(List.of(flags));
    if (!isBalanced) {
      all.add(Flag.UNBALANCED);
    }
    return new Term(
        name,
        value,
        total > 0 ? Double.valueOf(Math.max(0, value) / total) : null,
        p,
        Flag.ids(all));
  }
}
