package dev.gapline.transforms.statistics;

/**
 * McNemar's exact test (1947) of pairs: among those that differ, either sign is as likely. Right
 * only for one pair per query.
 *
 * @param treatmentOnly pairs with an event in the treatment alone
 * @param controlOnly pairs with an event in the control alone
 */
record McNemar(int treatmentOnly, int controlOnly) {

  /** Two-sided p-value: twice the binomial tail of the rarer sign, at most 1. */
  double p() {
    return Math.min(1, 2 * Quantiles.coinTail(Math.min(treatmentOnly, controlOnly), discordant()));
  }

  /** The smallest p-value that so many discordant pairs can reach. */
  double pFloor() {
    return Math.min(1, 2 * StrictMath.pow(0.5, discordant()));
  }

  private int discordant() {
    return treatmentOnly + controlOnly;
  }
}
