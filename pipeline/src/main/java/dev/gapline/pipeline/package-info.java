/** The command line, the composition of the pipeline, and the readers of its tables. */
package dev.gapline.pipeline;
