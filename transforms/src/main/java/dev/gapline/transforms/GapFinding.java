package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.GapRow;

/**
 * A row of {@code gaps} before its family is known.
 *
 * @param expectation of the hypothesis; null on a row that is not a headline
 * @param isTooFew whether no verdict on queries like these can rest on it
 */
record GapFinding(GapRow row, Analysis.Expectation expectation, boolean isTooFew) {}
