package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.LevelKey;
import dev.gapline.transforms.statistics.GapEstimate;
import dev.gapline.transforms.statistics.Judgement;

/**
 * What one hypothesis says in one row of its level under one specification.
 *
 * @param conventions identifiers of the specification
 * @param declared whether the specification is the study's own, that of the headline
 * @param pAdjusted p of superiority, adjusted over the study's hypotheses under the same
 *     conventions
 */
public record SpecificationRow(
    Analysis.Hypothesis hypothesis,
    LevelKey key,
    String conventions,
    boolean declared,
    GapEstimate estimate,
    Double pAdjusted,
    Judgement judgement) {}
