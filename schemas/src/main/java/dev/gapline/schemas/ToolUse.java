package dev.gapline.schemas;

/**
 * One call of a tool in a trial.
 *
 * @param message place of the reply that calls among the messages of the trial, from 0; their
 *     number where it is the last reply
 * @param id by which the result is given back
 * @param name of the tool
 * @param arguments JSON text, as the model wrote it
 * @param result that was given back; null when the trial ended with the call
 */
public record ToolUse(int message, String id, String name, String arguments, String result) {}
