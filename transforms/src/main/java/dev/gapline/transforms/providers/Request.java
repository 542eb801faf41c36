package dev.gapline.transforms.providers;

import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.OfferedTool;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.ToolCall;
import dev.gapline.schemas.TrialId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * One conversation turn, exactly as it is sent. Two are equal if their keys are.
 *
 * <p>The key is computed once: hashing a long prompt over and over was nearly half of what a call
 * cost in processor time.
 */
public final class Request {

  /** Version of {@link #key}; another way to compute keys is another version. */
  private static final String KEY_VERSION = "key-v1";

  private final TrialId trial;
  private final String scenario;
  private final String query;
  private final String paraphrase;
  private final String endpoint;
  private final String model;
  private final List<Message> messages;
  private final List<OfferedTool> tools;
  private final Temperature temperature;
  private final int maxTokens;
  private final long seed;
  private final SortedMap<String, String> parameters;
  private final Integer logprobs;
  private final String key;

  /** A turn with these parts; each is described at the method that gives it back. */
  public Request(
      TrialId trial,
      String scenario,
      String query,
      String paraphrase,
      String endpoint,
      String model,
      List<Message> messages,
      List<OfferedTool> tools,
      Temperature temperature,
      int maxTokens,
      long seed,
      SortedMap<String, String> parameters,
      Integer logprobs) {
    this.trial = trial;
    this.scenario = scenario;
    this.query = query;
    this.paraphrase = paraphrase;
    this.endpoint = endpoint;
    this.model = model;
    this.messages = List.copyOf(messages);
    this.tools = List.copyOf(tools);
    this.temperature = temperature;
    this.maxTokens = maxTokens;
    this.seed = seed;
    this.parameters = parameters;
    this.logprobs = logprobs;
    this.key = keyOf();
  }

  /** A turn without tools. */
  public Request(
      TrialId trial,
      String scenario,
      String query,
      String paraphrase,
      String endpoint,
      String model,
      List<Message> messages,
      Temperature temperature,
      int maxTokens,
      long seed,
      SortedMap<String, String> parameters,
      Integer logprobs) {
    this(
        trial,
        scenario,
        query,
        paraphrase,
        endpoint,
        model,
        messages,
        List.of(),
        temperature,
        maxTokens,
        seed,
        parameters,
        logprobs);
  }

  /** The trial that asks; two trials never share an answer. */
  public TrialId trial() {
    return trial;
  }

  /**
   * Name of the scenario, by which a simulated subject finds its markers and answers; never sent.
   */
  public String scenario() {
    return scenario;
  }

  /** Id of the query, by which a simulated subject finds its query effect; never sent. */
  public String query() {
    return query;
  }

  /** Id of the wording, likewise. */
  public String paraphrase() {
    return paraphrase;
  }

  /** Label of the server that is asked, such as its base address. */
  public String endpoint() {
    return endpoint;
  }

  /** Name of the model as the provider knows it. */
  public String model() {
    return model;
  }

  /** The conversation so far. */
  public List<Message> messages() {
    return messages;
  }

  /** Tools that the model may call. */
  public List<OfferedTool> tools() {
    return tools;
  }

  /** Of the sampling. */
  public Temperature temperature() {
    return temperature;
  }

  /** Most tokens of the answer. */
  public int maxTokens() {
    return maxTokens;
  }

  /** Of the sampling, derived from the trial; a server is sent its lower 31 bits. */
  public long seed() {
    return seed;
  }

  /** Sent as they are; values are JSON text. */
  public SortedMap<String, String> parameters() {
    return parameters;
  }

  /** How many alternatives are asked for at each token; null for no log-probabilities. */
  public Integer logprobs() {
    return logprobs;
  }

  /**
   * The key of this request's answer in the ledger, 32 hexadecimal digits: a hash of the trial's id
   * and of everything that shapes the answer. Timeouts, limits and prices are not part of it;
   * scenario, query and paraphrase are, through the trial.
   */
  public String key() {
    return key;
  }

  private String keyOf() {
    List<String> parts = new ArrayList<>();
    parts.add(KEY_VERSION);
    parts.add(trial.text());
    parts.add(endpoint);
    parts.add(model);
    parts.add(temperature.text());
    parts.add(Integer.toString(maxTokens));
    parts.add(Long.toString(seed));
    parts.add(Integer.toString(parameters.size()));
    parameters.forEach(
        (name, value) -> {
          parts.add(name);
          parts.add(value);
        });
    for (Message message : messages) {
      parts.add(message.role());
      parts.add(message.content());
      for (ToolCall call : message.toolCalls()) {
        parts.addAll(List.of("tool-call", call.id(), call.name(), call.arguments()));
      }
      if (message.toolCallId() != null) {
        parts.addAll(List.of("tool-call-id", message.toolCallId()));
      }
      if (message.verbatim() != null) {
        parts.addAll(List.of("verbatim", message.verbatim()));
      }
    }
    for (OfferedTool tool : tools) {
      parts.addAll(List.of("tool", tool.name(), tool.description(), tool.parameters()));
    }
    if (logprobs != null) {
      parts.addAll(List.of("logprobs", logprobs.toString()));
    }
    return Hashing.hex(16, parts.toArray(String[]::new));
  }

  /** Whether it is the same turn of the same trial. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Request request && key.equals(request.key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  @Override
  public String toString() {
    return "Request[%s, trial %s]".formatted(key, trial.text());
  }
}
