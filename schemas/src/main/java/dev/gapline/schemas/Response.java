package dev.gapline.schemas;

/**
 * What a model answered.
 *
 * @param text as it came
 * @param reasoning the provider's own reasoning field; null when it sent none
 * @param finishReason as the provider names it ({@code stop}, {@code length}); null when unsaid
 * @param model as the provider names it; null when unsaid
 * @param promptTokens null when unsaid, as are the other counts
 * @param attempts calls made, at least 1
 */
public record Response(
    String text,
    String reasoning,
    String finishReason,
    String model,
    Long promptTokens,
    Long completionTokens,
    Long reasoningTokens,
    int attempts) {

  /** The same response after that many calls. */
  public Response afterAttempts(int calls) {
    return new Response(
        text,
        reasoning,
        finishReason,
        model,
        promptTokens,
        completionTokens,
        reasoningTokens,
        calls);
  }
}
