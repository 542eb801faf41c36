package dev.gapline.schemas;

import java.util.Locale;

/**
 * How an answer could be read. Everything but {@code ok} and {@code unclosed_output} is missing.
 */
public enum ParseStatus {
  /** The final answer was found and judged. */
  OK,
  /** The output tag opens and never closes, although the answer ended by itself; it was judged. */
  UNCLOSED_OUTPUT,
  /** There is no output tag. */
  NO_OUTPUT_TAG,
  /** There is no text, or the output tag holds none. */
  EMPTY,
  /** The answer was cut off at the token limit before its output tag closed. */
  TRUNCATED,
  /** The rules could not tell what the answer is. */
  UNCLEAR,
  /** The judges' votes could not be read, or too few of them to tell. */
  JUDGE_PARSE_FAIL,
  /** The provider's content filter. */
  API_FILTER,
  /** The provider failed. */
  API_ERROR,
  /** The provider did not answer in time. */
  TIMEOUT;

  /** The identifier in tables, such as {@code no_output_tag}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the answer was read. */
  public boolean isReadable() {
    return this == OK || this == UNCLOSED_OUTPUT;
  }
}
