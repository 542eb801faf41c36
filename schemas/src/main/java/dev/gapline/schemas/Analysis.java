package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;
import java.util.SortedMap;

/**
 * What a study estimates and against what it judges.
 *
 * @param primary the confirmatory hypotheses; each yields one headline row per cell of its level
 * @param queries whether the rows speak of queries like these or of these alone
 * @param paraphrases whether the rows speak of wordings like these or of these alone
 * @param margins smallest difference that matters, by measure; a measure without one is never
 *     refuted by equivalence
 * @param alpha two-sided error level, between 0 and 0.5
 * @param primaryCorrection over the confirmatory hypotheses
 * @param levels further levels of which rows are written; each a list of coordinates
 * @param pool coordinates over which rows may pool with equal weights
 */
public record Analysis(
    List<Hypothesis> primary,
    Weights weights,
    Target queries,
    Target paraphrases,
    SortedMap<String, Double> margins,
    double alpha,
    Correction primaryCorrection,
    Correction restCorrection,
    List<List<String>> levels,
    List<String> pool)
    implements Serializable {

  public Analysis {
    primary = List.copyOf(primary);
    margins = Sorted.copyOf(margins);
    levels = levels.stream().map(List::copyOf).toList();
    pool = List.copyOf(pool);
  }

  /**
   * One confirmatory hypothesis.
   *
   * @param level coordinates that its rows fix; there is one headline row for each of their cells
   * @param expect of the gap, treatment minus control
   */
  public record Hypothesis(
      Measure measure, Contrast contrast, List<String> level, Expectation expect)
      implements Serializable {

    public Hypothesis {
      level = List.copyOf(level);
    }
  }

  /** What a hypothesis expects of the gap. */
  public enum Expectation {
    /** Above 0. */
    GREATER,
    /** Below 0. */
    LESS,
    /** Not 0, on either side. */
    DIFFERS,
    /** Nearer to 0 than the margin, on both sides. */
    EQUIVALENT
  }

  /** Whether every query or every row weighs the same in the headline. */
  public enum Weights {
    /** Every query: the mean over queries of their rates. */
    MACRO,
    /** Every row: the ratio of sums. */
    MICRO
  }

  /** Whether a row speaks of items like these (random) or of these alone (fixed). */
  public enum Target {
    /** Of items like these, of which those asked are draws. */
    RANDOM,
    /** Of those asked alone. */
    FIXED
  }

  /** Correction for several hypotheses in a family. */
  public enum Correction {
    /** Family-wise error (Holm 1979). */
    HOLM,
    /** False discovery rate (Benjamini and Hochberg 1995). */
    BH,
    /** P-values as they are. */
    NONE
  }
}
