package dev.gapline.transforms.prompts;

import dev.gapline.schemas.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * The rendered script of one trial: what is sent first, what the user says after each reply, and
 * how the last reply begins. It depends on nothing but the plan.
 *
 * @param opening the messages of the first call
 * @param followUps what the user says after the first reply, the second, and so on
 * @param prefill the beginning of the last reply, which the model goes on with; null for none
 */
public record Conversation(List<Message> opening, List<String> followUps, String prefill) {

  public Conversation {
    opening = List.copyOf(opening);
    followUps = List.copyOf(followUps);
  }

  /** Calls that it takes, 1 at least. */
  public int turns() {
    return 1 + followUps.size();
  }

  /**
   * The messages of the call that comes after these replies.
   *
   * @throws IllegalArgumentException when there is no further turn
   */
  public List<Message> after(List<String> replies) {
    if (replies.size() > followUps.size()) {
      throw new IllegalArgumentException(
          "There are %d turns, and none after %d replies.".formatted(turns(), replies.size()));
    }
    if (replies.isEmpty() && (prefill == null || !followUps.isEmpty())) {
      return opening;
    }
    List<Message> messages = new ArrayList<>(opening);
    for (int i = 0; i < replies.size(); i++) {
      messages.add(new Message("assistant", replies.get(i)));
      messages.add(new Message("user", followUps.get(i)));
    }
    if (prefill != null && replies.size() == followUps.size()) {
      messages.add(new Message("assistant", prefill));
    }
    return List.copyOf(messages);
  }
}
