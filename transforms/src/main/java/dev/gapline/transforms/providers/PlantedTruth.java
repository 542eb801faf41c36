package dev.gapline.transforms.providers;

import java.util.function.DoubleUnaryOperator;

/**
 * The logistic-normal model of a planted rate: a subject complies with probability {@code
 * logistic(b + s Z)}, Z standard normal over queries and wordings.
 *
 * <p>A planted rate is marginal, the mean over Z. Taking its logit for the intercept b would plant
 * another: 0.1505 for 0.14 at s = 0.5. So b is solved for.
 *
 * <p>The mean over Z is the trapezoidal rule on an even grid from -10 to 10, which for this
 * integrand converges exponentially (Trefethen and Weideman 2014): with a step of 1/(4 max(1, s))
 * its error is below that of a double. It needs no table of nodes, and gives the same bits
 * everywhere.
 */
final class PlantedTruth {

  private static final double REACH = 10;
  private static final int MOST_STEPS = 100;

  private PlantedTruth() {}

  /** {@code 1 / (1 + exp(-x))}; 0 and 1 at the infinities. */
  static double logistic(double logit) {
    return 1 / (1 + StrictMath.exp(-logit));
  }

  /**
   * The marginal probability of {@code logistic(intercept + sd Z)}.
   *
   * @param intercept logits; may be infinite
   * @param sd logits, at least 0
   */
  static double marginal(double intercept, double sd) {
    return sd == 0 || Double.isInfinite(intercept)
        ? logistic(intercept)
        : mean(sd, z -> logistic(intercept + sd * z));
  }

  /**
   * The intercept whose marginal probability is {@code rate}. Infinite at the rates 0 and 1, which
   * no finite intercept gives.
   *
   * <p>By Newton's method from the logit of the rate. The marginal is convex below an intercept of
   * 0 and concave above, and the logit lies between 0 and the solution, so that the steps approach
   * it from one side.
   *
   * @param rate 0 to 1
   * @param sd logits, at least 0
   */
  static double intercept(double rate, double sd) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          "Invalid rate: %s. A number from 0 to 1 is valid.".formatted(rate));
    }
    double intercept = StrictMath.log(rate / (1 - rate));
    if (sd == 0 || Double.isInfinite(intercept)) {
      return intercept;
    }
    for (int i = 0; i < MOST_STEPS; i++) {
      double step = (marginal(intercept, sd) - rate) / slope(intercept, sd);
      intercept -= step;
      if (Math.abs(step) <= 1e-14 * Math.max(1, Math.abs(intercept))) {
        break;
      }
    }
    return intercept;
  }

  /** How fast the marginal probability rises with the intercept. */
  private static double slope(double intercept, double sd) {
    return mean(
        sd,
        z -> {
          double probability = logistic(intercept + sd * z);
          return probability * (1 - probability);
        });
  }

  private static double mean(double sd, DoubleUnaryOperator function) {
    int half = (int) Math.ceil(REACH * 4 * Math.max(1, sd));
    double sum = 0;
    double weights = 0;
    for (int i = -half; i <= half; i++) {
      double z = i * REACH / half;
      double weight = StrictMath.exp(-z * z / 2);
      sum += weight * function.applyAsDouble(z);
      weights += weight;
    }
    return sum / weights;
  }
}
