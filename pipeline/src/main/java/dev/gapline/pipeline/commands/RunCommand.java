package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.Output;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.pipeline.tables.LocalTables;
import dev.gapline.pipeline.tables.ResponseModels;
import dev.gapline.pipeline.tables.ResultTable;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.TableSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gapline run}: asks what is not settled yet, writes the tables, prints the gaps. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Run a study: ask what is not settled yet, write the tables, print the gaps.")
public final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where everything is written. Default: out/STUDY-NAME.")
  private String out;

  @Mixin private StudyArgument study;

  @Mixin private Launch launch;

  @Override
  public Integer call() throws IOException {
    launch.check();
    StudyFile file = study.open();
    RunFolder folder = folder(out, file.study());
    StudyRun.Result result = launch.run(file, folder, spec.commandLine().getErr());
    report(spec.commandLine(), file.study(), folder, result);
    return result.status().code();
  }

  /** The folder of {@code --out}, or the study's own place when that is null. */
  static RunFolder folder(String out, Study toRun) {
    String place = out == null ? "out/" + toRun.name() : out;
    return Output.at(place);
  }

  /** Prints the table, and says how the run ended. */
  static void report(CommandLine commandLine, Study ran, RunFolder folder, StudyRun.Result result)
      throws IOException {
    PrintWriter stdout = commandLine.getOut();
    RunState state = result.state();
    try (LocalTables tables = LocalTables.of(folder, state, "rates", "gaps", "checks")) {
      stdout.print(ResultTable.of(ran, tables.folder(), state));
    }
    stdout.flush();
    PrintWriter messages = commandLine.getErr();
    Launch.sayHowItEnded(result, messages);
    sayWhoAnswered(ran, folder, state, messages);
    messages.println(
        "Tables: " + folder.root() + "/{" + String.join(",", TableSchema.NAMES) + "}/*.parquet");
    messages.flush();
  }

  /** Says when answers came from another model than was asked. */
  static void sayWhoAnswered(Study ran, RunFolder folder, RunState state, PrintWriter messages)
      throws IOException {
    if (!ResponseModels.mayDiffer(ran)) {
      return;
    }
    try (LocalTables trials = LocalTables.of(folder, state, "trials")) {
      ResponseModels.sentence(ran, trials.folder(), state).ifPresent(messages::println);
    }
  }
}
