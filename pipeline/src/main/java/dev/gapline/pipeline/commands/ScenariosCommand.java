package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.tables.TextTable;
import dev.gapline.schemas.Scenario;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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
              scenario.factors().stream()
                  .map(Scenario.ScenarioFactor::name)
                  .collect(Collectors.joining(", ")),
              scenario.title()));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(table.text());
    out.flush();
    return ExitStatus.COMPLETE.code();
  }

  @Command(mixinStandardHelpOptions = true, description = "Print a built-in scenario's file.")
  int show(@Parameters(paramLabel = "SCENARIO", description = "Its name.") String name) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(Scenarios.builtIn().text(known(name)));
    out.flush();
    return ExitStatus.COMPLETE.code();
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
  static Scenario read(String nameOrFile) {
    return Scenarios.builtIn().names().contains(nameOrFile)
        ? Scenarios.builtIn().read(nameOrFile)
        : Scenarios.readFile(Path.of(nameOrFile));
  }
}
