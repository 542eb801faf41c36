package dev.gapline.transforms.statistics;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * One wording against others on the same queries: D_q = value of the reference less the mean over
 * the paraphrases, D its mean over the queries. Values are shares or differences of shares; the
 * components come from the two-way analysis of variance of wordings by queries, by the method of
 * moments.
 *
 * @param reference mean over queries of the reference's value, t(m - 1)
 * @param paraphrases mean of the paraphrases, wordings and queries random
 * @param fixed D, for these paraphrases alone: SE^2 = var(D_q) / m, t(m - 1)
 * @param random D, for wordings like these: SE^2 = var(D_q) / m + tau^2 (1 + 1 / P), df = min(P, m)
 *     - 1; the reference is one draw, so that tau is in the error
 * @param tau standard deviation between paraphrases beyond noise, with its F test
 * @param prediction where the value of one more wording is expected: SE^2 of the paraphrases' mean
 *     plus tau^2
 * @param rank the reference's place among the paraphrases
 * @param tauSquaredRaw (MS_P - MS_PQ) / m; null with one paraphrase or one query
 */
public record ReferencePaired(
    StudentEstimate reference,
    StudentEstimate paraphrases,
    StudentEstimate fixed,
    StudentEstimate random,
    StudentEstimate tau,
    StudentEstimate prediction,
    Rank rank,
    Double tauSquaredRaw) {

  /** Fewer paraphrases say nothing of wordings like these. */
  public static final int FEWEST_PARAPHRASES = 5;

  /**
   * The comparison on queries that all wordings have.
   *
   * @param reference one value per query, in the order of their ids
   * @param byParaphrase one row per paraphrase, at least one, parallel to the reference
   */
  public static ReferencePaired of(double[] reference, double[][] byParaphrase, double alpha) {
    int m = reference.length;
    int count = byParaphrase.length;
    Flag[] few = count < FEWEST_PARAPHRASES ? new Flag[] {Flag.TOO_FEW_PARAPHRASES} : new Flag[] {};
    if (m == 0) {
      StudentEstimate none = StudentEstimate.none(0, Flag.NO_ROWS);
      return new ReferencePaired(none, none, none, none, none, none, null, null);
    }
    CrossedTable table = CrossedTable.of(byParaphrase);
    double[] differences = new double[m];
    for (int q = 0; q < m; q++) {
      differences[q] = reference[q] - table.columnMeans()[q];
    }
    StudentEstimate own = StudentEstimate.ofMean(reference, alpha);
    Flag[] fewQueries =
        FewDifferences.are(differences, alpha) ? new Flag[] {Flag.TOO_FEW_QUERIES} : new Flag[] {};
    StudentEstimate fixed = StudentEstimate.ofMean(differences, alpha, fewQueries);
    Rank rank = Rank.of(own.value(), table.rowMeans());
    if (m == 1 || count == 1) {
      Flag reason = m == 1 ? Flag.THIS_PROMPT : Flag.TOO_FEW_PARAPHRASES;
      StudentEstimate mean = StudentEstimate.bare(table.mean(), m, reason);
      return new ReferencePaired(
          own,
          mean,
          fixed,
          StudentEstimate.bare(fixed.value(), m, reason),
          StudentEstimate.none(m, reason),
          StudentEstimate.none(m, reason),
          rank,
          null);
    }
    double raw = table.rowVariance();
    double tauSquared = Math.max(0, raw);
    double byQuery = fixed.se() == null ? 0 : fixed.se() * fixed.se();
    double df = Math.min(count, m) - 1.0;
    double meanSe = table.standardErrorByMeanSquares();
    StudentEstimate tau =
        StudentEstimate.bare(
                StrictMath.sqrt(tauSquared), m, raw < 0 ? with(few, Flag.BELOW_ZERO) : few)
            .withP(table.pRows());
    return new ReferencePaired(
        own,
        StudentEstimate.of(table.mean(), meanSe, df, alpha, m, few),
        fixed,
        StudentEstimate.of(
            fixed.value(),
            StrictMath.sqrt(byQuery + tauSquared * (1 + 1.0 / count)),
            df,
            alpha,
            m,
            with(few, fewQueries)),
        tau,
        StudentEstimate.of(
                table.mean(), StrictMath.sqrt(meanSe * meanSe + tauSquared), df, alpha, m, few)
            .withP(null),
        rank,
        raw);
  }

  private static Flag[] with(Flag[] flags, Flag... more) {
    return Stream.concat(Arrays.stream(flags), Arrays.stream(more)).toArray(Flag[]::new);
  }
}
