package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Analysis.Expectation;
import dev.gapline.transforms.statistics.Judgement.Reason;

/**
 * Verdicts from superiority and equivalence: supported, refuted or inconclusive. There is no
 * default margin; without one nothing is refuted for being small.
 */
public final class Verdicts {

  /** With few clusters, fewer differences than these cannot reach 5%. */
  private static final int FEWEST_DIFFERENCES = 6;

  private Verdicts() {}

  /**
   * The verdict on a gap. That there are too few queries comes before everything else.
   *
   * @param margin smallest gap that matters, above 0; null for none declared
   * @param pSuperiority the estimate's, adjusted within its family; null when it does not exist
   * @param pEquivalence of {@link Equivalence#p}, adjusted within its family; null when it does not
   *     exist
   */
  public static Judgement judge(
      GapEstimate estimate,
      Expectation expectation,
      Double margin,
      double alpha,
      Double pSuperiority,
      Double pEquivalence) {
    Reason tooFew = tooFew(estimate, alpha);
    if (tooFew != null) {
      return Judgement.inconclusive(tooFew);
    }
    if (estimate.low() == null) {
      return Judgement.inconclusive(Reason.TOO_WIDE);
    }
    return judge(
        new Evidence(
            estimate.gap(),
            estimate.low(),
            estimate.high(),
            pSuperiority,
            pEquivalence,
            margin,
            alpha),
        expectation);
  }

  /** The verdict on evidence that rests on enough queries. */
  public static Judgement judge(Evidence evidence, Expectation expectation) {
    return switch (expectation) {
      case GREATER -> greater(evidence);
      case LESS -> greater(evidence.mirrored());
      case DIFFERS -> differs(evidence);
      case EQUIVALENT -> equivalent(evidence);
    };
  }

  /** Whether no verdict on queries like these can rest on the estimate. */
  public static boolean isTooFew(GapEstimate estimate, double alpha) {
    if (estimate.pairs() <= 1) {
      return true;
    }
    boolean isOutOfReach = estimate.pFloor() != null && estimate.pFloor() >= alpha;
    return estimate.has(Flag.FEW_CLUSTERS)
        && (estimate.nonzero() < FEWEST_DIFFERENCES || isOutOfReach);
  }

  /** Why no verdict can rest on so few queries or wordings as the estimate has; null if one can. */
  public static Reason tooFew(GapEstimate estimate, double alpha) {
    if (estimate.gap() == null && estimate.has(Flag.FEW_PARAPHRASES)) {
      return Reason.TOO_FEW_PARAPHRASES;
    }
    if (isTooFew(estimate, alpha)) {
      return Reason.TOO_FEW_QUERIES;
    }
    return estimate.has(Flag.FEW_PARAPHRASES) ? Reason.TOO_FEW_PARAPHRASES : null;
  }

  /**
   * The verdict that holds whatever the missing answers are: the one at both ends, if these agree
   * and on the same side of the threshold where a side is claimed; else inconclusive.
   */
  public static Judgement.Outcome whatever(
      Judgement lowest, double lowestEffect, Judgement highest, double highestEffect) {
    if (lowest.outcome() != highest.outcome()) {
      return Judgement.Outcome.INCONCLUSIVE;
    }
    boolean isOnTwoSides =
        isBeyond(lowest) && isBeyond(highest) && lowestEffect < 0 && highestEffect > 0;
    return isOnTwoSides ? Judgement.Outcome.INCONCLUSIVE : lowest.outcome();
  }

  private static Judgement greater(Evidence evidence) {
    if (evidence.isSignificant()) {
      return evidence.effect() > 0
          ? beyondThreshold(evidence)
          : Judgement.refuted(Reason.OPPOSITE_DIRECTION);
    }
    return evidence.isWithinMargin() ? Judgement.refuted(Reason.BELOW_MARGIN) : open(evidence);
  }

  private static Judgement differs(Evidence evidence) {
    if (evidence.isSignificant()) {
      return beyondThreshold(evidence);
    }
    return evidence.isWithinMargin() ? Judgement.refuted(Reason.WITHIN_MARGIN) : open(evidence);
  }

  private static Judgement equivalent(Evidence evidence) {
    if (evidence.isWithinMargin()) {
      return Judgement.supported(
          evidence.isSignificant() ? Reason.WITHIN_MARGIN_DIFFERS : Reason.WITHIN_MARGIN);
    }
    return evidence.isBeyondMargin() ? Judgement.refuted(Reason.BEYOND_MARGIN) : open(evidence);
  }

  private static Judgement beyondThreshold(Evidence evidence) {
    return Judgement.supported(
        evidence.isWithinMargin() ? Reason.SMALLER_THAN_MARGIN : Reason.BEYOND_THRESHOLD);
  }

  /** Whether the judgement places the effect on one side of the threshold. */
  private static boolean isBeyond(Judgement judgement) {
    return switch (judgement.reason()) {
      case BEYOND_THRESHOLD, SMALLER_THAN_MARGIN, OPPOSITE_DIRECTION, BEYOND_MARGIN -> true;
      case WITHIN_MARGIN,
          WITHIN_MARGIN_DIFFERS,
          BELOW_MARGIN,
          NO_MARGIN,
          TOO_WIDE,
          TOO_FEW_QUERIES,
          TOO_FEW_PARAPHRASES,
          TOO_FEW_ROUNDS ->
          false;
    };
  }

  private static Judgement open(Evidence evidence) {
    return Judgement.inconclusive(evidence.margin() == null ? Reason.NO_MARGIN : Reason.TOO_WIDE);
  }
}
