package dev.gapline.pipeline.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.RunStatus;
import dev.gapline.pipeline.runs.StoredState;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline status}: how a run stands, counted from its ledger. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description =
        "Show how a run stands, counted from its ledger: also while another process works on it,"
            + " and after that has died.")
public final class StatusCommand implements Callable<Integer> {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  /** How the answer is printed. */
  enum Format {
    TEXT,
    JSON
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The output folder of a run.")
  private Path folder;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "How the answer is printed. Default: ${DEFAULT-VALUE}.")
  private Format format;

  @Override
  public Integer call() throws IOException {
    RunFolder run = RunFolder.at(folder);
    RunState state = StoredState.require(run, folder);
    RunStatus status = RunStatus.of(run, state, Clock.systemUTC());
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case TEXT -> status.lines().forEach(out::println);
      case JSON -> out.println(JSON.writeValueAsString(status));
    }
    out.flush();
    return ExitStatus.COMPLETE.code();
  }
}
