package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.tables.TextTable;
import dev.gapline.schemas.Scenario;
import dev.gapline.transforms.prompts.ScenarioCheck;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline scenarios}: lists, shows and checks scenarios. */
@Command(
    name = "scenarios",
    mixinStandardHelpOptions = true,
    description = "List, show or check scenarios.")
public final class ScenariosCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing required subcommand: list, show or check.");
  }

  @Command(mixinStandardHelpOptions = true, description = "List the built-in scenarios.")
  int list() {
    TextTable table =
        new TextTable(List.of("scenario", "conditions", "wordings", "queries", "factors", "title"));
    for (String name : Scenarios.builtIn().names()) {
      Scenario scenario = Scenarios.builtIn().read(name);
      table.add(
          List.of(
              name,
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
    for (String name : Scenarios.builtIn().names()) {
      out.printf("%nfactors of %s, the reference first:%n", name);
      for (Scenario.ScenarioFactor factor : Scenarios.builtIn().read(name).factors()) {
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
          String nameOrFile) {
    ScenarioCheck check = ScenarioCheck.of(read(nameOrFile));
    PrintWriter out = spec.commandLine().getOut();
    check.problems().forEach(out::println);
    out.print(wordings(check));
    out.print(overlaps(check));
    out.println(
        check.problems().isEmpty()
            ? "%s: no problems.".formatted(nameOrFile)
            : "%s: problems: %d.".formatted(nameOrFile, check.problems().size()));
    out.flush();
    return (check.problems().isEmpty() ? ExitStatus.COMPLETE : ExitStatus.REFUSED).code();
  }

  private static String wordings(ScenarioCheck check) {
    if (check.wordings().isEmpty()) {
      return "";
    }
    TextTable table = new TextTable(List.of("wording", "words", "of base"));
    for (ScenarioCheck.WordingLength wording : check.wordings()) {
      table.add(
          List.of(
              wording.paraphrase(),
              Integer.toString(wording.words()),
              decimals(wording.ratioToBase())));
    }
    return table.text() + "\n";
  }

  private static String overlaps(ScenarioCheck check) {
    if (check.overlaps().isEmpty()) {
      return "";
    }
    TextTable table = new TextTable(List.of("wording", "and", "overlap"));
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

  /** The scenario of that name, or of that file. */
  private static Scenario read(String nameOrFile) {
    if (Scenarios.builtIn().names().contains(nameOrFile)) {
      return Scenarios.builtIn().read(nameOrFile);
    }
    Path file;
    try {
      file = Path.of(nameOrFile);
    } catch (InvalidPathException e) {
      throw new Refused("The scenario is not a path: %s.".formatted(e.getReason()), e);
    }
    if (!Files.exists(file)) {
      throw new Refused(
          "%s is neither a file nor a built-in scenario. A file or one of %s is valid."
              .formatted(nameOrFile, String.join(", ", Scenarios.builtIn().names())));
    }
    return Scenarios.readFile(file);
  }
}
