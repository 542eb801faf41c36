package dev.gapline.transforms.statistics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Two of several values that are compared, by their places.
 *
 * @param a place of the first, from 0
 * @param b place of the second, above {@code a}
 */
public record LevelPair(int a, int b) {

  /** Of more values than these, each is compared with the first alone. */
  public static final int MOST_LEVELS = 12;

  /** The pairs that are compared: all of them, or of many values those with the first. */
  public static List<LevelPair> among(int levels) {
    int firsts = isWithReferenceOnly(levels) ? 1 : levels;
    return IntStream.range(0, firsts)
        .boxed()
        .flatMap(a -> IntStream.range(a + 1, levels).mapToObj(b -> new LevelPair(a, b)))
        .toList();
  }

  /** Whether so many values are compared with the first alone. */
  public static boolean isWithReferenceOnly(int levels) {
    return levels > MOST_LEVELS;
  }
}
