package dev.gapline.schemas;

import java.util.SortedMap;

/**
 * One row of a table; the components are the columns of {@code rates.avsc}, in its order, whose
 * documentation gives their meaning, range and formula. Nullable columns are boxed. The factors'
 * levels become the columns {@code factor_NAME}.
 */
public record RateRow(
    String study,
    Long windowStart,
    Long windowEnd,
    String scenario,
    String model,
    String paraphrase,
    Double temperature,
    String condition,
    String measure,
    String method,
    long planned,
    long n,
    long x2,
    Double rate,
    Double se,
    Double ciLow,
    Double ciHigh,
    long clusters,
    long missingNoOutputTag,
    long missingEmpty,
    long missingTruncated,
    long missingUnclear,
    long missingJudgeParseFail,
    long missingApiFilter,
    long missingApiError,
    long missingTimeout,
    String targetQueries,
    String targetParaphrases,
    String conventions,
    String flags,
    String weights,
    String seType,
    Double df,
    Double level,
    Double nEffective,
    Double icc,
    SortedMap<String, String> factors) {}
