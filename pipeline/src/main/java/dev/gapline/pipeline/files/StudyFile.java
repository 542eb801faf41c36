package dev.gapline.pipeline.files;

import dev.gapline.schemas.Sorted;
import dev.gapline.schemas.Study;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * A study as read from a file, with what must be kept beside its resolved form.
 *
 * @param study validated
 * @param resolved the study as YAML, every default written out; scenarios that are not built in are
 *     {@code scenarios/NAME.yaml} in it
 * @param scenarioFiles text as read by file name ({@code NAME.yaml}) of every scenario that is not
 *     built in
 */
public record StudyFile(Study study, String resolved, SortedMap<String, String> scenarioFiles) {

  private static final Catalogue BUILT_IN =
      new Catalogue(
          "studies",
          List.of(
              "quickstart",
              "helpful-only-after-greenblatt",
              "animal-welfare-after-greenblatt",
              "prefix-sensitivity",
              "rlhf-info-ablation",
              "three-tier",
              "minor-wording",
              "low-temperature",
              "threat-realism",
              "scratchpad-and-system-prompt",
              "reasoning-channels",
              "value-conflict",
              "oversight-probability",
              "unverbalised-faking",
              "blind-spot",
              "minimal-replication",
              "delivery-by-documents",
              "delivery-by-rl",
              "five-tier",
              "swapped-tiers",
              "organisation",
              "consequences",
              "harm-and-risk",
              "user-history",
              "what-the-model-thinks",
              "value-endorsement",
              "recognition",
              "reality",
              "purpose"));

  public StudyFile {
    scenarioFiles = Sorted.copyOf(scenarioFiles);
  }

  /** Names of the built-in studies. */
  public static List<String> builtIn() {
    return BUILT_IN.names();
  }

  /** The study of a file. */
  public static Study read(Path file) {
    return open(file).study();
  }

  /** The study of a command line's STUDY: a file, or the name of a built-in study. */
  public static Study read(String argument) {
    return open(argument).study();
  }

  /** The study of a file, and its resolved form. */
  public static StudyFile open(Path file) {
    return open(file, Scenarios.builtIn());
  }

  /**
   * The study of a command line's STUDY, and its resolved form. A name without a slash and without
   * {@code .yaml} at its end is built in, unless there is a file of that name.
   */
  public static StudyFile open(String argument) {
    return open(argument, Scenarios.builtIn());
  }

  /**
   * The study of a command line's STUDY with the prices of that file; without one, with those of
   * {@code prices.yaml} in the study's folder, or in the current folder for a built-in study. A
   * price in the study itself outranks them.
   *
   * @param prices null for none
   */
  public static StudyFile open(String argument, Path prices) {
    return open(
        argument,
        Scenarios.builtIn(),
        folder -> prices == null ? Prices.beside(folder) : Prices.read(prices));
  }

  static StudyFile open(String argument, Scenarios catalogue) {
    return open(argument, catalogue, folder -> Prices.NONE);
  }

  private static StudyFile open(
      String argument, Scenarios catalogue, Function<Path, Prices> prices) {
    Path path;
    try {
      path = Path.of(argument);
    } catch (InvalidPathException e) {
      throw new InvalidInput(
          "study: the argument is not a path: %s. A file or one of %s is valid."
              .formatted(e.getReason(), String.join(", ", builtIn())),
          e);
    }
    boolean isName =
        !argument.contains("/") && !argument.endsWith(".yaml") && !argument.endsWith(".yml");
    boolean exists = !argument.isEmpty() && Files.exists(path);
    if (exists || !isName) {
      return open(path, catalogue, prices);
    }
    if (!builtIn().contains(argument)) {
      throw new InvalidInput(
          "study: \"%s\" is neither a file nor a built-in study. %sA file or one of %s is valid."
              .formatted(
                  argument, Suggestion.of(argument, builtIn()), String.join(", ", builtIn())));
    }
    return of(
        BUILT_IN.open(argument),
        new ScenarioReferences(catalogue, null),
        catalogue,
        prices.apply(Path.of("")));
  }

  static StudyFile open(Path file, Scenarios catalogue) {
    return open(file, catalogue, folder -> Prices.NONE);
  }

  private static StudyFile open(Path file, Scenarios catalogue, Function<Path, Prices> prices) {
    SourceText source = SourceText.read(file, StudyReader.MAX_BYTES);
    Path parent = file.getParent();
    Path folder = parent == null ? Path.of("") : parent;
    return of(source, new ScenarioReferences(catalogue, folder), catalogue, prices.apply(folder));
  }

  static StudyFile of(SourceText source, ScenarioReferences references, Scenarios catalogue) {
    return of(source, references, catalogue, Prices.NONE);
  }

  static StudyFile of(
      SourceText source, ScenarioReferences references, Scenarios catalogue, Prices prices) {
    Study study = StudyReader.read(source, references, prices);
    return new StudyFile(study, StudyYaml.write(study, catalogue), references.files());
  }
}
