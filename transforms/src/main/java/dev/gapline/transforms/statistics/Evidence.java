package dev.gapline.transforms.statistics;

/**
 * What a verdict is drawn from.
 *
 * @param effect estimate minus the threshold of the hypothesis (0 for a gap)
 * @param low lower limit of the 1 - alpha interval of the effect
 * @param high upper limit of it
 * @param pSuperiority two-sided, adjusted within the family; null when it does not exist
 * @param pEquivalence one-sided, adjusted within the family; null when it does not exist
 * @param margin smallest effect that matters, above 0; null for none declared
 * @param alpha error level
 */
public record Evidence(
    double effect,
    double low,
    double high,
    Double pSuperiority,
    Double pEquivalence,
    Double margin,
    double alpha) {

  boolean isSignificant() {
    return pSuperiority != null && pSuperiority < alpha;
  }

  boolean isWithinMargin() {
    return margin != null && pEquivalence != null && pEquivalence < alpha;
  }

  boolean isBeyondMargin() {
    return margin != null && (low > margin || high < -margin);
  }

  /** The same seen from the other side: a hypothesis of less is one of greater, mirrored. */
  Evidence mirrored() {
    return new Evidence(-effect, -high, -low, pSuperiority, pEquivalence, margin, alpha);
  }
}
