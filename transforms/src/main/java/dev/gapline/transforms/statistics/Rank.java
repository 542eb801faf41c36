package dev.gapline.transforms.statistics;

import java.util.Arrays;

/**
 * Where a reference stands among paraphrases: the share of all wordings, itself counted, that are
 * at least as high, and at least as low. With P paraphrases neither is below 1 / (P + 1), nor the
 * two-sided one below twice that.
 *
 * @param upper one-sided p-value of "not higher than the others"
 * @param lower one-sided p-value of "not lower than the others"
 * @param paraphrases how many there are
 */
public record Rank(double upper, double lower, int paraphrases) {

  static Rank of(double reference, double[] paraphrases) {
    double count = paraphrases.length + 1.0;
    long high =
        Arrays.stream(paraphrases)
            .filter(value -> value >= reference - StudentEstimate.ROUNDING)
            .count();
    long low =
        Arrays.stream(paraphrases)
            .filter(value -> value <= reference + StudentEstimate.ROUNDING)
            .count();
    return new Rank((1 + high) / count, (1 + low) / count, paraphrases.length);
  }

  /** Two-sided p-value: twice the smaller one, at most 1. */
  public double twoSided() {
    return Math.min(1, 2 * Math.min(upper, lower));
  }

  /** The smallest one-sided p-value that so many paraphrases can reach. */
  public double floor() {
    return 1.0 / (paraphrases + 1.0);
  }
}
