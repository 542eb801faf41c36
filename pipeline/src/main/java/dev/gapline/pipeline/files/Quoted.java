package dev.gapline.pipeline.files;

import java.util.HexFormat;

/**
 * Text in double quotes that JSON and YAML read alike: plain ASCII, everything else escaped.
 *
 * <p>By hand, because no JSON writer escapes U+007F, which YAML refuses.
 */
final class Quoted {

  private Quoted() {}

  static String of(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c >= ' ' && c <= '~') {
        quoted.append(c);
      } else {
        quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
      }
    }
    return quoted.append('"').toString();
  }
}
