package dev.gapline.transforms;

import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.RateRow;
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
        row.conventions() == null ? "" : row.conventions());
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
