/**
 * Gapline as a person meets it: processes that are started, killed, interrupted and started again,
 * against servers in processes of their own.
 */
package dev.gapline.pipeline.processes;
