package dev.gapline.pipeline.files;

/**
 * What a person gave cannot be used. The message says file, line, field, value and what is valid:
 * {@code study.yaml:12: temperatures: "hot" is not a temperature. A number from 0 to 2 is valid.}
 * It never holds a key.
 */
public final class InvalidInput extends RuntimeException {

  InvalidInput(String message) {
    super(message);
  }

  InvalidInput(String message, Throwable cause) {
    super(message, cause);
  }

  /** Of a file as a whole. */
  static InvalidInput in(String file, String sentence) {
    return new InvalidInput("%s: %s".formatted(file, sentence));
  }

  /** Of one line of a file. */
  static InvalidInput at(String file, int line, String field, String sentence) {
    return new InvalidInput("%s:%d: %s: %s".formatted(file, line, field, sentence));
  }
}
