package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.JsonSchemas;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Refused;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a JSON Schema by which an editor completes and checks a file while it is written. */
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    description =
        "Print the JSON Schema of study or scenario files, for editors. What it cannot say,"
            + " `scenarios check` and `plan` do.")
public final class SchemaCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "KIND", description = "study or scenario.")
  private String kind;

  @Override
  public Integer call() {
    if (!JsonSchemas.KINDS.contains(kind)) {
      throw new Refused(
          "%s: there is no such kind of file. Valid are %s."
              .formatted(kind, String.join(", ", JsonSchemas.KINDS)));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(JsonSchemas.text(kind));
    out.flush();
    return ExitStatus.COMPLETE.code();
  }
}
