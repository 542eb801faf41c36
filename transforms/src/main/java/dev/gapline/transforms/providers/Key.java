package dev.gapline.transforms.providers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model's key, read from the environment of the worker that needs it. It is not serialisable, is
 * not in its own text form, and hides itself in the text of others.
 */
final class Key {

  private static final String HIDDEN = "[key]";
  private static final String IN_A_FILE = "_FILE";

  /** What keys look like, also half-masked by a server that means well. */
  private static final Pattern LIKE_A_KEY =
      Pattern.compile(
          "(?i:bearer\\s+[^\\s\"',;]+)"
              + "|\\b(?:sk|pk|rk|gsk|hf|xai|tgp|nvapi|csk|r8)[-_][\\w*.-]{6,}"
              + "|\\bAIza[\\w*-]{6,}");

  private final String variable;
  private final String value;

  private Key(String variable, String value) {
    this.variable = variable;
    this.value = value;
  }

  /**
   * Reads the variable, or where it is not set, the file that {@code <variable>_FILE} names, as
   * secrets are mounted; white space around the key is not part of it.
   */
  static Key of(String variable, UnaryOperator<String> environment) {
    if (variable == null) {
      return new Key(null, null);
    }
    String value = environment.apply(variable);
    if (value == null || value.isBlank()) {
      value = mounted(environment.apply(variable + IN_A_FILE));
    }
    return new Key(variable, value == null ? "" : value.strip());
  }

  private static String mounted(String file) {
    if (file == null || file.isBlank()) {
      return null;
    }
    try {
      return Files.readString(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      return null; // As good as not set: the sentence names both.
    }
  }

  /** Whether the server is asked without one. */
  boolean isNone() {
    return variable == null;
  }

  /** Why no call can be made with this key, in a sentence; null if one can. */
  String problem() {
    if (isNone()) {
      return null;
    }
    if (value.isEmpty()) {
      return "The environment variable %s, which holds the key, is not set, and %s names no file that holds it."
          .formatted(variable, variable + IN_A_FILE);
    }
    // The HTTP client would refuse such a header in a message that quotes it.
    if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return "The environment variable %s holds characters that no key has.".formatted(variable);
    }
    return null;
  }

  /** The key itself, for the one header that bears it. */
  String value() {
    return value;
  }

  /** The text without this key and without whatever looks like one. */
  String hideIn(String text) {
    String hidden = isNone() || value.isEmpty() ? text : text.replace(value, HIDDEN);
    return LIKE_A_KEY.matcher(hidden).replaceAll(Matcher.quoteReplacement(HIDDEN));
  }

  @Override
  public String toString() {
    return isNone() ? "no key" : "the key in " + variable;
  }
}
