/** The commands of {@code gapline}, one class each. */
package dev.gapline.pipeline.commands;
