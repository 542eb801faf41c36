package dev.gapline.transforms.statistics;

import java.util.List;

/**
 * A rate and its interval. What does not exist is null, with the reason in {@code flags}.
 *
 * @param rate 0 to 1
 * @param se standard error of the rate, above 0
 * @param df degrees of freedom of the quantile; null where it is normal
 * @param low lower limit, 0 to 1
 * @param high upper limit, 0 to 1
 * @param n readable values
 * @param x2 twice their sum
 * @param clusters queries with at least one readable value
 * @param effectiveN independent values that the interval counts; null where it counts none
 * @param flags sorted
 */
public record RateEstimate(
    Double rate,
    Double se,
    Double df,
    Double low,
    Double high,
    long n,
    long x2,
    long clusters,
    Double effectiveN,
    List<String> flags) {

  public RateEstimate {
    flags = List.copyOf(flags);
  }

  /** Whether it carries that flag. */
  public boolean has(Flag flag) {
    return flags.contains(flag.id());
  }
}
