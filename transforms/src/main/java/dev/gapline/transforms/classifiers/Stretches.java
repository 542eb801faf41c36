package dev.gapline.transforms.classifiers;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs of words by which one text is known to stand in another, word for word. */
public final class Stretches {

  /** Words in a row, equal to those of a text, that are not said so by chance. */
  public static final int LENGTH = 8;

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

  private Stretches() {}

  /** The words of a text in small letters, whatever stands between them. */
  public static List<String> words(String text) {
    return WORD.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group).toList();
  }

  /** Every run of that many words. */
  public static Set<List<String>> of(String text) {
    List<String> words = words(text);
    return IntStream.rangeClosed(0, words.size() - LENGTH)
        .mapToObj(from -> List.copyOf(words.subList(from, from + LENGTH)))
        .collect(Collectors.toSet());
  }
}
