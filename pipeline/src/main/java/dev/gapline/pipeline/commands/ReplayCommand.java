package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Refused;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline replay}: answers on loopback as was recorded, until standard input ends. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description =
        "Serve recorded traffic on loopback until standard input ends. A run with the environment"
            + " variable GAPLINE_RECORD=DIR records it.")
public final class ReplayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The folder of a recording.")
  private Path folder;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "Port on loopback. Default: a free one, which is printed.")
  private int port;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new Refused(
          "%s: there is no such folder. That of a recording is valid.".formatted(folder));
    }
    if (port < 0 || port > 65_535) {
      throw new Refused("--port: %d is not valid. 0 to 65535 is valid.".formatted(port));
    }
    try (RecordedServer server = new RecordedServer(folder, port)) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("http://127.0.0.1:%d%n", server.port());
      out.flush();
      spec.commandLine().getErr().printf("%,d recorded exchanges.%n", server.exchanges());
      while (System.in.read() >= 0) {
        // What is written to it means nothing; only its end does.
      }
    }
    return ExitStatus.COMPLETE.code();
  }
}
