package dev.gapline.transforms.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.FDistribution;

/**
 * A complete table of numbers, one row per level of something (a wording, a round) and one column
 * per query, and its two-way analysis of variance without repeats. Mean squares are per cell; with
 * K values a cell multiply them by K.
 */
final class CrossedTable {

  /** Mean squares of so little are rounding: values are differences of shares. */
  private static final double ROUNDING = 1e-20;

  private final double[][] values;
  private final double[] rowMeans;
  private final double[] columnMeans;
  private final double mean;

  private CrossedTable(double[][] values) {
    this.values = values;
    this.rowMeans = Arrays.stream(values).mapToDouble(Means::mean).toArray();
    this.columnMeans = new double[values[0].length];
    for (int column = 0; column < columnMeans.length; column++) {
      double sum = 0;
      for (double[] row : values) {
        sum += row[column];
      }
      columnMeans[column] = sum / values.length;
    }
    this.mean = Means.mean(rowMeans);
  }

  /** One row per level, one column per query; at least one of each. */
  static CrossedTable of(double[][] values) {
    return new CrossedTable(values);
  }

  int rows() {
    return rowMeans.length;
  }

  int columns() {
    return columnMeans.length;
  }

  double mean() {
    return mean;
  }

  double[] rowMeans() {
    return rowMeans.clone();
  }

  double[] columnMeans() {
    return columnMeans.clone();
  }

  /** Needs two rows. */
  double meanSquareRows() {
    return cleaned(columns() * squares(rowMeans) / (rows() - 1.0));
  }

  /** Needs two columns. */
  double meanSquareColumns() {
    return cleaned(rows() * squares(columnMeans) / (columns() - 1.0));
  }

  /** Needs two rows and two columns. */
  double meanSquareInteraction() {
    double sum = 0;
    for (int row = 0; row < rows(); row++) {
      for (int column = 0; column < columns(); column++) {
        double rest = values[row][column] - rowMeans[row] - columnMeans[column] + mean;
        sum += rest * rest;
      }
    }
    return cleaned(sum / ((rows() - 1.0) * (columns() - 1.0)));
  }

  /** The variance between rows beyond what the interaction explains; may be below 0. */
  double rowVariance() {
    return (meanSquareRows() - meanSquareInteraction()) / columns();
  }

  /** p-value of "rows do not differ"; null where the interaction is 0. */
  Double pRows() {
    return fTail(
        meanSquareRows(),
        meanSquareInteraction(),
        rows() - 1.0,
        (rows() - 1.0) * (columns() - 1.0));
  }

  /** Degrees of freedom of the mean with both random: those of the scarcer one. */
  double scarcerDf() {
    return Math.min(rows(), columns()) - 1.0;
  }

  /**
   * Standard error of the mean with rows and columns random, by mean squares: (MS_rows + MS_columns
   * - MS_interaction) / cells; the largest of the three where that is not above 0.
   */
  double standardErrorByMeanSquares() {
    return standardError(
        meanSquareRows(),
        meanSquareColumns(),
        meanSquareInteraction(),
        rows() * (double) columns());
  }

  /**
   * The same by Cameron, Gelbach and Miller (2011), V_columns + V_rows - V_cells of the cells'
   * deviations, each with its n / (n - 1).
   */
  double standardErrorTwoWay() {
    double cells = rows() * (double) columns();
    double sum = 0;
    for (double[] row : values) {
      for (double value : row) {
        sum += (value - mean) * (value - mean);
      }
    }
    return standardError(
        meanSquareRows(),
        meanSquareColumns(),
        cleaned(sum / (cells - 1)),
        rows() * (double) columns());
  }

  private static double standardError(double rows, double columns, double both, double cells) {
    return StrictMath.sqrt(TwoWay.combined(columns, rows, both) / cells);
  }

  /** The upper tail of F; null where the denominator is 0. */
  static Double fTail(
      double numerator, double denominator, double numeratorDf, double denominatorDf) {
    return denominator > 0 && numeratorDf >= 1 && denominatorDf >= 1
        ? Double.valueOf(
            FDistribution.of(numeratorDf, denominatorDf)
                .survivalProbability(numerator / denominator))
        : null;
  }

  private double squares(double[] means) {
    double sum = 0;
    for (double value : means) {
      sum += (value - mean) * (value - mean);
    }
    return sum;
  }

  private static double cleaned(double meanSquare) {
    return meanSquare > ROUNDING ? meanSquare : 0;
  }
}
