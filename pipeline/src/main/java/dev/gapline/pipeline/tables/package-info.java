/** Reading what a run wrote. */
package dev.gapline.pipeline.tables;
