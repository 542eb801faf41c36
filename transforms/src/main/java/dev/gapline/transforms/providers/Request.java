package dev.gapline.transforms.providers;

import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.ToolCall;
import dev.gapline.schemas.TrialId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * One conversation turn, exactly as it is sent.
 *
 * @param trial the trial that asks; two trials never share an answer
 * @param scenario name of the scenario, by which a simulated subject finds its markers and answers;
 *     never sent
 * @param query id of the query, by which a simulated subject finds its query effect; never sent
 * @param paraphrase id of the wording, likewise
 * @param endpoint label of the server that is asked, such as its base address
 * @param model name as the provider knows it
 * @param seed of the sampling, derived from the trial; a server is sent its lower 31 bits
 * @param parameters sent as they are; values are JSON text
 * @param logprobs how many alternatives are asked for at each token; null for no log-probabilities
 */
public record Request(
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

  /** Version of {@link #key}; another way to compute keys is another version. */
  private static final String KEY_VERSION = "key-v1";

  public Request {
    messages = List.copyOf(messages);
  }

  /**
   * The key of this request's answer in the ledger, 32 hexadecimal digits: a hash of the trial's id
   * and of everything that shapes the answer. Timeouts, limits and prices are not part of it;
   * scenario, query and paraphrase are, through the trial.
   */
  public String key() {
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
    }
    if (logprobs != null) {
      parts.addAll(List.of("logprobs", logprobs.toString()));
    }
    return Hashing.hex(16, parts.toArray(String[]::new));
  }
}
