/** Estimates from exact integer counts. Plain Java, no Beam. */
package dev.gapline.transforms.statistics;
