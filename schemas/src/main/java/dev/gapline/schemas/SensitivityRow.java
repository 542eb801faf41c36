package dev.gapline.schemas;

import java.util.SortedMap;

/**
 * One row of a table; the components are the columns of {@code sensitivity.avsc}, in its order,
 * whose documentation gives their meaning, range and formula. Nullable columns are boxed. The
 * factors' levels become the columns {@code factor_NAME}.
 */
public record SensitivityRow(
    String study,
    String scenario,
    String model,
    String paraphrase,
    Double temperature,
    String analysis,
    String term,
    String quantity,
    String contrast,
    String condition,
    String measure,
    String method,
    String reference,
    long levels,
    long clusters,
    Double value,
    Double share,
    Double se,
    Double df,
    Double ciLow,
    Double ciHigh,
    Double p,
    Double pFloor,
    Double pAdjusted,
    String verdict,
    String verdictReason,
    String conventions,
    String flags,
    SortedMap<String, String> factors) {}
