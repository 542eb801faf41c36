package dev.gapline.schemas;

/** One written file of a table, by its name within the table's folder. */
public record TableFile(String table, String name, long rows, String digest) {}
