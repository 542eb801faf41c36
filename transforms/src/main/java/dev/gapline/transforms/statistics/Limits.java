package dev.gapline.transforms.statistics;

/**
 * The confidence limits of one estimate at every level, so that an interval and the p-value of an
 * equivalence test can never disagree.
 */
public interface Limits {

  /** The lower limit that errs with probability {@code tail}, above 0 and up to 0.5. */
  double lower(double tail);

  /** The upper limit that errs with probability {@code tail}, above 0 and up to 0.5. */
  double upper(double tail);

  /** One-sided p-value of "the truth is at least the threshold": small when it lies below. */
  double pBelow(double threshold);

  /** One-sided p-value of "the truth is at most the threshold": small when it lies above. */
  double pAbove(double threshold);

  /** Two-sided p-value of "the truth is the threshold": twice the smaller tail, at most 1. */
  default double pDiffers(double threshold) {
    return Math.min(1, 2 * Math.min(pBelow(threshold), pAbove(threshold)));
  }
}
