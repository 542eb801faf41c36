package dev.gapline.transforms.providers;

import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.stores.Store;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The catalogue of providers, and the one place where their decorators are composed. */
public final class Providers {

  /**
   * A provider that is reached over the web.
   *
   * @param keyVariable where its key is by custom
   * @param wire how a model of it is spoken to
   */
  private record Web(String keyVariable, Function<ModelSpec, Wire> wire) {}

  private static final Map<String, Web> WEB =
      Map.of(
          "anthropic", new Web("ANTHROPIC_API_KEY", AnthropicMessages::of),
          "google", new Web("GEMINI_API_KEY", GeminiContent::of),
          "openai", new Web("OPENAI_API_KEY", Providers::openAi));

  /** Answers from transcripts, which whoever opens the model has to bring. */
  public static final String REPLAY = "replay";

  private static final Map<String, Opener> OTHERS = Map.of("sim", Providers::simulated);

  private Providers() {}

  /**
   * Opens a model. Whoever asks it keeps to the model's gate, ledger, budget and retry policy.
   *
   * @param time stays open when the provider is closed
   * @param environment looks up an environment variable, null when it is not set
   * @param run where a model that is asked in batches writes them down
   */
  public static Provider open(
      ModelSpec model, Study study, Time time, UnaryOperator<String> environment, Store run) {
    Web web = WEB.get(model.provider());
    if (web == null) {
      return opener(model).open(model, study, time, environment);
    }
    Wire wire = web.wire().apply(model);
    return model.mode() == ModelSpec.Mode.BATCH
        ? new BatchProvider(model, wire, batches(model), base(model), environment, time, run)
        : new HttpProvider(model, wire, environment, time);
  }

  /** Whether a provider has a batch interface that is spoken here. */
  public static boolean hasBatches(String provider) {
    return provider.equals("anthropic") || provider.equals("openai");
  }

  private static BatchWire batches(ModelSpec model) {
    if (model.provider().equals("anthropic")) {
      return new AnthropicBatches();
    }
    if (!model.provider().equals("openai")) {
      throw new IllegalArgumentException(
          "Invalid mode of %s: its batch interface is not spoken here.".formatted(model.id()));
    }
    return new OpenAiBatches(
        OpenAiResponses.NAME.equals(model.api()) ? "/v1/responses" : "/v1/chat/completions");
  }

  private static URI base(ModelSpec model) {
    return Addresses.of(
        model,
        model.provider().equals("anthropic") ? AnthropicMessages.ANTHROPIC : ChatCompletions.OPENAI,
        "");
  }

  /**
   * Says in a sentence what is missing before a call can be made; sends nothing.
   *
   * @throws IllegalArgumentException if the provider is unknown, its address or a parameter is
   *     invalid, or the key is not there
   */
  public static void check(ModelSpec model, UnaryOperator<String> environment) {
    Web web = WEB.get(model.provider());
    if (web == null) {
      Opener unused = opener(model);
    } else {
      Wire unused = web.wire().apply(model);
    }
    String problem = Key.of(model.keyEnv(), environment).problem();
    if (problem != null) {
      throw new IllegalArgumentException(
          "Model %s cannot be asked. %s".formatted(model.id(), problem));
    }
  }

  private static Wire openAi(ModelSpec model) {
    return OpenAiResponses.NAME.equals(model.api())
        ? OpenAiResponses.of(model)
        : ChatCompletions.of(model);
  }

  /** The interfaces of a provider beside its usual one. */
  public static Set<String> apis(String provider) {
    return provider.equals("openai") ? Set.of(OpenAiResponses.NAME) : Set.of();
  }

  private static Provider simulated(
      ModelSpec model, Study study, Time time, UnaryOperator<String> environment) {
    if (model.simulate() == null) {
      return new SimulatedJudge(model, study);
    }
    return new SimulatedProvider(
        model.id(),
        study.seed(),
        subject(model, study),
        model.simulate().shifts().keySet(),
        study.scenarios(),
        time);
  }

  private static Subject subject(ModelSpec model, Study study) {
    PlantedSubject planted = new PlantedSubject(study.seed(), model.id(), model.simulate());
    return (trial, query, paraphrase, condition, levels, temperature) -> {
      PlantedSubject.Draw draw =
          planted.draw(trial, query, paraphrase, condition, levels, temperature);
      return new Subject.Draw(draw.fails(), draw.behaviour(), draw.latencyMs());
    };
  }

  private static Opener opener(ModelSpec model) {
    Opener opener = OTHERS.get(model.provider());
    if (opener == null) {
      throw new IllegalArgumentException(
          "Unknown provider: %s. Valid are %s.".formatted(model.id(), String.join(", ", names())));
    }
    return opener;
  }

  /** The names of all providers, in order. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>(WEB.keySet());
    names.addAll(OTHERS.keySet());
    names.add(REPLAY);
    return names;
  }

  /** The variable that holds a provider's key by custom; empty if it has no keys. */
  public static Optional<String> keyVariable(String provider) {
    return Optional.ofNullable(WEB.get(provider)).map(Web::keyVariable);
  }

  private interface Opener {
    Provider open(ModelSpec model, Study study, Time time, UnaryOperator<String> environment);
  }
}
