package dev.gapline.schemas;

/**
 * A tool as a model is told of it.
 *
 * @param parameters the JSON Schema of its arguments, as JSON text
 */
public record OfferedTool(String name, String description, String parameters) {}
