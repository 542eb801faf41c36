package dev.gapline.pipeline.files;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known word that a misspelt one most likely means. */
final class Suggestion {

  private Suggestion() {}

  /** {@code Did you mean "X"? } with its trailing space, or nothing when no word is near. */
  static String of(String word, Collection<String> known) {
    return nearest(word, known).map("Did you mean \"%s\"? "::formatted).orElse("");
  }

  private static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() > 100) {
      return Optional.empty();
    }
    int limit = word.length() < 4 ? 1 : Math.max(2, word.length() / 3);
    return known.stream()
        .filter(candidate -> edits(word, candidate) <= limit)
        .min(
            Comparator.comparingInt((String candidate) -> edits(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /**
   * Levenshtein distance, without regard to case. By hand: no library on the class path has one
   * that is meant for others.
   */
  private static int edits(String from, String to) {
    String a = from.toLowerCase(Locale.ROOT);
    String b = to.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
