package dev.gapline.pipeline;

import dev.gapline.pipeline.commands.PlanCommand;
import dev.gapline.pipeline.commands.QueryCommand;
import dev.gapline.pipeline.commands.RunCommand;
import dev.gapline.pipeline.commands.ScenariosCommand;
import dev.gapline.pipeline.files.InvalidInput;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Refused;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Results go to stdout alone; progress and messages to stderr. */
@Command(
    name = "gapline",
    mixinStandardHelpOptions = true,
    version = "gapline 0.1.0-SNAPSHOT",
    description =
        "Measures how a model's behaviour changes when only the condition changes, such as a free"
            + " tier whose conversations are trained on against a paid tier.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      PlanCommand.class,
      QueryCommand.class,
      ScenariosCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:complete",
      "1:a fault of Gapline's",
      "2:refused before the first call",
      "3:stopped after calls were sent; tables are written and marked partial"
    })
public final class Main {

  private Main() {}

  /** Runs one command and ends the process with its exit status. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command; returns its exit status. */
  public static int run(String... arguments) {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(Main::explain);
    return commandLine.execute(arguments);
  }

  private static int explain(
      Exception fault, CommandLine commandLine, CommandLine.ParseResult parsed) {
    if (fault instanceof InvalidInput || fault instanceof Refused) {
      commandLine.getErr().println(fault.getMessage());
      return ExitStatus.REFUSED.code();
    }
    commandLine.getErr().println("A fault of Gapline's, please report it:");
    fault.printStackTrace(commandLine.getErr());
    return ExitStatus.FAULT.code();
  }
}
