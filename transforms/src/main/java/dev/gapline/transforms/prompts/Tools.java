package dev.gapline.transforms.prompts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gapline.schemas.OfferedTool;
import dev.gapline.schemas.Tool;
import dev.gapline.schemas.ToolCall;
import java.util.List;
import java.util.Map;

/**
 * The tools of a trial, their templates rendered. Nothing is run: a call gets the first result
 * whose conditions its arguments meet.
 *
 * @param offered what the model is told of each
 * @param results of each, in the same order: the rendered text of each of its results
 * @param tools as the scenario has them, in the same order
 * @param rounds replies of one turn whose calls get results
 */
public record Tools(
    List<OfferedTool> offered, List<List<String>> results, List<Tool> tools, int rounds) {

  static final Tools NONE = new Tools(List.of(), List.of(), List.of(), 0);

  private static final JsonMapper JSON = new JsonMapper();

  public boolean isNone() {
    return tools.isEmpty();
  }

  /** What a call gets back. */
  String result(ToolCall call) {
    for (int i = 0; i < tools.size(); i++) {
      Tool tool = tools.get(i);
      if (tool.name().equals(call.name())) {
        JsonNode arguments = parsed(call.arguments());
        for (int k = 0; k < tool.results().size(); k++) {
          if (meets(arguments, tool.results().get(k))) {
            return results.get(i).get(k);
          }
        }
      }
    }
    return "There is no tool named %s.".formatted(call.name());
  }

  private static boolean meets(JsonNode arguments, Tool.Result result) {
    for (Map.Entry<String, String> wanted : result.when().entrySet()) {
      if (!isSame(parsed(wanted.getValue()), arguments.path(wanted.getKey()))) {
        return false;
      }
    }
    return true;
  }

  /** Numbers are the same whatever their form: 1 and 1.0. */
  private static boolean isSame(JsonNode one, JsonNode other) {
    boolean areNumbers = one.isNumber() && other.isNumber();
    return areNumbers ? one.decimalValue().compareTo(other.decimalValue()) == 0 : one.equals(other);
  }

  /** A missing node for what is no JSON: a model may write anything. */
  private static JsonNode parsed(String json) {
    try {
      return json == null ? JSON.missingNode() : JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }
}
