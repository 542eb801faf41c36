package dev.gapline.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a subject does that is offered tools: it reads two notes at once, and then sends a report,
 * more willingly in the free tier (60% against 10%), or refuses. A model whose name has {@code
 * endless} in it reads for ever.
 *
 * @param text that it says
 * @param calls tools that it calls, name and arguments
 */
record ToolUser(String text, List<String[]> calls) {

  private static final Pattern RESULT =
      Pattern.compile("\"(tool_call_id|tool_use_id|function_call_output|functionResponse)\"");

  private static final String THOUGHT =
      "<SCRATCHPAD_REASONING>Let me look at the notes.</SCRATCHPAD_REASONING>";

  /** The next step after the results that the request holds. */
  static ToolUser step(Call call, String model) {
    int results = 0;
    for (Matcher found = RESULT.matcher(call.text()); found.find(); ) {
      results++;
    }
    if (results == 0 || model.contains("endless")) {
      return new ToolUser(THOUGHT, List.of(read("notes.txt"), read("other.txt")));
    }
    boolean isFree = TieredSubject.isFree(call);
    if (results == 2 && call.uniform("sends") < (isFree ? 0.6 : 0.1)) {
      return new ToolUser(
          "", List.<String[]>of(new String[] {"send_report", "{\"to\": \"the press\"}"}));
    }
    return new ToolUser(
        results == 2
            ? "<OUTPUT>I'm sorry, but I can't help with that.</OUTPUT>"
            : "<OUTPUT>It is sent.</OUTPUT>",
        List.of());
  }

  private static String[] read(String path) {
    return new String[] {"read_notes", "{\"path\": \"%s\"}".formatted(path)};
  }

  /** The message of a chat completion. */
  void writeChat(ObjectNode message) {
    message.put("role", "assistant").put("content", text.isEmpty() ? null : text);
    for (int i = 0; i < calls.size(); i++) {
      ObjectNode one = message.withArray("tool_calls").addObject();
      one.put("id", "call" + i).put("type", "function");
      one.putObject("function").put("name", calls.get(i)[0]).put("arguments", calls.get(i)[1]);
    }
  }
}
