package dev.gapline.pipeline.files;

import dev.gapline.schemas.Scenario;
import dev.gapline.transforms.prompts.Shingles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The file beside a scenario with the hashes of the published text's runs of four words: one on
 * each line, sorted, each once.
 */
public final class ShinglesFile {

  private static final int MAX_BYTES = 8 << 20;
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{" + Shingles.DIGITS + "}");

  private ShinglesFile() {}

  /**
   * Those that a scenario names.
   *
   * @param file of the scenario
   * @return null when it names none
   * @throws InvalidInput with the line, if the file is not there or is none of hashes
   */
  public static Shingles of(Scenario scenario, Path file) {
    if (scenario.published() == null || scenario.published().shingles() == null) {
      return null;
    }
    Path beside = file.resolveSibling(scenario.published().shingles());
    if (!Files.isRegularFile(beside)) {
      throw InvalidInput.in(
          file.toString(),
          "published: shingles: there is no file %s. The file that `gapline scenarios hash` writes, or no `shingles`, is valid."
              .formatted(beside));
    }
    return read(SourceText.read(beside, MAX_BYTES));
  }

  private static Shingles read(SourceText source) {
    List<String> hashes = new ArrayList<>();
    for (String line : source.text().lines().toList()) {
      if (!HASH.matcher(line).matches()) {
        throw refuse(
            source,
            hashes,
            "\"%s\" is not a hash. %d small hexadecimal digits on each line, as `gapline scenarios hash` writes them, are valid."
                .formatted(Value.clipped(line), Shingles.DIGITS));
      }
      if (!hashes.isEmpty() && line.compareTo(hashes.get(hashes.size() - 1)) <= 0) {
        throw refuse(
            source,
            hashes,
            "\"%s\" does not follow the line before it. Sorted lines, each once, are valid: `sort -u` makes them."
                .formatted(line));
      }
      hashes.add(line);
    }
    if (hashes.isEmpty()) {
      throw refuse(
          source,
          hashes,
          "the file is empty. One hash at least, as `gapline scenarios hash` writes them, is valid.");
    }
    return new Shingles(hashes);
  }

  private static InvalidInput refuse(SourceText source, List<String> before, String sentence) {
    return InvalidInput.at(source.file(), before.size() + 1, "shingles", sentence);
  }

  /** As such a file has them. */
  public static String text(Shingles shingles) {
    return String.join("\n", shingles.hashes()) + "\n";
  }
}
