package dev.gapline.transforms.statistics;

/**
 * Difference of two proportions seen on the same queries, one pair each (Newcombe 1998, method 10
 * of the paired paper, with the continuity-corrected phi).
 *
 * @param both pairs with an event in both arms
 * @param treatmentOnly pairs with an event in the treatment alone
 * @param controlOnly pairs with an event in the control alone
 * @param neither pairs without an event
 */
record NewcombePairedLimits(long both, long treatmentOnly, long controlOnly, long neither)
    implements ScoreLimits {

  @Override
  public double estimate() {
    return (treatmentOnly - controlOnly) / n();
  }

  @Override
  public double lower(double tail) {
    Interval treatment = Wilson.interval(rateTreatment(), n(), Quantiles.normal(tail));
    Interval control = Wilson.interval(rateControl(), n(), Quantiles.normal(tail));
    return estimate() - length(rateTreatment() - treatment.low(), control.high() - rateControl());
  }

  @Override
  public double upper(double tail) {
    Interval treatment = Wilson.interval(rateTreatment(), n(), Quantiles.normal(tail));
    Interval control = Wilson.interval(rateControl(), n(), Quantiles.normal(tail));
    return estimate() + length(treatment.high() - rateTreatment(), rateControl() - control.low());
  }

  private double n() {
    return (double) (both + treatmentOnly + controlOnly + neither);
  }

  private double rateTreatment() {
    return (both + treatmentOnly) / n();
  }

  private double rateControl() {
    return (both + controlOnly) / n();
  }

  private double length(double a, double b) {
    return StrictMath.sqrt(Math.max(0, a * a - 2 * phi() * a * b + b * b));
  }

  private double phi() {
    double margins =
        (double) (both + treatmentOnly)
            * (controlOnly + neither)
            * (both + controlOnly)
            * (treatmentOnly + neither);
    if (margins == 0) {
      return 0;
    }
    double cross = (double) both * neither - (double) treatmentOnly * controlOnly;
    double corrected = cross > 0 ? Math.max(0, cross - n() / 2.0) : cross;
    return corrected / StrictMath.sqrt(margins);
  }
}
