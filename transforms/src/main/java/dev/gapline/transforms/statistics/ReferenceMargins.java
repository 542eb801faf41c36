package dev.gapline.transforms.statistics;

import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * One published estimate against those of paraphrases, from estimates and standard errors alone, by
 * the random-effects model of DerSimonian and Laird (1986). It ignores that the wordings share
 * queries, so that it is conservative; with the data at hand use {@link ReferencePaired}. Units are
 * those of the estimates.
 *
 * @param mean unweighted mean of the paraphrases
 * @param fixedMean mean weighted by 1 / se^2
 * @param heterogeneity Cochran's Q
 * @param pHeterogeneity its p-value, chi-squared with k - 1
 * @param iSquared share of the variance between paraphrases that is no sampling error, 0 to 1
 * @param tauSquared variance between paraphrases, at least 0
 * @param randomMean mean weighted by 1 / (se^2 + tau^2), with its normal interval
 * @param prediction where the estimate of one more wording is expected, t(k - 2); null limits below
 *     three paraphrases
 * @param difference reference less random mean, SE^2 = se_ref^2 + se_mean^2 + tau^2, t(k - 1)
 * @param rank the reference's place among the paraphrases
 */
public record ReferenceMargins(
    double mean,
    double fixedMean,
    double heterogeneity,
    double pHeterogeneity,
    double iSquared,
    double tauSquared,
    StudentEstimate randomMean,
    StudentEstimate prediction,
    StudentEstimate difference,
    Rank rank) {

  /**
   * The comparison of a reference with two paraphrases at least.
   *
   * @param ses standard errors of the estimates, above 0, parallel
   * @throws IllegalArgumentException with fewer than two, or when they are not parallel
   */
  public static ReferenceMargins of(
      double reference, double referenceSe, double[] estimates, double[] ses, double alpha) {
    int k = estimates.length;
    if (k < 2 || ses.length != k) {
      throw new IllegalArgumentException(
          "Invalid margins: %d estimates and %d standard errors. As many, 2 at least, are valid."
              .formatted(k, ses.length));
    }
    double[] weights = weights(ses, 0);
    double fixed = weighted(estimates, weights);
    double q = 0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < k; i++) {
      q += weights[i] * (estimates[i] - fixed) * (estimates[i] - fixed);
      sum += weights[i];
      squares += weights[i] * weights[i];
    }
    double df = k - 1.0;
    double tauSquared = Math.max(0, (q - df) / (sum - squares / sum));
    double[] randomWeights = weights(ses, tauSquared);
    double random = weighted(estimates, randomWeights);
    double se = 1 / StrictMath.sqrt(Means.mean(randomWeights) * k);
    WaldLimits normal = new WaldLimits(random, se, null);
    double difference = reference - random;
    return new ReferenceMargins(
        Means.mean(estimates),
        fixed,
        q,
        ChiSquaredDistribution.of(df).survivalProbability(q),
        q > 0 ? Math.max(0, (q - df) / q) : 0,
        tauSquared,
        new StudentEstimate(
            random,
            se,
            null,
            normal.lower(alpha / 2),
            normal.upper(alpha / 2),
            normal.pDiffers(0),
            0,
            List.of()),
        k < 3
            ? StudentEstimate.bare(random, 0, Flag.TOO_FEW_PARAPHRASES)
            : StudentEstimate.of(random, StrictMath.sqrt(tauSquared + se * se), k - 2.0, alpha, 0)
                .withP(null),
        StudentEstimate.of(
            difference,
            StrictMath.sqrt(referenceSe * referenceSe + se * se + tauSquared),
            df,
            alpha,
            0),
        Rank.of(reference, estimates));
  }

  private static double[] weights(double[] ses, double tauSquared) {
    double[] weights = new double[ses.length];
    for (int i = 0; i < ses.length; i++) {
      weights[i] = 1 / (ses[i] * ses[i] + tauSquared);
    }
    return weights;
  }

  private static double weighted(double[] values, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
      total += weights[i];
    }
    return sum / total;
  }
}
