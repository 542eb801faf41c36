package dev.gapline.schemas;

/**
 * Why no answer came back.
 *
 * @param message for a person; never holds a key
 * @param attempts calls made, at least 1
 */
public record Failure(FailureCategory category, String message, int attempts) {}
