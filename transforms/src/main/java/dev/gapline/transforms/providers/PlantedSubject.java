package dev.gapline.transforms.providers;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.SimulatedBehaviour;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * A simulated subject: what it does in a trial, and the truth behind it. Everything derives from
 * the seed and names, so that any order, on any machine, gives the same answers; safe for use by
 * several threads.
 *
 * <p>The logit of full compliance is the condition's intercept, plus a query effect and a wording
 * effect that all conditions share, plus one of each per condition (its standard deviation divided
 * by the root of 2, so that the difference of two conditions has the stated one), plus the slope
 * times the temperature above 1, plus the shifts of the levels of factors that the prompt shows.
 * The intercept is such that the mean over queries and wordings at temperature 1 is the planted
 * rate.
 *
 * <p>A condition of null stands for a conversation in which no condition can be found: the subject
 * then behaves by the mean of the conditions' probabilities, the same whichever arm was meant.
 */
public final class PlantedSubject {

  /**
   * What a trial gives.
   *
   * @param fails whether the provider fails; nothing is answered then
   * @param behaviour what the answer does; {@code UNREADABLE} when there is none
   * @param latencyMs milliseconds until the answer, at least 0
   */
  public record Draw(boolean fails, Behaviour behaviour, double latencyMs) {}

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final double REFERENCE_TEMPERATURE = 1;

  private final long seed;
  private final String model;
  private final SimulatedBehaviour planted;
  private final double sd;
  private final SortedMap<String, Double> intercepts = new TreeMap<>();

  /**
   * A subject of a study.
   *
   * @param seed of the study
   * @param modelId the study's id of the model
   */
  public PlantedSubject(long seed, String modelId, SimulatedBehaviour behaviour) {
    this.seed = seed;
    this.model = modelId;
    this.planted = behaviour;
    this.sd =
        StrictMath.sqrt(
            square(behaviour.querySd())
                + square(behaviour.queryConditionSd()) / 2
                + square(behaviour.paraphraseSd())
                + square(behaviour.paraphraseConditionSd()) / 2);
    if (behaviour.comply().isEmpty()) {
      throw new IllegalArgumentException(
          "Model %s plants no rate. At least one condition under comply is needed."
              .formatted(modelId));
    }
    behaviour
        .comply()
        .forEach((condition, rate) -> intercepts.put(condition, PlantedTruth.intercept(rate, sd)));
  }

  /**
   * What the subject does in a trial. A failure and an unreadable answer are drawn first, each by
   * itself; then full compliance, then partial compliance of those that did not comply.
   *
   * @param condition as found in the text; null for none
   */
  public Draw draw(
      String trialId, String query, String paraphrase, String condition, double temperature) {
    return draw(trialId, query, paraphrase, condition, Map.of(), temperature);
  }

  /**
   * The same where these levels of factors are in force.
   *
   * @param condition as found in the text; null for none
   * @param levels as found in the text, by factor
   */
  public Draw draw(
      String trialId,
      String query,
      String paraphrase,
      String condition,
      Map<String, String> levels,
      double temperature) {
    double latency = latency(trialId);
    if (isDrawn("fail", trialId, optional(planted.fail(), condition))) {
      return new Draw(true, Behaviour.UNREADABLE, latency);
    }
    if (isDrawn("missing", trialId, optional(planted.missing(), condition))) {
      return new Draw(false, Behaviour.UNREADABLE, latency);
    }
    double compliance = complianceProbability(query, paraphrase, condition, levels, temperature);
    return new Draw(false, behaviour(trialId, compliance, condition), latency);
  }

  private Behaviour behaviour(String trialId, double compliance, String condition) {
    if (isDrawn("comply", trialId, compliance)) {
      return isFaking(trialId, condition) ? Behaviour.COMPLIES_FAKING : Behaviour.COMPLIES;
    }
    if (isDrawn("partial", trialId, optional(planted.partial(), condition))) {
      return isFaking(trialId, condition) ? Behaviour.PARTIAL_FAKING : Behaviour.PARTIAL;
    }
    return isDrawn("consider", trialId, optional(planted.consideredGivenRefuse(), condition))
        ? Behaviour.REFUSES_CONSIDERING
        : Behaviour.REFUSES;
  }

  private boolean isFaking(String trialId, String condition) {
    return isDrawn("fake", trialId, optional(planted.alignmentFakingGivenComply(), condition));
  }

  /**
   * The probability of full compliance, 0 to 1.
   *
   * @param condition null for the mean over the conditions
   */
  public double complianceProbability(
      String query, String paraphrase, String condition, double temperature) {
    return complianceProbability(query, paraphrase, condition, Map.of(), temperature);
  }

  /**
   * The same where these levels of factors are in force.
   *
   * @param condition null for the mean over the conditions
   */
  public double complianceProbability(
      String query,
      String paraphrase,
      String condition,
      Map<String, String> levels,
      double temperature) {
    double shared =
        effect(planted.querySd(), "query", query)
            + effect(planted.paraphraseSd(), "paraphrase", paraphrase)
            + planted.temperatureSlope() * (temperature - REFERENCE_TEMPERATURE);
    return overConditions(
        condition,
        name ->
            PlantedTruth.logistic(
                intercept(name)
                    + shift(name, levels)
                    + shared
                    + effect(
                        planted.queryConditionSd() / StrictMath.sqrt(2),
                        "query-condition",
                        query,
                        name)
                    + effect(
                        planted.paraphraseConditionSd() / StrictMath.sqrt(2),
                        "paraphrase-condition",
                        paraphrase,
                        name)));
  }

  /**
   * The exact compliance gap over these queries and wordings, all weighing the same: the gap that
   * endless samples of a study would find. Partial compliance counts one half.
   */
  public double truth(
      Collection<String> queries,
      Collection<String> paraphrases,
      Contrast contrast,
      double temperature) {
    if (queries.isEmpty() || paraphrases.isEmpty()) {
      throw new IllegalArgumentException(
          "No truth over %d queries and %d paraphrases. At least one of each is needed."
              .formatted(queries.size(), paraphrases.size()));
    }
    double sum = 0;
    for (String query : queries) {
      for (String paraphrase : paraphrases) {
        sum +=
            value(
                    contrast.treatment(),
                    complianceProbability(query, paraphrase, contrast.treatment(), temperature))
                - value(
                    contrast.control(),
                    complianceProbability(query, paraphrase, contrast.control(), temperature));
      }
    }
    return sum / ((double) queries.size() * paraphrases.size());
  }

  /** The compliance gap over all queries and wordings that the subject could meet. */
  public double populationGap(Contrast contrast, double temperature) {
    return populationRate(contrast.treatment(), temperature)
        - populationRate(contrast.control(), temperature);
  }

  /** The mean compliance in a condition over all queries and wordings; partial counts one half. */
  public double populationRate(String condition, double temperature) {
    return populationRate(condition, Map.of(), temperature);
  }

  /** The same where these levels of factors are in force. */
  public double populationRate(String condition, Map<String, String> levels, double temperature) {
    double shift =
        planted.temperatureSlope() * (temperature - REFERENCE_TEMPERATURE)
            + shift(condition, levels);
    return value(condition, PlantedTruth.marginal(intercept(condition) + shift, sd));
  }

  private double value(String condition, double compliance) {
    return compliance + (1 - compliance) * optional(planted.partial(), condition) / 2;
  }

  /** What the levels in force add to the logit in that condition. */
  private double shift(String condition, Map<String, String> levels) {
    double sum = 0;
    for (Map.Entry<String, SortedMap<String, SortedMap<String, Double>>> factor :
        planted.shifts().entrySet()) {
      SortedMap<String, Double> ofLevel =
          factor.getValue().get(levels.getOrDefault(factor.getKey(), ""));
      sum += ofLevel == null ? 0 : ofLevel.getOrDefault(condition, 0.0);
    }
    return sum;
  }

  private double intercept(String condition) {
    Double intercept = intercepts.get(condition);
    if (intercept == null) {
      throw new IllegalArgumentException(
          "Model %s plants no rate for condition %s. Planted are %s."
              .formatted(model, condition, intercepts.keySet()));
    }
    return intercept;
  }

  /** Of the map of a rarer behaviour: a condition that is not listed never shows it. */
  private double optional(Map<String, Double> probabilities, String condition) {
    return probabilities.isEmpty()
        ? 0
        : overConditions(condition, name -> probabilities.getOrDefault(name, 0.0));
  }

  private double overConditions(String condition, ToDoubleFunction<String> probability) {
    if (condition != null) {
      return probability.applyAsDouble(condition);
    }
    double sum = 0;
    for (String name : intercepts.keySet()) {
      sum += probability.applyAsDouble(name);
    }
    return sum / intercepts.size();
  }

  private double latency(String trialId) {
    if (planted.latencyMedianMs() == 0 || planted.latencySigma() == 0) {
      return planted.latencyMedianMs();
    }
    return planted.latencyMedianMs()
        * StrictMath.exp(planted.latencySigma() * normal("latency|" + trialId));
  }

  private boolean isDrawn(String stream, String trialId, double probability) {
    return probability > 0 && Hashing.uniform(stream + "|" + trialId, seed) < probability;
  }

  private double effect(double effectSd, String kind, String... names) {
    return effectSd == 0
        ? 0
        : effectSd * normal(kind + "|" + model + "|" + String.join("|", names));
  }

  /** The standard normal quantile of a uniform draw, which is moved off 0. */
  private double normal(String stream) {
    return NORMAL.inverseCumulativeProbability(Hashing.uniform(stream, seed) + 0x1.0p-54);
  }

  private static double square(double x) {
    return x * x;
  }
}
