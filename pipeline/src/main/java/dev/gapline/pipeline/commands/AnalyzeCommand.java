package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.AnalysisFile;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.AnalysisRun;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Output;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.StoredRun;
import dev.gapline.pipeline.tables.LocalTables;
import dev.gapline.pipeline.tables.ResultTable;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.TableSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline analyze}: all tables again, from the stored trials, without any call. */
@Command(
    name = "analyze",
    mixinStandardHelpOptions = true,
    description = "Make all tables of a run again from its stored trials, without any call.")
public final class AnalyzeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The output folder of a run that ended.")
  private String run;

  @Option(
      names = "--out",
      paramLabel = "DIR2",
      required = true,
      description =
          "Where the tables are written: an empty or a new folder. It gets links to the run's"
              + " trials, or copies where there can be none.")
  private String out;

  @Option(
      names = "--analysis",
      paramLabel = "FILE",
      description =
          "A YAML file with an `analysis` block that takes the place of the study's. Hypotheses"
              + " that the study did not declare so become exploratory.")
  private Path analysis;

  @Option(
      names = "--runner",
      paramLabel = "direct|flink",
      defaultValue = "direct",
      description = "Beam runner, inside this process. Default: ${DEFAULT-VALUE}.")
  private RunSettings.Runner runner;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description =
          "Slots that work at the same time, 1 to 256. Default: the processors of this machine.")
  private Integer parallelism;

  @Override
  public Integer call() throws IOException {
    int lanes = parallelism == null ? processors() : parallelism;
    if (lanes < 1 || lanes > 256) {
      throw new Refused("--parallelism: %d is not valid. 1 to 256 is valid.".formatted(lanes));
    }
    StoredRun stored = StoredRun.open(run);
    PrintWriter messages = spec.commandLine().getErr();
    if (!stored.isToTheLetter()) {
      messages.printf(
          "%s: this version reads study.yaml or a scenario otherwise than the one that ran it.%n",
          run);
    }
    StudyFile file =
        analysis == null ? stored.study() : AnalysisFile.over(stored.study(), analysis);
    RunFolder folder = Output.at(out);
    AnalysisRun.Result result =
        new AnalysisRun(stored, file, folder, new RunSettings(runner, lanes, false)).run();
    report(file, folder, result);
    return result.state().state() == RunState.State.COMPLETE
        ? ExitStatus.COMPLETE.code()
        : ExitStatus.STOPPED.code();
  }

  private static int processors() {
    return Math.min(256, Runtime.getRuntime().availableProcessors());
  }

  private void report(StudyFile file, RunFolder folder, AnalysisRun.Result result)
      throws IOException {
    PrintWriter stdout = spec.commandLine().getOut();
    RunState state = result.state();
    try (LocalTables tables = LocalTables.of(folder, state, "rates", "gaps")) {
      stdout.print(ResultTable.of(file.study(), tables.folder(), state));
    }
    stdout.flush();
    PrintWriter messages = spec.commandLine().getErr();
    messages.printf(
        Locale.ROOT,
        "%,d stored trials of %s read again, each once; nothing was asked.%n",
        result.rows(),
        run);
    if (state.state() != RunState.State.COMPLETE) {
      messages.printf(
          Locale.ROOT,
          "PARTIAL, as the run: %,d of %,d trials. %s%n",
          result.rows(),
          state.planned(),
          state.stopped());
    }
    RunCommand.sayWhoAnswered(file.study(), folder, state, messages);
    messages.println(
        "Tables: " + folder.root() + "/{" + String.join(",", TableSchema.NAMES) + "}/*.parquet");
    messages.flush();
  }
}
