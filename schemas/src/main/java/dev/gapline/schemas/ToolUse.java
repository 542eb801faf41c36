package dev.gapline.schemas;

/**
 * One call of a tool in a trial.
 *
 * @param name of the tool
 * @param arguments JSON text, as the model wrote it
 * @param result that was given back; null when the conversation ended with the call
 */
public record ToolUse(String name, String arguments, String result) {}
