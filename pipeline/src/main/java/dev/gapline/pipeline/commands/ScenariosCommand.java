package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.PerturbedScenario;
import dev.gapline.pipeline.files.PublishedText;
import dev.gapline.pipeline.files.RecognitionProbe;
import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.pipeline.files.ShinglesFile;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.tables.TextTable;
import dev.gapline.schemas.Scenario;
import dev.gapline.transforms.prompts.ScenarioCheck;
import dev.gapline.transforms.prompts.Shingles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline scenarios}: lists, shows and checks scenarios. */
@Command(
    name = "scenarios",
    mixinStandardHelpOptions = true,
    description = "List, show, check, perturb or probe scenarios; hash a published text.")
public final class ScenariosCommand implements Runnable {

  private static final int MOST_OVERLAPS = 1_000;
  private static final Pattern OF_WORDING = Pattern.compile("(?i)paraphrase ([A-Za-z0-9_-]+)");

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing required subcommand: list, show, check, perturb, probe or hash.");
  }

  @Command(mixinStandardHelpOptions = true, description = "List the built-in scenarios.")
  int list() {
    TextTable table =
        new TextTable(List.of("scenario", "conditions", "wordings", "queries", "factors", "title"));
    List<Scenario> scenarios =
        Scenarios.builtIn().names().stream().map(Scenarios.builtIn()::read).toList();
    for (Scenario scenario : scenarios) {
      table.add(
          List.of(
              scenario.name(),
              scenario.conditions().stream()
                  .map(Scenario.Condition::name)
                  .collect(Collectors.joining(", ")),
              Integer.toString(scenario.paraphrases().size()),
              Integer.toString(scenario.queries().size()),
              Integer.toString(scenario.factors().size()),
              scenario.title()));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(table.text());
    for (Scenario scenario : scenarios) {
      out.printf("%nfactors of %s, the reference first:%n", scenario.name());
      for (Scenario.ScenarioFactor factor : scenario.factors()) {
        out.printf("  %s: %s%n", factor.name(), String.join(", ", levels(factor)));
      }
    }
    out.flush();
    return ExitStatus.COMPLETE.code();
  }

  private static List<String> levels(Scenario.ScenarioFactor factor) {
    List<String> levels = new ArrayList<>(List.of(factor.reference()));
    factor.levels().stream()
        .map(Scenario.Level::name)
        .filter(level -> !level.equals(factor.reference()))
        .forEach(levels::add);
    return levels;
  }

  @Command(mixinStandardHelpOptions = true, description = "Print a built-in scenario's file.")
  int show(@Parameters(paramLabel = "SCENARIO", description = "Its name.") String name) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(Scenarios.builtIn().text(known(name)));
    out.flush();
    return ExitStatus.COMPLETE.code();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "Check a scenario: its prompts, markers, wordings and simulated answers. Exit status 2 if"
              + " there are problems.")
  int check(
      @Parameters(paramLabel = "NAME|FILE", description = "A built-in scenario, or a file.")
          String nameOrFile)
      throws IOException {
    Scenario scenario = read(nameOrFile);
    Shingles published = published(scenario, nameOrFile);
    ScenarioCheck check = ScenarioCheck.of(scenario);
    PrintWriter out = spec.commandLine().getOut();
    String text = text(nameOrFile);
    check.problems().forEach(problem -> out.println(at(nameOrFile, text, problem)));
    out.print(wordings(check, scenario, published));
    out.print(overlaps(check));
    out.println(
        check.problems().isEmpty()
            ? "%s: no problems.".formatted(nameOrFile)
            : "%s: problems: %d.".formatted(nameOrFile, check.problems().size()));
    out.flush();
    return (check.problems().isEmpty() ? ExitStatus.COMPLETE : ExitStatus.REFUSED).code();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "Write a scenario with perturbations of a wording added: small edits of its system message,"
              + " composed by a seed, each distinct and with every tag in its place.")
  int perturb(
      @Parameters(paramLabel = "NAME|FILE", description = "A built-in scenario, or a file.")
          String nameOrFile,
      @Option(names = "--wording", paramLabel = "ID", defaultValue = "base") String wording,
      @Option(names = "--n", paramLabel = "N", defaultValue = "125") int count,
      @Option(names = "--seed", paramLabel = "N", defaultValue = "1") long seed,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              required = true,
              description = "A new file, for `scenarios:` in a study.")
          Path out)
      throws IOException {
    if (count < 1 || count > PerturbedScenario.MOST) {
      throw new Refused(
          "--n: %d is not valid. 1 to %d is valid.".formatted(count, PerturbedScenario.MOST));
    }
    String text = text(nameOrFile);
    write(out, () -> PerturbedScenario.of(text, wording, count, seed));
    spec.commandLine()
        .getOut()
        .printf("%s: %d perturbations of %s, e001 and so on.%n", out, count, wording);
    return ExitStatus.COMPLETE.code();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "Write a scenario that asks whether a model knows the texts of others, or takes them to be"
              + " made up.")
  int probe(
      @Parameters(
              paramLabel = "NAME|FILE",
              arity = "1..*",
              description = "Built-in scenarios, or files.")
          List<String> namesOrFiles,
      @Option(names = "--name", paramLabel = "NAME", defaultValue = "recognition-probe")
          String name,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              required = true,
              description = "A new file, for `scenarios:` in a study.")
          Path out)
      throws IOException {
    List<Scenario> scenarios = namesOrFiles.stream().map(ScenariosCommand::read).toList();
    write(out, () -> RecognitionProbe.of(name, scenarios));
    spec.commandLine()
        .getOut()
        .printf("%s: a probe of %s.%n", out, String.join(", ", namesOrFiles));
    return ExitStatus.COMPLETE.code();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "Print the SHA-256 of a published system message that you have, for `published:` in a"
              + " scenario, and write the hashes of its runs of four words, by which wordings are"
              + " compared with it. Neither holds the text.")
  int hash(
      @Parameters(paramLabel = "FILE", description = "The text.") Path file,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "A new file beside the scenario's, for `shingles:`.")
          Path out)
      throws IOException {
    String text = PublishedText.read(file);
    Shingles shingles = Shingles.of(text);
    if (shingles.hashes().isEmpty()) {
      throw new Refused("%s has fewer than four words. A longer text is valid.".formatted(file));
    }
    if (out != null) {
      write(out, () -> ShinglesFile.text(shingles));
    }
    PrintWriter stdout = spec.commandLine().getOut();
    stdout.printf("sha256: %s%n", PublishedText.sha256(text));
    stdout.print(
        out == null ? ShinglesFile.text(shingles) : "shingles: %s%n".formatted(out.getFileName()));
    stdout.flush();
    return ExitStatus.COMPLETE.code();
  }

  /** Writes a new file; what cannot be made is refused, and so is a file that is there. */
  private static void write(Path out, Supplier<String> text) throws IOException {
    try {
      Files.writeString(out, text.get(), StandardOpenOption.CREATE_NEW);
    } catch (IllegalArgumentException e) {
      throw new Refused(e.getMessage(), e);
    } catch (FileAlreadyExistsException e) {
      throw new Refused("%s: this file is there already. A new one is valid.".formatted(out), e);
    }
  }

  /** A problem with its file and line, as far as it names a wording, and what mends it. */
  private static String at(String file, String text, String problem) {
    Matcher wording = OF_WORDING.matcher(problem);
    String key = wording.find() ? "  " + wording.group(1) + ":" : "scenario:";
    List<String> lines = text.lines().toList();
    int line = 1;
    while (line < lines.size() && !lines.get(line - 1).startsWith(key)) {
      line++;
    }
    return "%s:%d: %s%s"
        .formatted(
            file,
            line,
            problem,
            problem.startsWith("The signal of ")
                ? " The text in that prompt, or another under `signals`, is valid."
                : "");
  }

  private static String wordings(ScenarioCheck check, Scenario scenario, Shingles published) {
    if (check.wordings().isEmpty()) {
      return "";
    }
    List<String> columns = new ArrayList<>(List.of("wording", "words", "of base"));
    if (published != null) {
      columns.add("overlap with the published text");
    }
    TextTable table = new TextTable(columns);
    for (ScenarioCheck.WordingLength wording : check.wordings()) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  wording.paraphrase(),
                  Integer.toString(wording.words()),
                  decimals(wording.ratioToBase())));
      if (published != null) {
        row.add(decimals(overlap(published, scenario, wording.paraphrase())));
      }
      table.add(row);
    }
    return table.text() + "\n";
  }

  private static Double overlap(Shingles published, Scenario scenario, String wording) {
    return scenario.paraphrases().stream()
        .filter(one -> one.id().equals(wording))
        .map(one -> published.overlap(Shingles.ofSystem(scenario, one)))
        .findFirst()
        .orElse(null);
  }

  private static String overlaps(ScenarioCheck check) {
    if (check.overlaps().isEmpty()) {
      return "";
    }
    TextTable table = new TextTable(List.of("wording", "and", "overlap"));
    if (check.overlaps().size() > MOST_OVERLAPS) {
      return "%d pairs of wordings: too many to list their overlaps.%n%n"
          .formatted(check.overlaps().size());
    }
    for (ScenarioCheck.Overlap overlap : check.overlaps()) {
      table.add(List.of(overlap.one(), overlap.other(), decimals(overlap.jaccard())));
    }
    return table.text() + "\n";
  }

  private static String decimals(Double number) {
    return number == null ? "none" : String.format(Locale.ROOT, "%.2f", number);
  }

  private static String known(String name) {
    if (!Scenarios.builtIn().names().contains(name)) {
      throw new Refused(
          "%s is not a built-in scenario. Valid are %s."
              .formatted(name, String.join(", ", Scenarios.builtIn().names())));
    }
    return name;
  }

  /** The text of the scenario of that name, or of that file. */
  static String text(String nameOrFile) throws IOException {
    return Scenarios.builtIn().names().contains(nameOrFile)
        ? Scenarios.builtIn().text(nameOrFile)
        : Scenarios.text(file(nameOrFile));
  }

  /** The hashes of the published text that a scenario names; null when it names none. */
  static Shingles published(Scenario scenario, String nameOrFile) {
    return Scenarios.builtIn().names().contains(nameOrFile)
        ? null
        : ShinglesFile.of(scenario, file(nameOrFile));
  }

  /** The scenario of that name, or of that file. */
  static Scenario read(String nameOrFile) {
    if (Scenarios.builtIn().names().contains(nameOrFile)) {
      return Scenarios.builtIn().read(nameOrFile);
    }
    return Scenarios.readFile(file(nameOrFile));
  }

  private static Path file(String name) {
    Path file;
    try {
      file = Path.of(name);
    } catch (InvalidPathException e) {
      throw new Refused("The scenario is not a path: %s.".formatted(e.getReason()), e);
    }
    if (!Files.exists(file)) {
      throw new Refused(
          "%s is neither a file nor a built-in scenario. A file or one of %s is valid."
              .formatted(name, String.join(", ", Scenarios.builtIn().names())));
    }
    return file;
  }
}
