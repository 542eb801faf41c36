package dev.gapline.transforms.classifiers;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions that are searched together, without regard to case. */
final class Expressions {

  private final String name;
  private final List<Pattern> patterns;

  /**
   * Compiles them.
   *
   * @param name of the list in the rubric, for messages
   */
  Expressions(String name, List<String> expressions) {
    this.name = name;
    patterns = expressions.stream().map(expression -> compile(name, expression)).toList();
  }

  boolean isEmpty() {
    return patterns.isEmpty();
  }

  /**
   * Whether any of them is found in the text; the first that is goes into {@code hits}, as its list
   * and its place: {@code refuses[2]}.
   *
   * @throws TooManySteps when a search backtracks beyond measure
   */
  boolean areFoundIn(String text, List<String> hits) {
    for (int i = 0; i < patterns.size(); i++) {
      try {
        if (patterns.get(i).matcher(new Steps(text)).find()) {
          hits.add(name + "[" + i + "]");
          return true;
        }
      } catch (StackOverflowError e) { // a repeated group recurses once per repeat
        throw new TooManySteps();
      }
    }
    return false;
  }

  private static Pattern compile(String name, String expression) {
    try {
      return Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "Invalid expression in the rubric's %s: %s (%s at position %d)."
              .formatted(name, expression, e.getDescription(), e.getIndex()),
          e);
    }
  }

  /** A search was given up; decided by counting steps, so that it is equal on every machine. */
  static final class TooManySteps extends RuntimeException {

    TooManySteps() {
      super("An expression of the rubric backtracks beyond measure.", null, false, false);
    }
  }

  /** A text that may be looked at a bounded number of times, linear in its length. */
  private static final class Steps implements CharSequence {

    private static final long SMALLEST = 1_000_000;
    private static final long PER_CHARACTER = 250;

    private final String text;
    private long left;

    Steps(String text) {
      this.text = text;
      this.left = SMALLEST + PER_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new TooManySteps();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
