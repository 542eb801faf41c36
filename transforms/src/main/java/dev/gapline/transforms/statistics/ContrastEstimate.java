package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Analysis.Expectation;
import java.util.List;

/**
 * A comparison of two gaps or rates, or of several at once. What does not exist is null, with the
 * reason in {@code flags}.
 *
 * @param clustersA queries with a value on the first side; of several, on that with most
 * @param clustersB queries with a value on the second side; of several, on that with fewest
 * @param pairs queries with a value on all sides
 * @param informative queries that can tell a difference: those whose sides differ; of independent
 *     sides at most the queries of the smaller one
 * @param estimateA the first side's value over the queries compared
 * @param estimateB the second side's
 * @param estimate their difference (-2 to 2) or ratio (0 or more)
 * @param se standard error of the difference or of the logarithm of the ratio, above 0
 * @param statistic F of several values at once
 * @param df degrees of freedom of t, or of the numerator of F
 * @param df2 degrees of freedom of the denominator of F
 * @param low lower limit of the 1 - alpha interval
 * @param high upper limit of it; null where there is none
 * @param pSuperiority two-sided p-value of "no difference", of a ratio of 1
 * @param pFloor smallest p-value that so few differences can reach; null when p is not counted
 * @param limits the confidence limits of a difference at every level; null for ratios
 * @param flags sorted
 */
public record ContrastEstimate(
    long clustersA,
    long clustersB,
    long pairs,
    long informative,
    Double estimateA,
    Double estimateB,
    Double estimate,
    Double se,
    Double statistic,
    Double df,
    Double df2,
    Double low,
    Double high,
    Double pSuperiority,
    Double pFloor,
    Limits limits,
    List<String> flags) {

  /** With few clusters, fewer queries that differ than these cannot reach 5%. */
  private static final int FEWEST_DIFFERENCES = 6;

  public ContrastEstimate {
    flags = List.copyOf(flags);
  }

  /** Whether it carries that flag. */
  public boolean has(Flag flag) {
    return flags.contains(flag.id());
  }

  /**
   * Whether no verdict on queries like these can rest on it: few queries, of which fewer than 6
   * differ, or whose sign-flip p cannot fall below {@code alpha}.
   */
  public boolean isTooFew(double alpha) {
    boolean isOutOfReach = pFloor != null && pFloor >= alpha;
    return has(Flag.FEW_CLUSTERS) && (informative < FEWEST_DIFFERENCES || isOutOfReach);
  }

  /**
   * p of "the difference is not smaller than the margin": the larger of two one-sided tests.
   *
   * @param margin smallest difference that matters, above 0; null for none declared
   * @return null without a margin or without limits
   */
  public Double pEquivalence(Double margin) {
    return limits == null || margin == null
        ? null
        : Double.valueOf(Equivalence.p(limits, 0, Expectation.DIFFERS, margin));
  }
}
