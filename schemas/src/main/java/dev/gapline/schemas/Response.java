package dev.gapline.schemas;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a model answered.
 *
 * @param text as it came, without reasoning and without tool calls; a prefill is not part of it
 * @param reasoning the provider's own reasoning field; null when it sent none, or withheld it
 * @param reasoningForm in what form reasoning came; null when there was none
 * @param toolCalls tools that the model asks for, in order
 * @param verbatim an answer with tool calls in the provider's own form, as JSON text, to be sent
 *     back with their results; null for every other answer
 * @param logprobs log-probabilities of the answer's tokens as JSON text: a list of {@code ["token",
 *     -0.1, [["alternative", -0.1], ..]]}, natural logarithms of probabilities at temperature 1,
 *     before any sampler; null when none came
 * @param finishReason as the provider names it ({@code stop}, {@code length}); null when unsaid
 * @param model as the provider names it; null when unsaid
 * @param promptTokens null when unsaid, as are the other counts
 * @param notes what is odd about the answer, such as a parameter that the server ignored; one word
 *     each, for the column {@code flags}
 * @param attempts calls made, at least 1
 */
public record Response(
    String text,
    String reasoning,
    ReasoningForm reasoningForm,
    List<ToolCall> toolCalls,
    String verbatim,
    String logprobs,
    String finishReason,
    String model,
    Long promptTokens,
    Long completionTokens,
    Long reasoningTokens,
    List<String> notes,
    int attempts) {

  private static final Set<String> CUT_OFF =
      Set.of("length", "max_tokens", "max_output_tokens", "model_context_window_exceeded");

  public Response {
    toolCalls = List.copyOf(toolCalls);
    notes = List.copyOf(notes);
  }

  /** An answer of text alone; reasoning, if there is some, came in full. */
  public Response(
      String text,
      String reasoning,
      String finishReason,
      String model,
      Long promptTokens,
      Long completionTokens,
      Long reasoningTokens,
      int attempts) {
    this(
        text,
        reasoning,
        reasoning == null ? null : ReasoningForm.FULL,
        List.of(),
        null,
        null,
        finishReason,
        model,
        promptTokens,
        completionTokens,
        reasoningTokens,
        List.of(),
        attempts);
  }

  /** Whether the answer stopped at the token limit, in the words of any provider. */
  public boolean isTruncated() {
    return finishReason != null && CUT_OFF.contains(finishReason.toLowerCase(Locale.ROOT));
  }

  /** The same response with other text. */
  public Response withText(String other) {
    return with(other, toolCalls, notes, attempts);
  }

  /** The same response with other tool calls. */
  public Response withToolCalls(List<ToolCall> others) {
    return with(text, others, notes, attempts);
  }

  /** The same response with these words on what is odd about it. */
  public Response withNotes(List<String> words) {
    return with(text, toolCalls, words, attempts);
  }

  /** The same response after that many calls. */
  public Response afterAttempts(int calls) {
    return with(text, toolCalls, notes, calls);
  }

  private Response with(
      String newText, List<ToolCall> newToolCalls, List<String> newNotes, int newAttempts) {
    return new Response(
        newText,
        reasoning,
        reasoningForm,
        newToolCalls,
        verbatim,
        logprobs,
        finishReason,
        model,
        promptTokens,
        completionTokens,
        reasoningTokens,
        newNotes,
        newAttempts);
  }
}
