package dev.gapline.pipeline.files;

import dev.gapline.schemas.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Resolves a study's scenarios: names of the catalogue, or files in the folder of the study. */
final class ScenarioReferences {

  private static final String VALID = "A path inside the folder of the study file is valid.";

  private final Scenarios catalogue;
  private final Path folder;
  private final SortedMap<String, String> files = new TreeMap<>();

  /** Files are looked for in {@code folder}; null allows the names of the catalogue alone. */
  ScenarioReferences(Scenarios catalogue, Path folder) {
    this.catalogue = catalogue;
    this.folder = folder;
  }

  /** Text by file name of every scenario that is not of the catalogue, once all are read. */
  SortedMap<String, String> files() {
    return files;
  }

  /** The folder in which files are looked for; null for none. */
  Path folder() {
    return folder;
  }

  List<Scenario> read(Value value) {
    List<Scenario> scenarios = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Value item : value.someItems("A list of scenarios, such as [animal-welfare],")) {
      Scenario scenario = scenario(item);
      if (!names.add(scenario.name())) {
        throw item.refuse(
            "gives the scenario %s twice. Each scenario once is valid.".formatted(scenario.name()));
      }
      scenarios.add(scenario);
    }
    return scenarios;
  }

  private Scenario scenario(Value item) {
    if (item.isMap()) {
      String text = DerivedScenario.text(item, this::source, folder);
      return kept(new SourceText("scenarios", text));
    }
    String reference = item.words("The name of a scenario, or a path,");
    return catalogue.names().contains(reference) ? catalogue.read(reference) : kept(source(item));
  }

  /** The scenario of a text that is to be kept with the run. */
  private Scenario kept(SourceText source) {
    Scenario scenario = ScenarioReader.read(source);
    if (!catalogue.has(scenario)) {
      files.put(scenario.name() + ".yaml", source.text());
    }
    return scenario;
  }

  private SourceText source(Value item) {
    String reference = item.words("The name of a scenario, or a path,");
    if (catalogue.names().contains(reference)) {
      return new SourceText(reference, catalogue.text(reference));
    }
    boolean isPath =
        reference.contains("/")
            || reference.contains("\\")
            || reference.endsWith(".yaml")
            || reference.endsWith(".yml");
    if (folder == null || !isPath) {
      throw item.refuse(
          "is not a scenario. %sValid: %s%s."
              .formatted(
                  Suggestion.of(reference, catalogue.names()),
                  String.join(", ", catalogue.names()),
                  folder == null ? "" : ", or the path of a .yaml file"));
    }
    return SourceText.read(inside(folder, item, reference), ScenarioReader.MAX_BYTES);
  }

  /** The path of a file whose real place, links followed, is in the folder. */
  static Path inside(Path folder, Value item, String reference) {
    Path path;
    try {
      path = folder.resolve(reference).normalize();
      Path home = folder.toAbsolutePath().normalize();
      if (Path.of(reference).isAbsolute() || !path.toAbsolutePath().normalize().startsWith(home)) {
        throw leaves(item);
      }
    } catch (InvalidPathException e) {
      throw item.refuse("is not a path: %s. %s".formatted(e.getReason(), VALID));
    }
    if (!Files.exists(path)) {
      throw item.refuse("does not exist: there is no file %s. %s".formatted(path, VALID));
    }
    try {
      if (!path.toRealPath().startsWith(folder.toRealPath())) {
        throw leaves(item);
      }
    } catch (IOException e) {
      throw item.refuse("cannot be read: %s. %s".formatted(e.getMessage(), VALID));
    }
    return path;
  }

  private static InvalidInput leaves(Value item) {
    return item.refuse("leaves the folder of the study file. " + VALID);
  }
}
