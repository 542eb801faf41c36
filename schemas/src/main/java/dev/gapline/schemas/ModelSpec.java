package dev.gapline.schemas;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * One model of a study and how it is asked.
 *
 * @param id {@code provider/name}, unique in the study
 * @param baseUrl the server's address up to and including {@code /v1}; null for the provider's own
 * @param keyEnv name of the environment variable that holds the key; null for a server without keys
 * @param maxInFlight calls in flight at once, over all workers, at least 1
 * @param requestsPerMinute null for no limit
 * @param tokensPerMinute null for no limit
 * @param maxTokens most tokens of one answer
 * @param timeout of one call
 * @param parameters sent as they are, values as JSON text
 * @param api which of the provider's interfaces is used, such as {@code responses}; null for its
 *     usual one
 * @param mode how calls are sent
 * @param logprobs how many alternatives are asked for at each token, 0 for the token's own
 *     log-probability alone; null for none at all
 * @param price null when unknown
 * @param simulate what is planted in a {@code sim/} model; null for every other
 * @param replay what a {@code replay/} model answers; null for every other
 */
public record ModelSpec(
    String id,
    String baseUrl,
    String keyEnv,
    int maxInFlight,
    Integer requestsPerMinute,
    Long tokensPerMinute,
    int maxTokens,
    Duration timeout,
    SortedMap<String, String> parameters,
    String api,
    Mode mode,
    Integer logprobs,
    Price price,
    SimulatedBehaviour simulate,
    Replay replay)
    implements Serializable {

  /** How calls are sent. */
  public enum Mode {
    /** Each at once. */
    DIRECT,
    /** Many together, through the provider's batch interface; slower, and cheaper. */
    BATCH
  }

  /** A model that is asked through its provider's usual interface, call by call. */
  public ModelSpec(
      String id,
      String baseUrl,
      String keyEnv,
      int maxInFlight,
      Integer requestsPerMinute,
      Long tokensPerMinute,
      int maxTokens,
      Duration timeout,
      SortedMap<String, String> parameters,
      Price price,
      SimulatedBehaviour simulate) {
    this(
        id,
        baseUrl,
        keyEnv,
        maxInFlight,
        requestsPerMinute,
        tokensPerMinute,
        maxTokens,
        timeout,
        parameters,
        null,
        Mode.DIRECT,
        null,
        price,
        simulate,
        null);
  }

  public ModelSpec {
    parameters = Sorted.copyOf(parameters);
    if (id.indexOf('/') < 1 || id.endsWith("/")) {
      throw new IllegalArgumentException(
          "Invalid model: %s. provider/name is valid.".formatted(id));
    }
  }

  /** The same model, asked through that interface, in that mode, for log-probabilities or not. */
  public ModelSpec asked(String through, Mode how, Integer alternatives) {
    return new ModelSpec(
        id,
        baseUrl,
        keyEnv,
        maxInFlight,
        requestsPerMinute,
        tokensPerMinute,
        maxTokens,
        timeout,
        parameters,
        through,
        how,
        alternatives,
        price,
        simulate,
        replay);
  }

  /** The part of the id before the first slash: {@code openai}, {@code sim}. */
  public String provider() {
    return id.substring(0, id.indexOf('/'));
  }

  /** The part of the id after the first slash, as the provider knows the model. */
  public String name() {
    return id.substring(id.indexOf('/') + 1);
  }

  /** Whether its answers come from this machine, without a server: they cost nothing. */
  public boolean isOffline() {
    return provider().equals("sim") || provider().equals("replay");
  }

  /** Whether others host it: it is neither offline nor served on this machine's loopback. */
  public boolean isHosted() {
    if (isOffline()) {
      return false;
    }
    String host = baseUrl() == null ? null : URI.create(baseUrl()).getHost();
    return host == null
        || !(host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
  }

  /**
   * The cost in US dollars of that many prompt and completion tokens, asked as this model is; empty
   * where no price is known.
   */
  public OptionalDouble usd(double promptTokens, double completionTokens) {
    if (price == null) {
      return OptionalDouble.empty();
    }
    double direct = price.of(promptTokens, completionTokens);
    return OptionalDouble.of(mode == Mode.BATCH ? direct * price.batchShare() : direct);
  }

  /** The price, if known. */
  public Optional<Price> knownPrice() {
    return Optional.ofNullable(price);
  }
}
