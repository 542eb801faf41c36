package dev.gapline.pipeline.files;

import dev.gapline.schemas.Scenario.Condition;
import dev.gapline.schemas.Scenario.Level;
import dev.gapline.schemas.Scenario.ScenarioFactor;
import dev.gapline.schemas.Signals;
import dev.gapline.schemas.Signals.Marker;
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
        new Signals(new TreeMap<>(), new TreeMap<>(), new TreeMap<>()),
        value -> {
          Fields fields = value.fields("signals", "conditions", "factors", "hides", "sections");
          List<String> names = ScenarioReader.names(conditions);
          return new Signals(
              fields.read("conditions", new TreeMap<>(), map -> markers(map, "a condition", names)),
              fields.read("factors", new TreeMap<>(), map -> factors(map, factors)),
              fields.read("hides", new TreeMap<>(), map -> hides(map, factors)),
              fields.read("sections", List.of(), list -> sections(list, conditions)));
        });
  }

  private static SortedMap<String, SortedMap<String, List<String>>> hides(
      Value value, List<ScenarioFactor> factors) {
    List<String> names = factors.stream().map(ScenarioFactor::name).toList();
    SortedMap<String, SortedMap<String, List<String>>> hides = new TreeMap<>();
    value
        .named("a factor", "A map such as {system_prompt: {none: [objective_info]}}")
        .forEach(
            (name, byLevel) -> {
              refuseUnknown(byLevel, name, "a factor", names);
              List<String> levels = levels(factors.get(names.indexOf(name)));
              SortedMap<String, List<String>> hidden = new TreeMap<>();
              byLevel
                  .named("a level of " + name, "A map from levels to lists of factors")
                  .forEach(
                      (level, list) -> {
                        refuseUnknown(list, level, "a level of " + name, levels);
                        hidden.put(
                            level,
                            list.someItems("A list of factors").stream()
                                .map(item -> item.oneOf("a factor", names))
                                .toList());
                      });
              hides.put(name, hidden);
            });
    return hides;
  }

  private static List<String> sections(Value value, List<Condition> conditions) {
    List<String> variables =
        conditions.stream()
            .flatMap(condition -> condition.values().keySet().stream())
            .distinct()
            .toList();
    return value.distinct(
        "A list of variables, such as [is_first],",
        item -> item.oneOf("a variable of the conditions", variables));
  }

  private static List<String> levels(ScenarioFactor factor) {
    return factor.levels().stream().map(Level::name).toList();
  }

  private static SortedMap<String, SortedMap<String, Marker>> factors(
      Value value, List<ScenarioFactor> factors) {
    List<String> names = factors.stream().map(ScenarioFactor::name).toList();
    SortedMap<String, SortedMap<String, Marker>> signals = new TreeMap<>();
    value
        .named("a factor", "A map from factors to markers")
        .forEach(
            (name, markers) -> {
              refuseUnknown(markers, name, "a factor", names);
              List<String> levels = levels(factors.get(names.indexOf(name)));
              signals.put(name, markersOfLevels(markers, "a level of " + name, levels));
            });
    return signals;
  }

  private static SortedMap<String, String> markers(Value value, String what, List<String> arms) {
    SortedMap<String, String> texts = new TreeMap<>();
    markersOfLevels(value, what, arms)
        .forEach(
            (name, marker) -> {
              if (marker.any().size() > 1 || !marker.none().isEmpty()) {
                throw value.refuseUnseen(
                    "%s has more than one text. A single one is valid.".formatted(name));
              }
              texts.put(name, marker.any().get(0));
            });
    return texts;
  }

  private static SortedMap<String, Marker> markersOfLevels(
      Value value, String what, List<String> arms) {
    SortedMap<String, Marker> markers = new TreeMap<>();
    Map<String, Value> entries = value.named(what, "A map from names to literal text");
    for (Map.Entry<String, Value> entry : entries.entrySet()) {
      refuseUnknown(entry.getValue(), entry.getKey(), what, arms);
      Marker marker = marker(entry.getValue());
      for (Marker other : markers.values()) {
        if (areAlike(marker, other)) {
          String sentence = "is part of another arm's marker or holds it. Distinct text is valid.";
          throw entry.getValue().isMap() || entry.getValue().isList()
              ? entry.getValue().refuseUnseen("one of its texts " + sentence)
              : entry.getValue().refuse(sentence);
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

  private static Marker marker(Value value) {
    if (value.isMap()) {
      Fields fields = value.fields("a marker", "any", "none");
      return new Marker(
          texts(fields.required("any", "A list of texts")),
          fields.read("none", List.of(), SignalsReader::texts));
    }
    return new Marker(texts(value), List.of());
  }

  private static List<String> texts(Value value) {
    return value.isList()
        ? value.someItems("A list of texts").stream()
            .map(item -> item.words("Literal text of the prompt"))
            .toList()
        : List.of(value.words("Literal text of the prompt"));
  }

  /** Whether a text of one could stand for the other, where nothing else tells them apart. */
  private static boolean areAlike(Marker one, Marker other) {
    return one.none().isEmpty()
        && other.none().isEmpty()
        && one.any().stream()
            .anyMatch(
                text ->
                    other.any().stream()
                        .anyMatch(that -> text.contains(that) || that.contains(text)));
  }

  private static void refuseUnknown(Value at, String name, String what, List<String> known) {
    if (!known.contains(name)) {
      throw at.refuseName(name, what, known);
    }
  }
}
