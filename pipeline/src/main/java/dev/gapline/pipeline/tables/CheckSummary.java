package dev.gapline.pipeline.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.generic.GenericRecord;

/** One line on the checks of the instrument: how many passed, and which failed. */
final class CheckSummary {

  private static final int MOST_NAMED = 5;

  private CheckSummary() {}

  /** Of the rows of {@code checks}; empty for a run of a version without that table. */
  static String of(List<GenericRecord> checks) {
    if (checks.isEmpty()) {
      return "";
    }
    List<GenericRecord> failed =
        checks.stream().filter(row -> "refuted".equals(row.get("verdict"))).toList();
    long passed = checks.stream().filter(row -> "supported".equals(row.get("verdict"))).count();
    String counts =
        String.format(
            Locale.ROOT,
            "Instrument checks: %,d passed, %,d inconclusive, %,d failed",
            passed,
            checks.size() - passed - failed.size(),
            failed.size());
    return counts + (failed.isEmpty() ? "" : ": " + names(failed)) + ".\n";
  }

  private static String names(List<GenericRecord> failed) {
    List<String> names = new ArrayList<>();
    for (GenericRecord row : failed.subList(0, Math.min(MOST_NAMED, failed.size()))) {
      StringBuilder name = new StringBuilder(row.get("check").toString());
      for (String column : List.of("measure", "contrast", "model")) {
        if (row.get(column) != null) {
          name.append(name.indexOf(" (") < 0 ? " (" : ", ").append(row.get(column));
        }
      }
      if (row.get("temperature") != null) {
        name.append(", T ").append(row.get("temperature"));
      }
      names.add(name + ") " + row.get("verdict_reason"));
    }
    if (failed.size() > MOST_NAMED) {
      names.add("%d more".formatted(failed.size() - MOST_NAMED));
    }
    return String.join("; ", names);
  }
}
