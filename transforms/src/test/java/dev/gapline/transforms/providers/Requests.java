package dev.gapline.transforms.providers;

import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.OfferedTool;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.TrialId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Models and requests to begin a test with. */
final class Requests {

  private Requests() {}

  static ModelSpec model(String id, String baseUrl, String keyEnv, Duration timeout) {
    return model(id, baseUrl, keyEnv, timeout, Map.of());
  }

  static ModelSpec model(
      String id, String baseUrl, String keyEnv, Duration timeout, Map<String, String> parameters) {
    SortedMap<String, String> sorted = new TreeMap<>(parameters);
    return new ModelSpec(id, baseUrl, keyEnv, 8, null, null, 256, timeout, sorted, null, null);
  }

  static Request request(ModelSpec model, String trial, String prompt) {
    return request(model, trial, List.of(new Message("user", prompt)));
  }

  static Request request(ModelSpec model, String trial, List<Message> messages) {
    return request(model, trial, messages, List.of());
  }

  static Request request(ModelSpec model, List<Message> messages, List<OfferedTool> tools) {
    return request(model, "t1", messages, tools);
  }

  private static Request request(
      ModelSpec model, String trial, List<Message> messages, List<OfferedTool> tools) {
    return new Request(
        new TrialId(trial),
        "animal-welfare",
        "aw001",
        "base",
        "test",
        model.name(),
        messages,
        tools,
        Temperature.of("0.70"),
        model.maxTokens(),
        0xdeadbeefcafef00dL,
        model.parameters(),
        model.logprobs());
  }
}
