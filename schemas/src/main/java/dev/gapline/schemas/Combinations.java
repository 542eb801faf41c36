package dev.gapline.schemas;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.LongStream;

/**
 * The combinations of a study's factor levels, numbered from 0 with the last factor counting
 * fastest; those in which a scenario excludes one of the study's conditions are left out.
 */
final class Combinations {

  private static final long MOST_WITH_EXCLUSIONS = 1_000_000;

  private final List<Factor> factors;
  private final long size;

  /** Numbers among all combinations, in order; null where none is left out. */
  private final long[] asked;

  private Combinations(List<Factor> factors, long size, long[] asked) {
    this.factors = factors;
    this.size = size;
    this.asked = asked;
  }

  /**
   * Those of a study.
   *
   * @param factors that make up its cells
   * @throws IllegalArgumentException if there are too many, or none is left
   */
  static Combinations of(Study study, List<Factor> factors) {
    long all = 1;
    for (Factor factor : factors) {
      if (all > StudyPlan.MOST_TRIALS / factor.levels().size()) {
        throw new IllegalArgumentException(
            "Invalid factors: there are too many combinations. At most %d are valid."
                .formatted(StudyPlan.MOST_TRIALS));
      }
      all *= factor.levels().size();
    }
    if (study.scenarios().stream().allMatch(scenario -> scenario.excluded().isEmpty())) {
      return new Combinations(factors, all, null);
    }
    if (all > MOST_WITH_EXCLUSIONS) {
      throw new IllegalArgumentException(
          "Invalid factors: %d combinations are too many to look for excluded ones. At most %d are valid."
              .formatted(all, MOST_WITH_EXCLUSIONS));
    }
    long[] asked =
        LongStream.range(0, all)
            .filter(number -> isAsked(study, levels(factors, number)))
            .toArray();
    if (asked.length == 0) {
      throw new IllegalArgumentException(
          "Invalid factors: the scenario excludes every combination of these levels and conditions. Others are valid.");
    }
    return new Combinations(factors, asked.length, asked.length == all ? null : asked);
  }

  private static boolean isAsked(Study study, Map<String, String> levels) {
    for (Scenario scenario : study.scenarios()) {
      for (String condition : study.conditions()) {
        if (!scenario.isAsked(condition, levels)) {
          return false;
        }
      }
    }
    return true;
  }

  /** How many there are. */
  long size() {
    return size;
  }

  /** Puts the levels of the combination with that number. */
  void put(long number, SortedMap<String, String> levels) {
    levels.putAll(levels(factors, asked == null ? number : asked[(int) number]));
  }

  private static Map<String, String> levels(List<Factor> factors, long number) {
    Map<String, String> levels = new HashMap<>();
    long rest = number;
    for (int f = factors.size() - 1; f >= 0; f--) {
      Factor factor = factors.get(f);
      levels.put(factor.name(), factor.levels().get((int) (rest % factor.levels().size())));
      rest /= factor.levels().size();
    }
    return levels;
  }

  /**
   * The number of the combination with these levels.
   *
   * @throws IllegalArgumentException if this study has no such combination
   */
  long numberOf(SortedMap<String, String> levels) {
    long number = 0;
    for (Factor factor : factors) {
      String level = levels.get(factor.name());
      int place = level == null ? -1 : factor.levels().indexOf(level);
      if (place < 0) {
        throw new IllegalArgumentException(
            "No %s %s in this study.".formatted(factor.name(), level));
      }
      number = number * factor.levels().size() + place;
    }
    if (asked == null) {
      return number;
    }
    int place = Arrays.binarySearch(asked, number);
    if (place < 0) {
      throw new IllegalArgumentException("This study leaves %s out.".formatted(levels));
    }
    return place;
  }
}
