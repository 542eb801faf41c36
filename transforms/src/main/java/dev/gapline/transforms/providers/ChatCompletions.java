package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.ModelSpec;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/** OpenAI's chat completions, which many servers speak: {@code POST base_url/chat/completions}. */
final class ChatCompletions implements Wire {

  /** Where a model without a {@code base_url} is asked. */
  static final String OPENAI = "https://api.openai.com/v1";

  /** What a request sets itself; a parameter of the same name would make two of them. */
  private static final Set<String> RESERVED =
      Set.of(
          "model",
          "messages",
          "temperature",
          "seed",
          "max_tokens",
          "max_completion_tokens",
          "n",
          "stream",
          "logprobs",
          "top_logprobs");

  private static final String EXAMPLE =
      """
      {"model":"canned","choices":[{"finish_reason":"stop","message":{"role":"assistant",\
      "content":"Yes."}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""";

  private final URI address;
  private final String maxTokensField;

  private ChatCompletions(URI address, String maxTokensField) {
    this.address = address;
    this.maxTokensField = maxTokensField;
  }

  /**
   * For that model.
   *
   * @throws IllegalArgumentException if its address or a parameter is invalid
   */
  static ChatCompletions of(ModelSpec model) {
    Addresses.checkParameters(model, RESERVED);
    return new ChatCompletions(
        Addresses.of(model, OPENAI, "/chat/completions"),
        // OpenAI's own models refuse the older name, other servers do not know the newer one.
        model.baseUrl() == null ? "max_completion_tokens" : "max_tokens");
  }

  @Override
  public URI address(Request request) {
    return address;
  }

  @Override
  public Map<String, String> headers(Key key) {
    return key.isNone() ? Map.of() : Map.of("Authorization", "Bearer " + key.value());
  }

  @Override
  public byte[] body(Request request) {
    return ChatRequest.bytesOf(request, maxTokensField);
  }

  @Override
  public Completion read(int status, byte[] body) {
    return ChatReply.read(status, body);
  }

  @Override
  public String example() {
    return EXAMPLE;
  }
}
