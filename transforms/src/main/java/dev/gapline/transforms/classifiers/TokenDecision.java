package dev.gapline.transforms.classifiers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/**
 * The tokens at which an answer was decided, with the log-probabilities of what else might have
 * stood there, as far as the server told them: natural logarithms at temperature 1, before any
 * sampler.
 *
 * @param isFirst whether the model said nothing before, so that the decision rests on the prompt
 *     alone and can be read at every temperature; otherwise it rests on what was sampled before
 * @param steps in order; at every one but the last the decision stayed open
 */
public record TokenDecision(boolean isFirst, List<Step> steps) {

  /**
   * One token.
   *
   * @param complies log-probabilities of the tokens after which the answer complies
   * @param refuses likewise
   * @param others of those after which it is neither
   * @param open of those after which it is not decided, without the one that was taken
   * @param taken of the token that was taken, if the decision stayed open; null at the last step
   */
  public record Step(
      List<Double> complies,
      List<Double> refuses,
      List<Double> others,
      List<Double> open,
      Double taken) {

    public Step {
      complies = List.copyOf(complies);
      refuses = List.copyOf(refuses);
      others = List.copyOf(others);
      open = List.copyOf(open);
    }

    private List<List<Double>> all() {
      return List.of(complies, refuses, others, open, taken == null ? List.of() : List.of(taken));
    }
  }

  /**
   * How likely the answer was to comply, as far as it is known.
   *
   * @param least probability, 0 to 1
   * @param unseen how much greater it may be: tokens below those that the server told, and ways
   *     that were open and not taken; 0 to 1
   */
  public record Probability(double least, double unseen) {}

  /** More tokens than any model knows, for what lies below the ones told at a high temperature. */
  private static final double MOST_TOKENS = 300_000;

  /** Told probabilities are rounded: what is missing to 1 is no more than this. */
  private static final double ROUNDING = 1e-9;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public TokenDecision {
    steps = List.copyOf(steps);
  }

  /**
   * The probability at a temperature T: every token's is {@code p^(1/T)} over the sum of these,
   * which is the softmax of the logits over T; at 0 the likeliest token has all of it. Of the m
   * that the told tokens leave below them no more than {@code m q^(1/T - 1)} can remain below T =
   * 1, q being the least told probability, for each of them is below q; above 1, no more than
   * {@code m^(1/T) V^(1 - 1/T)} of V tokens (the power mean).
   */
  public Probability at(double temperature) {
    double least = 0;
    double unseen = 0;
    double reached = 1;
    for (Step step : steps) {
      double highest = Double.NEGATIVE_INFINITY;
      double lowest = 0;
      double told = 0;
      for (List<Double> some : step.all()) {
        for (double logprob : some) {
          highest = Math.max(highest, logprob);
          lowest = Math.min(lowest, logprob);
          told += Math.exp(logprob);
        }
      }
      double below = 1 - told < ROUNDING ? 0 : 1 - told;
      double tail = below(below, lowest, highest, temperature);
      double[] weights = new double[5];
      double sum = tail;
      for (int i = 0; i < weights.length; i++) {
        for (double logprob : step.all().get(i)) {
          weights[i] += weight(logprob, highest, temperature);
        }
        sum += weights[i];
      }
      least += reached * weights[0] / sum;
      unseen += reached * (weights[3] + tail) / sum;
      reached *= weights[4] / sum;
    }
    return new Probability(least, unseen);
  }

  /** In units of the likeliest token's. */
  private static double weight(double logprob, double highest, double temperature) {
    if (temperature == 0) {
      return logprob == highest ? 1 : 0;
    }
    return Math.exp((logprob - highest) / temperature);
  }

  private static double below(double mass, double lowest, double highest, double temperature) {
    if (mass == 0 || temperature == 0) {
      return 0;
    }
    double inverse = 1 / temperature;
    double logarithm =
        inverse >= 1
            ? Math.log(mass) + lowest * (inverse - 1)
            : inverse * Math.log(mass) + (1 - inverse) * Math.log(MOST_TOKENS);
    return Math.exp(logarithm - highest * inverse);
  }

  /** The decision as JSON text, for the column {@code decision}. */
  public String text() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The decision of that text.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static TokenDecision of(String text) {
    try {
      return JSON.readValue(text, TokenDecision.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid decision: " + e.getOriginalMessage(), e);
    }
  }
}
