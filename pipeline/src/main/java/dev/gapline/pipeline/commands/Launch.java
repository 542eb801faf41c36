package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.KeyCheck;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Progressing;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.StoredRun;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.Transcripts;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
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
    requireParallelism(parallelism);
  }

  static void requireParallelism(int parallelism) {
    if (parallelism < 1 || parallelism > 256) {
      throw new Refused(
          "--parallelism: %d is not valid. 1 to 256 is valid.".formatted(parallelism));
    }
  }

  /** Runs the study to its end, unless it is refused before the first call. */
  StudyRun.Result run(StudyFile file, RunFolder folder, PrintWriter messages) throws IOException {
    requireKeys(file.study().allModels());
    for (ModelSpec model : file.study().models()) {
      if (model.replay() != null) {
        sayWhatIsRecorded(model, file.study(), messages);
      }
    }
    Ceilings.refuseTooLow(StudyPlan.of(file.study()), parallelism);
    Consent.ask(file.study(), file.study().allModels(), folder, yes, messages);
    return new StudyRun(file, folder, settings(), progressing(file, messages)).run();
  }

  /** Judges the answers of a stored run, unless that is refused before the first call. */
  StudyRun.Result judge(StoredRun stored, StudyFile file, RunFolder folder, PrintWriter messages)
      throws IOException {
    List<ModelSpec> asked = file.study().judges().stream().map(JudgeSpec::model).toList();
    requireKeys(asked);
    Consent.ask(file.study(), asked, folder, yes, messages);
    return StudyRun.judging(stored, file, folder, settings(), progressing(file, messages)).run();
  }

  /** Reads all that is to be replayed before anything is asked. */
  private static void sayWhatIsRecorded(ModelSpec model, Study study, PrintWriter messages) {
    StudyPlan plan = StudyPlan.of(study);
    long trials = plan.trials() / study.models().size();
    try (Transcripts transcripts = Transcripts.open(model, study)) {
      long held = transcripts.held(plan, model.id());
      if (held == 0) {
        throw new Refused(
            "%s: %s has no answer to any trial of this study."
                .formatted(model.id(), model.replay().from()));
      }
      messages.printf(
          Locale.ROOT,
          "%s: answers to %,d of %,d trials are recorded.%n",
          model.id(),
          held,
          trials);
      messages.flush();
    } catch (IOException e) {
      throw new Refused(e.getMessage());
    }
  }

  private static void requireKeys(List<ModelSpec> models) {
    KeyCheck.missing(models, System.getenv())
        .ifPresent(
            sentence -> {
              throw new Refused(sentence);
            });
  }

  private RunSettings settings() {
    return new RunSettings(runner, parallelism, false);
  }

  private static Progressing progressing(StudyFile file, PrintWriter messages) {
    return new Progressing(StudyPlan.of(file.study()), messages);
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
    if (state.judges().calls() > 0) {
      messages.printf(
          Locale.ROOT,
          "Judges: %,d of %,d calls and $%,.2f of $%,.2f, over all starts.%n",
          state.judges().calls(),
          state.calls(),
          state.judges().costUsd(),
          state.costUsd());
    }
  }
}
