package dev.gapline.schemas;

import java.util.SortedMap;

/**
 * One row of a table; the components are the columns of {@code checks.avsc}, in its order, whose
 * documentation gives their meaning, range and formula. Nullable columns are boxed. The factors'
 * levels become the columns {@code factor_NAME}.
 */
public record CheckRow(
    String study,
    String scenario,
    String model,
    String paraphrase,
    Double temperature,
    String check,
    String contrast,
    String measure,
    String method,
    long clusters,
    long pairs,
    Double estimate,
    Double se,
    Double df,
    Double ciLow,
    Double ciHigh,
    Double p,
    Double pAdjusted,
    Double margin,
    Double pEquivalence,
    Double pEquivalenceAdjusted,
    String verdict,
    String verdictReason,
    String flags,
    SortedMap<String, String> factors) {

  /** The same row, judged. */
  public CheckRow judged(
      Double adjusted, Double equivalenceAdjusted, String newVerdict, String reason) {
    return new CheckRow(
        study,
        scenario,
        model,
        paraphrase,
        temperature,
        check,
        contrast,
        measure,
        method,
        clusters,
        pairs,
        estimate,
        se,
        df,
        ciLow,
        ciHigh,
        p,
        adjusted,
        margin,
        pEquivalence,
        equivalenceAdjusted,
        newVerdict,
        reason,
        flags,
        factors);
  }
}
