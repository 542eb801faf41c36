package dev.gapline.pipeline.tables;

import java.util.ArrayList;
import java.util.List;

/** Columns of text, padded so that they stand under their heads. */
public final class TextTable {

  private final List<List<String>> lines = new ArrayList<>();

  /** A table with these heads. */
  public TextTable(List<String> heads) {
    lines.add(List.copyOf(heads));
  }

  /** Adds a row. */
  public void add(List<String> row) {
    lines.add(List.copyOf(row));
  }

  /** The whole table, one line a row, without trailing blanks. */
  public String text() {
    int columns = lines.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        padded.append(line.get(i)).append(" ".repeat(widths[i] - line.get(i).length() + 2));
      }
      text.append(padded.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
