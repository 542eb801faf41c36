package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Analysis.Expectation;

/**
 * One-sided p-values of "the gap is not smaller than the margin" (two one-sided tests, Schuirmann
 * 1987). Below alpha exactly when the 1 - 2 alpha interval lies inside the margin.
 */
public final class Equivalence {

  private Equivalence() {}

  /**
   * The p-value against the margin on the side of the expectation; for {@code DIFFERS} and {@code
   * EQUIVALENT} the larger of two one-sided tests.
   *
   * @param margin smallest gap that matters, above 0; null for none declared
   * @return null without a margin or without an interval
   * @throws IllegalArgumentException when the margin is not above 0
   */
  public static Double p(GapEstimate estimate, Expectation expectation, Double margin) {
    return estimate.limits() == null || margin == null
        ? null
        : Double.valueOf(p(estimate.limits(), 0, expectation, margin));
  }

  /**
   * The same for a verdict: null, too, where there are too few queries or wordings for one, for
   * there equivalence is not evaluated (SCIENCE 5.3 e).
   *
   * @param alpha error level of the verdict
   */
  public static Double evaluated(
      GapEstimate estimate, Expectation expectation, Double margin, double alpha) {
    return Verdicts.tooFew(estimate, alpha) == null ? p(estimate, expectation, margin) : null;
  }

  /** The same of an estimate that is compared with {@code threshold}. */
  static double p(Limits limits, double threshold, Expectation expectation, double margin) {
    if (!(margin > 0)) {
      throw new IllegalArgumentException(
          "Invalid margin: %s. A number above 0 is valid.".formatted(margin));
    }
    return switch (expectation) {
      case GREATER -> limits.pBelow(threshold + margin);
      case LESS -> limits.pAbove(threshold - margin);
      case DIFFERS, EQUIVALENT ->
          Math.max(limits.pBelow(threshold + margin), limits.pAbove(threshold - margin));
    };
  }
}
