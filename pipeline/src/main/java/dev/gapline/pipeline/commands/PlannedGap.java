package dev.gapline.pipeline.commands;

import dev.gapline.schemas.Analysis.Expectation;
import dev.gapline.schemas.Analysis.Hypothesis;
import dev.gapline.transforms.statistics.ClusterAssumptions;
import dev.gapline.transforms.statistics.ClusteredPlanning;

/**
 * One headline row to come: a hypothesis about a model in a scenario at a temperature, and what is
 * assumed of it.
 *
 * @param assumptions null when they lack a number
 * @param missing the larger share of missing answers in an arm, 0 to 1
 * @param margin null when none is declared for the measure
 */
record PlannedGap(
    Hypothesis hypothesis,
    String scenario,
    String model,
    String temperature,
    ClusterAssumptions assumptions,
    double missing,
    Double margin) {

  /** The power that a design is to have. */
  static final double TARGET = 0.8;

  /** Whether anything can be planned: some number is known to vary. */
  boolean isPlannable() {
    return assumptions != null
        && missing < 1
        && (assumptions.sdTier() > 0 || assumptions.within() > 0);
  }

  /** Whether the expected gap is one that the hypothesis does not expect. */
  boolean isOpposite() {
    return assumptions != null
        && switch (hypothesis.expect()) {
          case GREATER -> assumptions.gap() < 0;
          case LESS -> assumptions.gap() > 0;
          case DIFFERS, EQUIVALENT -> false;
        };
  }

  /**
   * The chance that the hypothesis is decided, 0 to 1: that the gap is found, or for equivalence
   * that it is shown to lie within the margin. Null when it cannot be planned.
   *
   * @param alpha two-sided error of this row
   */
  Double power(Design design, double alpha) {
    if (!isPlannable() || design.queries() < 2) {
      return null;
    }
    ClusteredPlanning planning = planning(design);
    return isEquivalence()
        ? planning.equivalencePower(assumptions.gap(), margin, alpha)
        : planning.power(assumptions.gap(), alpha);
  }

  /** The smallest gap that the design finds with 80% power; null when it cannot be planned. */
  Double detectable(Design design, double alpha) {
    return isPlannable() && design.queries() > 1 ? planning(design).mde(alpha, TARGET) : null;
  }

  /** The fewest queries that bring 80% power at so many samples and wordings; null for none. */
  Long fewestQueries(long samples, int paraphrases, double alpha) {
    if (!isPlannable()) {
      return null;
    }
    double answers = answers(new Design(2, samples, paraphrases));
    return isEquivalence()
        ? ClusteredPlanning.fewestQueriesForEquivalence(assumptions, answers, margin, alpha, TARGET)
        : ClusteredPlanning.fewestQueries(assumptions, answers, alpha, TARGET);
  }

  private ClusteredPlanning planning(Design design) {
    return new ClusteredPlanning(assumptions, design.queries(), answers(design));
  }

  /** Readable answers of a query in an arm: over the wordings, unless the row is of one alone. */
  private double answers(Design design) {
    int wordings = hypothesis.level().contains("paraphrase") ? 1 : design.paraphrases();
    return design.samples() * wordings * (1 - missing);
  }

  private boolean isEquivalence() {
    return hypothesis.expect() == Expectation.EQUIVALENT;
  }
}
