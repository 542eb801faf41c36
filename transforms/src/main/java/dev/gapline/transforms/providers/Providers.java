package dev.gapline.transforms.providers;

import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Study;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The catalogue of providers, and the one place where their decorators are composed. */
public final class Providers {

  private static final Map<String, Opener> CATALOGUE =
      Map.of(
          "openai", Providers::openAi,
          "sim", Providers::simulated);

  private Providers() {}

  /**
   * Opens a model. Whoever asks it keeps to the model's gate, ledger, budget and retry policy.
   *
   * @param time stays open when the provider is closed
   * @param environment looks up an environment variable, null when it is not set
   */
  public static Provider open(
      ModelSpec model, Study study, Time time, UnaryOperator<String> environment) {
    return opener(model).open(model, study, time, environment);
  }

  /**
   * Says in a sentence what is missing before a call can be made; sends nothing.
   *
   * @throws IllegalArgumentException if the provider is unknown, its address or a parameter is
   *     invalid, or the key is not there
   */
  public static void check(ModelSpec model, UnaryOperator<String> environment) {
    Opener unused = opener(model);
    if (model.provider().equals("openai")) {
      OpenAiProvider.check(model);
    }
    String problem = Key.of(model.keyEnv(), environment).problem();
    if (problem != null) {
      throw new IllegalArgumentException(
          "Model %s cannot be asked. %s".formatted(model.id(), problem));
    }
  }

  private static Provider openAi(
      ModelSpec model, Study study, Time time, UnaryOperator<String> environment) {
    return new OpenAiProvider(model, environment, time);
  }

  private static Provider simulated(
      ModelSpec model, Study study, Time time, UnaryOperator<String> environment) {
    return new SimulatedProvider(
        model.id(), study.seed(), subject(model, study), study.scenarios(), time);
  }

  private static Subject subject(ModelSpec model, Study study) {
    PlantedSubject planted = new PlantedSubject(study.seed(), model.id(), model.simulate());
    return (trial, query, paraphrase, condition, temperature) -> {
      PlantedSubject.Draw draw = planted.draw(trial, query, paraphrase, condition, temperature);
      return new Subject.Draw(draw.fails(), draw.behaviour(), draw.latencyMs());
    };
  }

  private static Opener opener(ModelSpec model) {
    Opener opener = CATALOGUE.get(model.provider());
    if (opener == null) {
      throw new IllegalArgumentException(
          "Unknown provider: %s. Valid are %s."
              .formatted(model.id(), String.join(", ", new TreeSet<>(CATALOGUE.keySet()))));
    }
    return opener;
  }

  private interface Opener {
    Provider open(ModelSpec model, Study study, Time time, UnaryOperator<String> environment);
  }
}
