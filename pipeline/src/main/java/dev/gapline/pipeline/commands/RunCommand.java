package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.KeyCheck;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Output;
import dev.gapline.pipeline.runs.Progressing;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.pipeline.tables.LocalTables;
import dev.gapline.pipeline.tables.ResponseModels;
import dev.gapline.pipeline.tables.ResultTable;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline run}: asks what is not settled yet, writes the tables, prints the gaps. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Run a study: ask what is not settled yet, write the tables, print the gaps.")
public final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "STUDY", description = "A study file, or a built-in study: quickstart.")
  private String study;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where everything is written. Default: out/STUDY-NAME.")
  private String out;

  @Option(
      names = "--runner",
      paramLabel = "direct|flink",
      defaultValue = "direct",
      description = "Beam runner, inside this process. Default: ${DEFAULT-VALUE}.")
  private RunSettings.Runner runner;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Slots that work at the same time, 1 to 256; they wait more than they compute. Default:"
              + " ${DEFAULT-VALUE}.")
  private int parallelism;

  @Mixin private Ceilings ceilings;

  @Option(names = "--yes", description = "Do not ask before calls that may cost money.")
  private boolean yes;

  @Override
  public Integer call() throws IOException {
    if (parallelism < 1 || parallelism > 256) {
      throw new Refused(
          "--parallelism: %d is not valid. 1 to 256 is valid.".formatted(parallelism));
    }
    StudyFile file = ceilings.open(study);
    KeyCheck.missing(file.study().models(), System.getenv())
        .ifPresent(
            sentence -> {
              throw new Refused(sentence);
            });
    Supported.check(file.study());
    Ceilings.refuseTooLow(StudyPlan.of(file.study()), parallelism);
    RunFolder folder = folder(out, file.study());
    PrintWriter messages = spec.commandLine().getErr();
    Consent.ask(file.study(), folder, yes, messages);
    StudyRun.Result result =
        new StudyRun(
                file,
                folder,
                new RunSettings(runner, parallelism, false),
                new Progressing(StudyPlan.of(file.study()), messages))
            .run();
    report(file.study(), folder, result);
    return result.status().code();
  }

  /** The folder of {@code --out}, or the study's own place when that is null. */
  static RunFolder folder(String out, Study toRun) {
    String place = out == null ? "out/" + toRun.name() : out;
    return Output.at(place);
  }

  private void report(Study ran, RunFolder folder, StudyRun.Result result) throws IOException {
    PrintWriter stdout = spec.commandLine().getOut();
    RunState state = result.state();
    try (LocalTables tables = LocalTables.of(folder, state, "rates", "gaps", "checks")) {
      stdout.print(ResultTable.of(ran, tables.folder(), state));
    }
    stdout.flush();
    PrintWriter messages = spec.commandLine().getErr();
    if (result.status() == ExitStatus.COMPLETE) {
      messages.printf(
          Locale.ROOT,
          "%,d rows in trials == %,d trials of the grid: every trial is there exactly once"
              + " (%,d reused, %,d failed).%n",
          result.rows(),
          state.planned(),
          state.reused(),
          state.failed());
    } else {
      messages.printf(
          Locale.ROOT,
          "PARTIAL: stopped after %,d of %,d trials. %s The same command continues.%n",
          result.rows(),
          state.planned(),
          state.stopped());
    }
    sayWhoAnswered(ran, folder, state, messages);
    messages.println("Tables: " + folder.root() + "/{trials,rates,gaps}/*.parquet");
    messages.flush();
  }

  private static void sayWhoAnswered(
      Study ran, RunFolder folder, RunState state, PrintWriter messages) throws IOException {
    if (!ResponseModels.mayDiffer(ran)) {
      return;
    }
    try (LocalTables trials = LocalTables.of(folder, state, "trials")) {
      ResponseModels.sentence(ran, trials.folder(), state).ifPresent(messages::println);
    }
  }
}
