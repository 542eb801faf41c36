package dev.gapline.pipeline.files;

import dev.gapline.schemas.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The {@code tools} of a scenario file. */
final class ToolsReader {

  /** What every provider takes. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");

  private static final int MOST_TOOLS = 64;
  private static final int ROUNDS = 8;
  private static final int MOST_ROUNDS = 50;

  private ToolsReader() {}

  static List<Tool> read(Fields fields, TemplateCheck check) {
    List<Tool> tools = new ArrayList<>();
    fields
        .optional("tools")
        .ifPresent(
            value -> {
              Map<String, Value> named = value.someNamed("a tool", "A map from names to tools");
              if (named.size() > MOST_TOOLS) {
                throw value.refuseUnseen(
                    "%d tools are given. At most %d are valid."
                        .formatted(named.size(), MOST_TOOLS));
              }
              named.forEach((name, tool) -> tools.add(tool(name, tool, check)));
            });
    return tools;
  }

  /** How many replies of one turn get results for their calls. */
  static int rounds(Fields fields, boolean hasTools) {
    if (!hasTools) {
      fields
          .optional("tool_rounds")
          .ifPresent(
              value -> {
                throw value.refuse("the scenario offers no tools. Leaving it out is valid.");
              });
    }
    return fields.whole("tool_rounds", ROUNDS, "a number of replies", MOST_ROUNDS);
  }

  private static Tool tool(String name, Value value, TemplateCheck check) {
    if (!NAME.matcher(name).matches()) {
      throw value.refuseUnseen(
          "\"%s\" is not a name of a tool. At most 64 letters, digits, dashes and underscores are valid."
              .formatted(Value.clipped(name)));
    }
    Fields fields = value.fields("a tool", "description", "parameters", "results");
    String schema = "A JSON Schema, such as {type: object, properties: {path: {type: string}}},";
    Value parameters = fields.required("parameters", schema);
    if (!parameters.isMap()
        || !parameters.named("a key", schema).containsKey("type")
        || !parameters.named("a key", schema).get("type").text("object").equals("object")) {
      throw parameters.refuseUnseen(
          "the arguments of a tool are an object. " + schema.replaceAll(",$", "") + " is valid.");
    }
    Value results = fields.required("results", "A list of results, such as [{give: Done.}],");
    List<Tool.Result> given = new ArrayList<>();
    for (Value item : results.someItems("A list of results, such as [{give: Done.}],")) {
      if (!given.isEmpty() && given.get(given.size() - 1).when().isEmpty()) {
        throw item.refuseUnseen(
            "it is never given: the result before it has no `when`. That one last is valid.");
      }
      given.add(result(item, check));
    }
    if (!given.get(given.size() - 1).when().isEmpty()) {
      throw results.refuseUnseen(
          "a call may meet none of them. A last result without `when` is valid.");
    }
    return new Tool(
        name,
        check.template(fields.required("description", "What the model is told of it")),
        JsonText.of(parameters, "parameters"),
        given);
  }

  private static Tool.Result result(Value value, TemplateCheck check) {
    Fields fields = value.fields("a result", "when", "give");
    SortedMap<String, String> when = new TreeMap<>();
    fields
        .optional("when")
        .ifPresent(
            arguments ->
                arguments
                    .named("an argument", "A map from arguments to values, such as {path: a.txt}")
                    .forEach((name, wanted) -> when.put(name, JsonText.of(wanted, name))));
    return new Tool.Result(
        when, check.template(fields.required("give", "What the tool gives back")));
  }
}
