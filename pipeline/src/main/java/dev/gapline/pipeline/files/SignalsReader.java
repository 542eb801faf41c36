package dev.gapline.pipeline.files;

import dev.gapline.schemas.Scenario.Condition;
import dev.gapline.schemas.Scenario.Level;
import dev.gapline.schemas.Scenario.ScenarioFactor;
import dev.gapline.schemas.Signals;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The {@code signals} block of a scenario file: markers that tell the arms of an axis apart. */
final class SignalsReader {

  private SignalsReader() {}

  static Signals read(Fields scenario, List<Condition> conditions, List<ScenarioFactor> factors) {
    return scenario.read(
        "signals",
        new Signals(new TreeMap<>(), new TreeMap<>()),
        value -> {
          Fields fields = value.fields("signals", "conditions", "factors");
          List<String> names = ScenarioReader.names(conditions);
          return new Signals(
              fields.read("conditions", new TreeMap<>(), map -> markers(map, "a condition", names)),
              fields.read("factors", new TreeMap<>(), map -> factors(map, factors)));
        });
  }

  private static SortedMap<String, SortedMap<String, String>> factors(
      Value value, List<ScenarioFactor> factors) {
    List<String> names = factors.stream().map(ScenarioFactor::name).toList();
    SortedMap<String, SortedMap<String, String>> signals = new TreeMap<>();
    value
        .named("a factor", "A map from factors to markers")
        .forEach(
            (name, markers) -> {
              refuseUnknown(markers, name, "a factor", names);
              List<String> levels =
                  factors.get(names.indexOf(name)).levels().stream().map(Level::name).toList();
              signals.put(name, markers(markers, "a level of " + name, levels));
            });
    return signals;
  }

  private static SortedMap<String, String> markers(Value value, String what, List<String> arms) {
    SortedMap<String, String> markers = new TreeMap<>();
    Map<String, Value> entries = value.named(what, "A map from names to literal text");
    for (Map.Entry<String, Value> entry : entries.entrySet()) {
      refuseUnknown(entry.getValue(), entry.getKey(), what, arms);
      String marker = entry.getValue().words("Literal text of the prompt");
      for (String other : markers.values()) {
        if (marker.contains(other) || other.contains(marker)) {
          throw entry
              .getValue()
              .refuse("is part of another arm's marker or holds it. Distinct text is valid.");
        }
      }
      markers.put(entry.getKey(), marker);
    }
    if (arms.size() - markers.size() > 1) {
      throw value.refuseUnseen(
          "more than one of %s has no marker. At most one without is valid."
              .formatted(String.join(", ", arms)));
    }
    return markers;
  }

  private static void refuseUnknown(Value at, String name, String what, List<String> known) {
    if (!known.contains(name)) {
      throw at.refuseUnseen(
          "\"%s\" is not %s. %sValid: %s."
              .formatted(name, what, Suggestion.of(name, known), String.join(", ", known)));
    }
  }
}
