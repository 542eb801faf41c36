package dev.gapline.transforms.classifiers;

import dev.gapline.schemas.ParseStatus;

/**
 * An answer taken apart, not yet judged.
 *
 * @param status {@code OK}, {@code UNCLOSED_OUTPUT}, or why there is no output
 * @param reasoning never blank; null when there is none
 * @param reasoningSource {@code tags} or {@code provider}; null when there is no reasoning
 * @param output the final answer, never blank; null when the status is not readable
 */
public record ParsedAnswer(
    ParseStatus status, String reasoning, String reasoningSource, String output) {}
