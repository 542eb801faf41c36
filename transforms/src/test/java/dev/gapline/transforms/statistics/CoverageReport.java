package dev.gapline.transforms.statistics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes the committed report of {@link CoverageLines}: {@code CoverageReport REPORT [STUDIES
 * [PREFIX]]}; with a prefix only the lines whose name begins so.
 */
public final class CoverageReport {

  static final int STUDIES = 20_000;
  static final int FIRST = 100;

  private CoverageReport() {}

  /** Runs every line twice: its first studies, which a test repeats, and all of them. */
  public static void main(String[] arguments) throws IOException {
    int studies = arguments.length > 1 ? Integer.parseInt(arguments[1]) : STUDIES;
    StringBuilder report = new StringBuilder();
    report.append(
        """
        # Studies with a planted truth, drawn as counts, seeds 1 to the number of studies.
        # The error is the Monte Carlo standard error, in points.
        """);
    report.append(
        String.format(
            Locale.ROOT,
            "%-62s | %6s | %6s | %16s | %s%n",
            "# what",
            "of",
            "so many",
            "share",
            "promised"));
    String prefix = arguments.length > 2 ? arguments[2] : "";
    for (CoverageLines.Line line : CoverageLines.all()) {
      if (!line.name().startsWith(prefix)) {
        continue;
      }
      for (int number : new int[] {Math.min(FIRST, studies), studies}) {
        String text = line.text(number, line.run(number));
        report.append(text).append('\n');
        System.out.println(text);
      }
    }
    Files.writeString(Path.of(arguments[0]), report);
  }
}
