package dev.gapline.transforms.providers;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.SimulatedBehaviour;
import java.util.SortedMap;

/**
 * Draws every trial by its condition's planted probabilities alone, without effects of query,
 * paraphrase or temperature and without latency. A stand-in until the planted subject is there.
 */
final class IndependentSubject implements Subject {

  private final long seed;
  private final SimulatedBehaviour planted;

  IndependentSubject(long seed, SimulatedBehaviour planted) {
    this.seed = seed;
    this.planted = planted;
  }

  @Override
  public Draw draw(
      String trialId, String query, String paraphrase, String condition, double temperature) {
    boolean fails = happens("fail", trialId, planted.fail(), condition);
    return new Draw(fails, behaviour(trialId, condition), planted.latencyMedianMs());
  }

  private Behaviour behaviour(String trialId, String condition) {
    if (happens("missing", trialId, planted.missing(), condition)) {
      return Behaviour.UNREADABLE;
    }
    if (happens("comply", trialId, planted.comply(), condition)) {
      return happens("fakes", trialId, planted.alignmentFakingGivenComply(), condition)
          ? Behaviour.COMPLIES_FAKING
          : Behaviour.COMPLIES;
    }
    if (happens("partial", trialId, planted.partial(), condition)) {
      return Behaviour.PARTIAL;
    }
    return happens("considers", trialId, planted.consideredGivenRefuse(), condition)
        ? Behaviour.REFUSES_CONSIDERING
        : Behaviour.REFUSES;
  }

  private boolean happens(
      String what, String trialId, SortedMap<String, Double> probabilities, String condition) {
    double probability = condition == null ? 0 : probabilities.getOrDefault(condition, 0.0);
    return Hashing.uniform(what + "|" + trialId, seed) < probability;
  }
}
