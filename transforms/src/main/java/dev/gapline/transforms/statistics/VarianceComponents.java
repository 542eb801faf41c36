package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of the variance of one answer is the wording's, the query's, their interaction's and
 * chance's, with wordings and queries random, by the method of moments (SCIENCE 5.6), whatever the
 * numbers of answers in the cells: Yates' analysis of unweighted means (1934; Searle, Casella and
 * McCulloch 1992). The mean squares are those of the cells' means, each of the same weight; e is
 * the mean over cells of s^2 / n, the sampling variance of a cell's mean.
 *
 * <p>Paraphrase (MS_P - MS_PQ) / Q, query (MS_Q - MS_PQ) / P, interaction MS_PQ - e, within the
 * mean over cells of s^2; of a gap s^2 and e are the sums over both arms. With K answers in every
 * cell these are the textbook's mean squares over K. They are unbiased at any numbers of answers
 * that do not depend on what is answered, and where the cells' own variances differ, as those of
 * rates do. A cell's single answer has no s^2 and borrows the mean of the others'. A component may
 * be below 0; it is printed so, and counts as 0 in the shares. The F tests are exact for equal
 * numbers of answers and normal effects, else approximate.
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

  /**
   * What answers of one cell vary by.
   *
   * @param ofAnswer variance of one answer, or of a difference of two
   * @param ofMean variance of a cell's mean
   * @param df answers beyond the first of each cell, in the arm with fewer
   */
  record Within(double ofAnswer, double ofMean, double df) {

    /** Null where no cell has two answers in some arm. */
    private static Within of(List<CellValues> cells) {
      double ofAnswer = 0;
      double ofMean = 0;
      for (int arm = 0; arm < cells.get(0).arms().size(); arm++) {
        int place = arm;
        List<Counts> counts = cells.stream().map(cell -> cell.arms().get(place)).toList();
        double[] variances =
            counts.stream().filter(some -> some.n() > 1).mapToDouble(Counts::variance).toArray();
        if (variances.length == 0) {
          return null;
        }
        double typical = Means.mean(variances);
        ofAnswer += typical;
        ofMean +=
            Means.mean(
                counts.stream()
                    .mapToDouble(some -> (some.n() > 1 ? some.variance() : typical) / some.n())
                    .toArray());
      }
      double df = cells.stream().mapToLong(cell -> cell.fewest() - 1).sum();
      return df > 0 ? new Within(ofAnswer, ofMean, df) : null;
    }
  }

  private final CrossedTable means;

  /** Null with one value a cell. */
  private final Within within;

  private VarianceComponents(CrossedTable means, Within within) {
    this.means = means;
    this.within = within;
  }

  /** Whether every cell holds the same number of values in each arm. */
  public static boolean isBalanced(List<List<CellValues>> byParaphrase) {
    return byParaphrase.stream()
            .flatMap(List::stream)
            .flatMap(cell -> cell.arms().stream())
            .map(Counts::n)
            .distinct()
            .count()
        == 1;
  }

  /**
   * Of a table without an empty cell.
   *
   * @param byParaphrase one list per wording, two at least, each with one entry per query, two at
   *     least, parallel
   */
  public static VarianceComponents of(List<List<CellValues>> byParaphrase) {
    List<CellValues> cells = byParaphrase.stream().flatMap(List::stream).toList();
    if (cells.stream().anyMatch(CellValues::isEmpty)) {
      throw new IllegalArgumentException(
          "Invalid table: a cell is empty. One value at least in each arm of a cell is valid.");
    }
    double[][] values =
        byParaphrase.stream()
            .map(queries -> queries.stream().mapToDouble(CellValues::mean).toArray())
            .toArray(double[][]::new);
    return new VarianceComponents(CrossedTable.of(values), Within.of(cells));
  }

  /** The mean squares of the cells' means. */
  CrossedTable means() {
    return means;
  }

  Within within() {
    return within;
  }

  /**
   * The mean over all cells, for wordings and queries like these: SE^2 = (MS_P + MS_Q - MS_PQ) /
   * (PQ), t with the scarcer one's count - 1.
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
    double between = means.meanSquareInteraction();
    double paraphrase = means.rowVariance();
    double query = (means.meanSquareColumns() - between) / p;
    double interaction = within == null ? between : between - within.ofMean();
    double total =
        Math.max(0, paraphrase)
            + Math.max(0, query)
            + Math.max(0, interaction)
            + (within == null ? 0 : within.ofAnswer());
    List<Term> terms = new ArrayList<>();
    terms.add(term("paraphrase", paraphrase, total, means.pRows()));
    terms.add(
        term(
            "query",
            query,
            total,
            CrossedTable.fTail(means.meanSquareColumns(), between, q - 1, interactionDf)));
    terms.add(
        within == null
            ? term("paraphrase_x_query", interaction, total, null, Flag.INCLUDES_WITHIN)
            : term(
                "paraphrase_x_query",
                interaction,
                total,
                CrossedTable.fTail(between, within.ofMean(), interactionDf, within.df())));
    terms.add(
        within == null
            ? new Term("within", null, null, null, Flag.ids(List.of(Flag.NEEDS_TWO_SAMPLES)))
            : term("within", within.ofAnswer(), total, null));
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
