package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;
import java.util.SortedMap;

/**
 * A tool that a scenario offers. Nothing is run: what it gives back is written in the scenario.
 *
 * @param name by which the model calls it
 * @param description template of what the model is told of it
 * @param parameters the JSON Schema of its arguments, as JSON text
 * @param results the first whose conditions a call meets is given back; the last has none
 */
public record Tool(String name, String description, String parameters, List<Result> results)
    implements Serializable {

  public Tool {
    results = List.copyOf(results);
  }

  /**
   * What a tool gives back.
   *
   * @param when arguments that the call must have, with their values as JSON text; empty for any
   * @param give template of the text
   */
  public record Result(SortedMap<String, String> when, String give) implements Serializable {

    public Result {
      when = Sorted.copyOf(when);
    }
  }
}
