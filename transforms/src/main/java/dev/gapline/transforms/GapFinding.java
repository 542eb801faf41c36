package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.GapRow;

/**
 * A row of {@code gaps} before its family is known.
 *
 * @param expectation of the hypothesis; null on a row that is not a headline
 * @param isTooFew whether no verdict on queries like these can rest on it
 * @param view over which trials it is; only rows over all of them are of a family
 */
record GapFinding(GapRow row, Analysis.Expectation expectation, boolean isTooFew, View view) {}
