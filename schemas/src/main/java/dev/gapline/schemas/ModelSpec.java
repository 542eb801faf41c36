package dev.gapline.schemas;

import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
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
 * @param parameters sent as they are, values as JSON text (a number, a boolean or a quoted string)
 * @param price null when unknown
 * @param simulate what is planted in a {@code sim/} model; null for every other
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
    Price price,
    SimulatedBehaviour simulate)
    implements Serializable {

  public ModelSpec {
    parameters = Sorted.copyOf(parameters);
    if (id.indexOf('/') < 1 || id.endsWith("/")) {
      throw new IllegalArgumentException(
          "Invalid model: %s. provider/name is valid.".formatted(id));
    }
  }

  /** The part of the id before the first slash: {@code openai}, {@code sim}. */
  public String provider() {
    return id.substring(0, id.indexOf('/'));
  }

  /** The part of the id after the first slash, as the provider knows the model. */
  public String name() {
    return id.substring(id.indexOf('/') + 1);
  }

  /** The price, if known. */
  public Optional<Price> knownPrice() {
    return Optional.ofNullable(price);
  }
}
