package dev.gapline.pipeline.files;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a text is the published one: a scenario holds the SHA-256 of the published system message
 * and never the message itself. The text is hashed as UTF-8 after it was normalised: NFC, lines
 * that end in LF, neither blanks at the ends of lines nor blank lines around it.
 */
public final class PublishedText {

  /** A text of a user's that is not known to be it. */
  static final String SUPPLIED = "supplied";

  private static final int MAX_BYTES = 8 << 20;

  private PublishedText() {}

  /** The text of a file of at most 8 MiB. */
  public static String read(Path file) {
    return SourceText.read(file, MAX_BYTES).text();
  }

  /** The text as it is hashed. */
  static String normalised(String text) {
    List<String> lines =
        Normalizer.normalize(text, Normalizer.Form.NFC)
            .lines()
            .map(String::stripTrailing)
            .collect(Collectors.toList());
    while (!lines.isEmpty() && lines.get(0).isEmpty()) {
      lines.remove(0);
    }
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    return String.join("\n", lines);
  }

  /** SHA-256 of the normalised text, 64 small hexadecimal digits. */
  public static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(normalised(text).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
