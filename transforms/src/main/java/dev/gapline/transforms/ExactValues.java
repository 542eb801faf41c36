package dev.gapline.transforms;

import dev.gapline.schemas.ExactSums;
import dev.gapline.transforms.classifiers.TokenDecision;
import java.util.ArrayList;
import java.util.List;

/**
 * What is added up of the probabilities of trials: at the temperature at which each was sampled,
 * beside what was sampled, and, where the decision rests on the prompt alone, at the others.
 */
final class ExactValues {

  /** The temperatures of the curve. */
  static final List<String> TEMPERATURES = List.of("0", "0.25", "0.5", "0.75", "1", "1.5", "2");

  /** A number of trials, the sum of the least probabilities, and that of what is unseen. */
  private static final int PER_TEMPERATURE = 3;

  private static final int SAMPLED = PER_TEMPERATURE;
  private static final int CURVE = SAMPLED + 2;

  private final ExactSums sums;

  /** What these sums say. */
  ExactValues(ExactSums sums) {
    this.sums = sums;
  }

  /**
   * The sums of one trial.
   *
   * @param complied what was sampled, 0 to 1; null when that could not be read
   */
  static ExactSums of(TokenDecision decision, double temperature, Double complied) {
    List<Long> numbers = new ArrayList<>();
    add(decision.at(temperature), numbers);
    numbers.add(complied == null ? 0L : 1L);
    numbers.add(complied == null ? 0L : ExactSums.of(complied));
    for (String other : TEMPERATURES) {
      if (decision.isFirst()) {
        add(decision.at(Double.parseDouble(other)), numbers);
      } else {
        numbers.addAll(List.of(0L, 0L, 0L));
      }
    }
    return new ExactSums(numbers);
  }

  private static void add(TokenDecision.Probability probability, List<Long> numbers) {
    numbers.add(1L);
    numbers.add(ExactSums.of(probability.least()));
    numbers.add(ExactSums.of(probability.unseen()));
  }

  /** The mean probability at the sampling temperature; null without a trial. */
  Double exact() {
    return mean(0, 1);
  }

  /** How much greater it may be. */
  Double unseen() {
    return mean(0, 2);
  }

  /** The mean of what was sampled. */
  Double sampled() {
    return mean(SAMPLED, SAMPLED + 1);
  }

  /** The mean probability at the temperature at that place. */
  Double exactAt(int place) {
    int from = CURVE + PER_TEMPERATURE * place;
    return mean(from, from + 1);
  }

  /** How much greater that may be. */
  Double unseenAt(int place) {
    int from = CURVE + PER_TEMPERATURE * place;
    return mean(from, from + 2);
  }

  private Double mean(int count, int sum) {
    if (sums.numbers().isEmpty() || sums.numbers().get(count) == 0) {
      return null;
    }
    return sums.numbers().get(sum) / (double) ExactSums.ONE / sums.numbers().get(count);
  }
}
