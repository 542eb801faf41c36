package dev.gapline.schemas;

import java.util.ArrayList;
import java.util.List;

/**
 * Sums of probabilities over trials, in billionths, so that adding them is exact, associative and
 * commutative.
 *
 * @param numbers as whoever adds them orders them; empty for no trials
 */
public record ExactSums(List<Long> numbers) {

  /** No trials. */
  public static final ExactSums NONE = new ExactSums(List.of());

  /** What a probability of 1 adds. */
  public static final long ONE = 1_000_000_000L;

  public ExactSums {
    numbers = List.copyOf(numbers);
  }

  /** A probability in billionths. */
  public static long of(double probability) {
    return Math.round(probability * ONE);
  }

  /** The sums of both. */
  public ExactSums plus(ExactSums other) {
    if (numbers.isEmpty() || other.numbers.isEmpty()) {
      return numbers.isEmpty() ? other : this;
    }
    if (numbers.size() != other.numbers.size()) {
      throw new IllegalArgumentException(
          "Sums of %d and of %d numbers cannot be added."
              .formatted(numbers.size(), other.numbers.size()));
    }
    List<Long> sums = new ArrayList<>(numbers.size());
    for (int i = 0; i < numbers.size(); i++) {
      sums.add(Math.addExact(numbers.get(i), other.numbers.get(i)));
    }
    return new ExactSums(sums);
  }
}
