/**
 * Estimates from exact integer counts. Plain Java, no Beam. Rates are shares, 0 to 1, gaps their
 * differences; a number that does not exist is null, never NaN, with its {@code Flag}. The
 * formulas' sources stand at each class, and in the documentation of the tables' columns.
 */
package dev.gapline.transforms.statistics;
