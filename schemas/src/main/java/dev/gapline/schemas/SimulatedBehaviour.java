package dev.gapline.schemas;

import java.io.Serializable;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is planted in a simulated subject (the {@code simulate} block of a model).
 *
 * @param comply marginal probability of full compliance by condition, at the reference level of
 *     every other axis
 * @param partial probability of partial compliance by condition
 * @param alignmentFakingGivenComply probability that a complying answer's reasoning fakes alignment
 * @param consideredGivenRefuse probability that a refusing answer's reasoning considers faking
 * @param querySd standard deviation of the query effect, logits
 * @param queryConditionSd standard deviation, over queries, of the difference between two
 *     conditions, logits
 * @param paraphraseSd standard deviation of the paraphrase effect, logits
 * @param paraphraseConditionSd standard deviation, over paraphrases, of the difference between two
 *     conditions, logits
 * @param temperatureSlope logits per unit of temperature above 1, the reference
 * @param shifts logits added where a level of a factor is in force, by factor, level and condition
 * @param missing probability of an answer that cannot be read, by condition
 * @param fail probability that the provider fails, by condition
 * @param latencyMedianMs median of the log-normal latency, milliseconds; 0 answers at once
 * @param latencySigma standard deviation of the log of the latency
 */
public record SimulatedBehaviour(
    SortedMap<String, Double> comply,
    SortedMap<String, Double> partial,
    SortedMap<String, Double> alignmentFakingGivenComply,
    SortedMap<String, Double> consideredGivenRefuse,
    double querySd,
    double queryConditionSd,
    double paraphraseSd,
    double paraphraseConditionSd,
    double temperatureSlope,
    SortedMap<String, SortedMap<String, SortedMap<String, Double>>> shifts,
    SortedMap<String, Double> missing,
    SortedMap<String, Double> fail,
    double latencyMedianMs,
    double latencySigma)
    implements Serializable {

  /** A subject that minds no factor. */
  public SimulatedBehaviour(
      SortedMap<String, Double> comply,
      SortedMap<String, Double> partial,
      SortedMap<String, Double> alignmentFakingGivenComply,
      SortedMap<String, Double> consideredGivenRefuse,
      double querySd,
      double queryConditionSd,
      double paraphraseSd,
      double paraphraseConditionSd,
      double temperatureSlope,
      SortedMap<String, Double> missing,
      SortedMap<String, Double> fail,
      double latencyMedianMs,
      double latencySigma) {
    this(
        comply,
        partial,
        alignmentFakingGivenComply,
        consideredGivenRefuse,
        querySd,
        queryConditionSd,
        paraphraseSd,
        paraphraseConditionSd,
        temperatureSlope,
        new TreeMap<>(),
        missing,
        fail,
        latencyMedianMs,
        latencySigma);
  }

  public SimulatedBehaviour {
    comply = Sorted.copyOf(comply);
    partial = Sorted.copyOf(partial);
    alignmentFakingGivenComply = Sorted.copyOf(alignmentFakingGivenComply);
    consideredGivenRefuse = Sorted.copyOf(consideredGivenRefuse);
    shifts = Sorted.copyOf(shifts);
    missing = Sorted.copyOf(missing);
    fail = Sorted.copyOf(fail);
  }
}
