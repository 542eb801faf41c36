package dev.gapline.transforms;

import dev.gapline.schemas.CheckRow;
import dev.gapline.schemas.ContrastRow;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.RateRow;
import dev.gapline.schemas.SensitivityRow;
import dev.gapline.transforms.statistics.Method;
import java.util.Locale;
import java.util.SortedMap;

/**
 * The fixed order of the rows of a table: all windows first, then window by window; within, by
 * coordinates, with the pooled row before the rows it pools, and the row over all trials before
 * that over some.
 */
final class RowOrder {

  private RowOrder() {}

  static String of(RateRow row) {
    return key(
        row.windowStart(),
        row.scenario(),
        row.model(),
        row.temperature(),
        row.paraphrase(),
        row.factors(),
        row.measure(),
        row.condition(),
        place(row.method()),
        placeOfRate(row.conventions()));
  }

  static String of(GapRow row) {
    return key(
        row.windowStart(),
        row.scenario(),
        row.model(),
        row.temperature(),
        row.paraphrase(),
        row.factors(),
        row.measure(),
        row.contrast(),
        place(row.method()),
        row.conventions(),
        row.hypothesis() == null ? "" : row.hypothesis());
  }

  static String of(ContrastRow row) {
    return key(
        null,
        row.scenario() == null ? "" : row.scenario(),
        row.model(),
        row.temperature(),
        row.paraphrase(),
        row.factors(),
        row.measure(),
        row.axis(),
        row.quantity(),
        row.contrast() == null ? "" : row.contrast(),
        row.condition() == null ? "" : row.condition(),
        row.levelA() == null ? "" : row.levelA(),
        row.levelB() == null ? "" : row.levelB(),
        row.method(),
        row.conventions());
  }

  static String of(SensitivityRow row) {
    return key(
        null,
        row.scenario(),
        row.model(),
        row.temperature(),
        row.paraphrase(),
        row.factors(),
        row.measure(),
        row.analysis(),
        row.quantity(),
        row.contrast() == null ? "" : row.contrast(),
        row.condition() == null ? "" : row.condition(),
        row.reference() == null ? "" : row.reference(),
        row.term(),
        row.method(),
        row.conventions());
  }

  static String of(CheckRow row) {
    return key(
        null,
        row.scenario(),
        row.model(),
        row.temperature(),
        row.paraphrase(),
        row.factors(),
        row.check(),
        row.measure() == null ? "" : row.measure(),
        row.contrast() == null ? "" : row.contrast(),
        row.method());
  }

  private static String key(
      Long window,
      String scenario,
      String model,
      Double temperature,
      String paraphrase,
      SortedMap<String, String> factors,
      String... rest) {
    return String.join(
        "\u0001",
        window == null ? "" : String.format(Locale.ROOT, "%020d", window),
        scenario,
        model == null ? "" : model,
        temperature == null ? "" : String.format(Locale.ROOT, "%012.8f", temperature),
        paraphrase == null ? "" : paraphrase,
        factors.toString(),
        String.join("\u0001", rest));
  }

  /** The row over all trials, then that over some, then those in which missing answers count. */
  private static String placeOfRate(String conventions) {
    if (conventions == null) {
      return "";
    }
    return (conventions.startsWith("missing=") ? "2" : "1") + conventions;
  }

  /** Methods stand in the order of their catalogue, the headline's first. */
  private static String place(String method) {
    Method[] methods = Method.values();
    for (int i = 0; i < methods.length; i++) {
      if (methods[i].id().equals(method)) {
        return String.format(Locale.ROOT, "%02d", i);
      }
    }
    throw new IllegalArgumentException("No method " + method);
  }
}
