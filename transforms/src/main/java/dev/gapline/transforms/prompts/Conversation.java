package dev.gapline.transforms.prompts;

import dev.gapline.schemas.Message;
import dev.gapline.schemas.OfferedTool;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rendered script of one trial: what is sent first, what the user says after each reply, how
 * the last reply begins, and what tools give back. It depends on nothing but the plan.
 *
 * @param opening the messages of the first call
 * @param followUps what the user says after the first reply, the second, and so on
 * @param prefill the beginning of the last reply, which the model goes on with; null for none
 * @param tools that every call offers
 */
public record Conversation(
    List<Message> opening, List<String> followUps, String prefill, Tools tools) {

  public Conversation {
    opening = List.copyOf(opening);
    followUps = List.copyOf(followUps);
  }

  /** The messages of the first call. */
  public List<Message> first() {
    return followUps.isEmpty() ? begun(opening) : opening;
  }

  /**
   * The messages of the call that comes after these replies; empty when the conversation is over. A
   * reply that calls tools gets their results; after {@link Tools#rounds} of them in one turn the
   * conversation ends, and so it does after a reply of which nothing can follow.
   */
  public Optional<List<Message>> after(List<Response> replies) {
    List<Message> messages = new ArrayList<>(opening);
    int turn = 0;
    int round = 0;
    for (Response reply : replies) {
      boolean calls = !tools.isNone() && !reply.toolCalls().isEmpty();
      if (calls && round < tools.rounds()) {
        messages.add(
            new Message("assistant", said(reply), reply.toolCalls(), null, reply.verbatim()));
        for (ToolCall call : reply.toolCalls()) {
          messages.add(new Message("tool", tools.result(call), List.of(), call.id(), null));
        }
        round++;
      } else if (calls || turn == followUps.size() || said(reply).isBlank()) {
        return Optional.empty(); // Interfaces take no reply that says nothing.
      } else {
        messages.add(new Message("assistant", said(reply)));
        messages.add(new Message("user", followUps.get(turn)));
        turn++;
        round = 0;
      }
    }
    return Optional.of(turn == followUps.size() && round == 0 ? begun(messages) : messages);
  }

  private List<Message> begun(List<Message> messages) {
    if (prefill == null) {
      return messages;
    }
    List<Message> all = new ArrayList<>(messages);
    all.add(new Message("assistant", prefill));
    return all;
  }

  private static String said(Response reply) {
    return reply.text() == null ? "" : reply.text();
  }

  /** What the model is told of the tools. */
  public List<OfferedTool> offered() {
    return tools.offered();
  }
}
