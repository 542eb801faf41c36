package dev.gapline.transforms;

import dev.gapline.schemas.CheckRow;

/**
 * A row of {@code checks} before its family is known.
 *
 * @param isTest whether it is a test, one of the family of all of a study's; the others have their
 *     verdict
 * @param isTooFew whether no verdict on queries like these can rest on it
 * @param leastThatMatters a difference up to it raises no alarm, however sure it is; 0 for any
 */
record CheckFinding(CheckRow row, boolean isTest, boolean isTooFew, double leastThatMatters) {}
