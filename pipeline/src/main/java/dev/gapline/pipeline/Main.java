package dev.gapline.pipeline;

import dev.gapline.pipeline.commands.AnalyzeCommand;
import dev.gapline.pipeline.commands.ClassifyCommand;
import dev.gapline.pipeline.commands.LedgerCommand;
import dev.gapline.pipeline.commands.MultiverseCommand;
import dev.gapline.pipeline.commands.ParaphraseCommand;
import dev.gapline.pipeline.commands.PilotCommand;
import dev.gapline.pipeline.commands.PlanCommand;
import dev.gapline.pipeline.commands.QueryCommand;
import dev.gapline.pipeline.commands.ReplayCommand;
import dev.gapline.pipeline.commands.RunCommand;
import dev.gapline.pipeline.commands.ScenariosCommand;
import dev.gapline.pipeline.commands.SchemaCommand;
import dev.gapline.pipeline.commands.StatusCommand;
import dev.gapline.pipeline.commands.StopCommand;
import dev.gapline.pipeline.commands.SubmitCommand;
import dev.gapline.pipeline.files.InvalidInput;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.JobLost;
import dev.gapline.pipeline.runs.Refused;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
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
      SubmitCommand.class,
      PilotCommand.class,
      PlanCommand.class,
      StatusCommand.class,
      StopCommand.class,
      QueryCommand.class,
      ClassifyCommand.class,
      AnalyzeCommand.class,
      MultiverseCommand.class,
      LedgerCommand.class,
      ReplayCommand.class,
      ScenariosCommand.class,
      ParaphraseCommand.class,
      SchemaCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:complete",
      "1:a fault of Gapline's",
      "2:refused before the first call, or turned away by a model at its first",
      "3:stopped after calls were sent; tables are written and marked partial"
    })
public final class Main {

  /** Java has no exception of its own for it. */
  private static final Pattern FULL_DISK =
      Pattern.compile("(?:No space left on device|Disk quota exceeded)$");

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
    if (fault instanceof JobLost) {
      commandLine
          .getErr()
          .println(fault.getMessage() + " What was settled is kept. The same command continues.");
      return ExitStatus.STOPPED.code();
    }
    Optional<String> full = fullDisk(fault);
    if (full.isPresent()) {
      commandLine
          .getErr()
          .println(
              "The disk is full: %s. What was settled is kept. Make room, then the same command continues."
                  .formatted(full.get()));
      return ExitStatus.FAULT.code();
    }
    commandLine.getErr().println("A fault of Gapline's, please report it:");
    fault.printStackTrace(commandLine.getErr());
    return ExitStatus.FAULT.code();
  }

  /** The system's words for a disk or a quota that is used up, if that is what is behind it. */
  private static Optional<String> fullDisk(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      if (cause instanceof IOException && message != null && FULL_DISK.matcher(message).find()) {
        return Optional.of(message);
      }
    }
    return Optional.empty();
  }
}
