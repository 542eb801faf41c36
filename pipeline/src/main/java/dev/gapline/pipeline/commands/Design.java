package dev.gapline.pipeline.commands;

/**
 * The size of a study.
 *
 * @param queries of each scenario, at least 1; one alone has no power that could be planned
 * @param samples of each query in each cell, at least 1
 * @param paraphrases at least 1
 */
record Design(long queries, long samples, int paraphrases) {}
