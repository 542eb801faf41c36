package dev.gapline.transforms.statistics;

/**
 * Difference of two independent proportions by the hybrid score method (Newcombe 1998, method 10 of
 * the unpaired paper): Wilson's limits of each arm, squared and added.
 *
 * @param rateTreatment 0 to 1
 * @param nTreatment values of the arm, above 0; need not be whole
 * @param rateControl 0 to 1
 * @param nControl values of the arm, above 0; need not be whole
 */
record NewcombeLimits(double rateTreatment, double nTreatment, double rateControl, double nControl)
    implements ScoreLimits {

  /** Of all values of both arms, as if they were independent. */
  static NewcombeLimits of(Counts treatment, Counts control) {
    return new NewcombeLimits(
        treatment.mean(), (double) treatment.n(), control.mean(), (double) control.n());
  }

  @Override
  public double estimate() {
    return rateTreatment - rateControl;
  }

  @Override
  public double lower(double tail) {
    Interval treatment = Wilson.interval(rateTreatment, nTreatment, Quantiles.normal(tail));
    Interval control = Wilson.interval(rateControl, nControl, Quantiles.normal(tail));
    return estimate() - length(rateTreatment - treatment.low(), control.high() - rateControl);
  }

  @Override
  public double upper(double tail) {
    Interval treatment = Wilson.interval(rateTreatment, nTreatment, Quantiles.normal(tail));
    Interval control = Wilson.interval(rateControl, nControl, Quantiles.normal(tail));
    return estimate() + length(treatment.high() - rateTreatment, rateControl - control.low());
  }

  private static double length(double a, double b) {
    return StrictMath.sqrt(a * a + b * b);
  }
}
