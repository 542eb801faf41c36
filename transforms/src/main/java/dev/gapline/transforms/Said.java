package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.ToolCall;
import dev.gapline.schemas.ToolUse;
import java.util.ArrayList;
import java.util.List;

/** What a model said and did in a trial, from what it was sent last and what it answered. */
final class Said {

  private Said() {}

  /** The beginning that the last reply was given; empty for none. */
  static String prefill(List<Message> messages) {
    Message last = messages.get(messages.size() - 1);
    return last.role().equals("assistant") ? last.content() : "";
  }

  /**
   * The answer as it is read: with the beginning that it was given, after what was said between
   * tool calls since the user spoke last, and with all tool calls of the trial.
   */
  static Completion asRead(List<Message> messages, Completion completion) {
    if (completion.isFailure()) {
      return completion;
    }
    Response response = completion.response();
    String text = response.text() == null ? "" : response.text();
    String prefill = prefill(messages);
    if (!prefill.isEmpty()) {
      return Completion.of(response.withText(prefill + text));
    }
    List<ToolCall> calls = new ArrayList<>();
    List<String> said = new ArrayList<>();
    for (Message message : messages) {
      if (message.role().equals("user")) {
        said.clear();
      } else if (message.role().equals("assistant") && !message.content().isBlank()) {
        said.add(message.content());
      }
      calls.addAll(message.toolCalls());
    }
    if (calls.isEmpty()) {
      return completion;
    }
    calls.addAll(response.toolCalls());
    if (!text.isBlank()) {
      said.add(text);
    }
    return Completion.of(response.withText(String.join("\n\n", said)).withToolCalls(calls));
  }

  /** Every call of a tool with its result, in order. */
  static List<ToolUse> toolUses(List<Message> messages, Response response) {
    List<ToolUse> uses = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      List<ToolCall> calls = messages.get(i).toolCalls();
      for (int k = 0; k < calls.size(); k++) {
        uses.add(use(i, calls.get(k), messages.get(i + 1 + k).content()));
      }
    }
    if (response != null) {
      response.toolCalls().forEach(call -> uses.add(use(messages.size(), call, null)));
    }
    return uses;
  }

  private static ToolUse use(int message, ToolCall call, String result) {
    return new ToolUse(message, call.id(), call.name(), call.arguments(), result);
  }

  /** The messages as they were sent, from their stored texts and the calls beside them. */
  static List<Message> asSent(List<Message> texts, List<ToolUse> uses) {
    if (uses.isEmpty()) {
      return texts;
    }
    List<Message> messages = new ArrayList<>(texts);
    for (int i = 0; i < messages.size(); i++) {
      List<ToolCall> calls = callsOf(i, uses);
      if (!calls.isEmpty()) {
        messages.set(
            i, new Message(texts.get(i).role(), texts.get(i).content(), calls, null, null));
        for (int k = 0; k < calls.size() && i + 1 + k < messages.size(); k++) {
          messages.set(
              i + 1 + k,
              new Message(
                  "tool", texts.get(i + 1 + k).content(), List.of(), calls.get(k).id(), null));
        }
      }
    }
    return messages;
  }

  /** The calls that the reply at that place made. */
  static List<ToolCall> callsOf(int message, List<ToolUse> uses) {
    return uses.stream()
        .filter(use -> use.message() == message)
        .map(use -> new ToolCall(use.id(), use.name(), use.arguments()))
        .toList();
  }
}
