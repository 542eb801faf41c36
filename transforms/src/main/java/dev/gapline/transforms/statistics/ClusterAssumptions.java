package dev.gapline.transforms.statistics;

/**
 * What a planned gap is assumed to be like, by a pilot or by a person.
 *
 * @param rateTreatment expected mean of the treatment, 0 to 1
 * @param rateControl expected mean of the control, 0 to 1
 * @param icc share of the variance of either arm's values that lies between queries, 0 to 1
 * @param sdTier standard deviation over queries of their true differences, 0 to 1; 0 when all
 *     queries react alike
 */
public record ClusterAssumptions(
    double rateTreatment, double rateControl, double icc, double sdTier) {

  public ClusterAssumptions {
    require(rateTreatment, "rate of the treatment");
    require(rateControl, "rate of the control");
    require(icc, "icc");
    require(sdTier, "SD over queries");
  }

  /** The expected gap, -1 to 1. */
  public double gap() {
    return rateTreatment - rateControl;
  }

  /**
   * The variance, within a query, of one value of the treatment minus one of the control: {@code (1
   * - icc)(pT(1 - pT) + pC(1 - pC))}.
   */
  public double within() {
    return (1 - icc) * (rateTreatment * (1 - rateTreatment) + rateControl * (1 - rateControl));
  }

  private static void require(double share, String what) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("Invalid %s: %s. 0 to 1 is valid.".formatted(what, share));
    }
  }
}
