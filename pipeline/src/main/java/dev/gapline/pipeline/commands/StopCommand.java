package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.RunStatus;
import dev.gapline.pipeline.runs.StoredState;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline stop}: ends in order what works on an output, wherever it does. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description =
        "Stop what works on an output, here or on a cluster: nothing more is sent, what is in flight"
            + " is waited for, and the tables of what is there are written.")
public final class StopCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The output folder of a run.")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    RunFolder run = RunFolder.at(folder);
    RunStatus status = RunStatus.of(run, StoredState.require(run, folder), Clock.systemUTC());
    if (status.process() == null) {
      throw new Refused("%s: nothing works on this output.".formatted(folder));
    }
    new StopSignal(run, status.leg()).raise("Stopped by gapline stop.");
    spec.commandLine()
        .getErr()
        .printf("Nothing more is sent by %s; it ends in order.%n", status.process());
    return ExitStatus.COMPLETE.code();
  }
}
