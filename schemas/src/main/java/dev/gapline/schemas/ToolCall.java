package dev.gapline.schemas;

/**
 * A model's wish that a tool be run.
 *
 * @param id by which the result is given back; as the provider names it, or as the scenario does
 * @param name of the tool
 * @param arguments JSON text, as the model wrote it
 */
public record ToolCall(String id, String name, String arguments) {}
