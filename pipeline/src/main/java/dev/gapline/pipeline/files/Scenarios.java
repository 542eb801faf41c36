package dev.gapline.pipeline.files;

import dev.gapline.schemas.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The catalogue of built-in scenarios, and the reader of any scenario file. */
public final class Scenarios {

  private static final Catalogue BUILT_IN =
      new Catalogue(
          "scenarios",
          List.of(
              "animal-welfare",
              "helpful-only",
              "value-conflict",
              "value-probe",
              "recognition-probe"));

  private final List<String> names;
  private final Function<String, SourceText> open;

  /** Each is read at most once. */
  private final Map<String, Scenario> read = new ConcurrentHashMap<>();

  private Scenarios(List<String> names, Function<String, SourceText> open) {
    this.names = List.copyOf(names);
    this.open = open;
  }

  /** Those that come with Gapline. */
  public static Scenarios builtIn() {
    return new Scenarios(BUILT_IN.names(), BUILT_IN::open);
  }

  /** Those texts by name, in the place of what comes with Gapline. */
  static Scenarios of(Map<String, String> texts) {
    return new Scenarios(
        List.copyOf(new TreeMap<>(texts).keySet()),
        name -> new SourceText("scenarios/" + name + ".yaml", texts.get(name)));
  }

  /** The scenario of a file, validated. */
  public static Scenario readFile(Path file) {
    return ScenarioReader.read(SourceText.read(file, ScenarioReader.MAX_BYTES));
  }

  /** The text of a scenario file. */
  public static String text(Path file) {
    return SourceText.read(file, ScenarioReader.MAX_BYTES).text();
  }

  /** Their names, in the order in which they are listed to a person. */
  public List<String> names() {
    return names;
  }

  /** The scenario with that name, validated. */
  public Scenario read(String name) {
    return read.computeIfAbsent(name, unread -> ScenarioReader.read(source(unread)));
  }

  /** The text of the scenario with that name. */
  public String text(String name) {
    return source(name).text();
  }

  /** Whether this very scenario comes with the catalogue, not merely one of the same name. */
  public boolean has(Scenario scenario) {
    return names.contains(scenario.name()) && read(scenario.name()).equals(scenario);
  }

  private SourceText source(String name) {
    if (!names.contains(name)) {
      throw new InvalidInput(
          "scenario: \"%s\" is not a built-in scenario. %sValid: %s."
              .formatted(name, Suggestion.of(name, names), String.join(", ", names)));
    }
    return open.apply(name);
  }
}
