package dev.gapline.schemas;

import java.util.List;

/**
 * One message of a conversation. A last message of the assistant is the beginning of the answer (a
 * prefill), which the model goes on with.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, or {@code tool} for what a tool gave
 *     back
 * @param toolCalls tools that the assistant asks for; empty for every other role
 * @param toolCallId the call that a tool's message answers; null for every other role
 * @param verbatim an assistant's message with tool calls in the provider's own form, as JSON text:
 *     it may hold signatures, without which the provider does not go on; null for every other
 */
public record Message(
    String role, String content, List<ToolCall> toolCalls, String toolCallId, String verbatim) {

  public Message {
    toolCalls = List.copyOf(toolCalls);
  }

  /** A message of text alone. */
  public Message(String role, String content) {
    this(role, content, List.of(), null, null);
  }
}
