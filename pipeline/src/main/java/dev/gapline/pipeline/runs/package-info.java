/** One start of a study on an output folder, from its lease to its exit status. */
package dev.gapline.pipeline.runs;
