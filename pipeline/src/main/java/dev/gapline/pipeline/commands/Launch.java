package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.KeyCheck;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Progressing;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How a command starts a study: on which runner, how wide, and after whose consent. */
final class Launch {

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

  @Option(names = "--yes", description = "Do not ask before calls that may cost money.")
  private boolean yes;

  /** Refuses options that are not valid, before anything is read. */
  void check() {
    if (parallelism < 1 || parallelism > 256) {
      throw new Refused(
          "--parallelism: %d is not valid. 1 to 256 is valid.".formatted(parallelism));
    }
  }

  /** Runs the study to its end, unless it is refused before the first call. */
  StudyRun.Result run(StudyFile file, RunFolder folder, PrintWriter messages) throws IOException {
    KeyCheck.missing(file.study().models(), System.getenv())
        .ifPresent(
            sentence -> {
              throw new Refused(sentence);
            });
    Ceilings.refuseTooLow(StudyPlan.of(file.study()), parallelism);
    Consent.ask(file.study(), folder, yes, messages);
    return new StudyRun(
            file,
            folder,
            new RunSettings(runner, parallelism, false),
            new Progressing(StudyPlan.of(file.study()), messages))
        .run();
  }

  /** Says how many trials are there, and what continues a run that stopped. */
  static void sayHowItEnded(StudyRun.Result result, PrintWriter messages) {
    RunState state = result.state();
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
  }
}
