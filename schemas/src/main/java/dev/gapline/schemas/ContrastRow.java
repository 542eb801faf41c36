package dev.gapline.schemas;

import java.util.SortedMap;

/**
 * One row of a table; the components are the columns of {@code contrasts.avsc}, in its order, whose
 * documentation gives their meaning, range and formula. Nullable columns are boxed. The factors'
 * levels become the columns {@code factor_NAME}.
 */
public record ContrastRow(
    String study,
    String scenario,
    String model,
    String paraphrase,
    Double temperature,
    String axis,
    String levelA,
    String levelB,
    long levels,
    String quantity,
    String contrast,
    String condition,
    String measure,
    String method,
    String role,
    long clustersA,
    long clustersB,
    long pairs,
    Double estimateA,
    Double estimateB,
    Double estimate,
    Double se,
    Double statistic,
    Double df,
    Double df2,
    Double ciLow,
    Double ciHigh,
    Double pSuperiority,
    Double pFloor,
    Double pAdjusted,
    Double margin,
    Double pEquivalence,
    Double pEquivalenceAdjusted,
    Double halfWidth,
    String verdict,
    String verdictReason,
    String targetQueries,
    String targetParaphrases,
    String conventions,
    String flags,
    SortedMap<String, String> factors) {}
