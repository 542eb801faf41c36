package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.Progressing;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.PlannedCalls;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * How a command starts a study on a cluster: how wide, and after whose consent. Keys are not asked
 * for here; the workers have them.
 */
final class ClusterLaunch {

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      defaultValue = "4",
      description = "Slots of the cluster to work in, 1 to 256. Default: ${DEFAULT-VALUE}.")
  private int parallelism;

  @Option(names = "--yes", description = "Do not ask before calls that may cost money.")
  private boolean yes;

  int parallelism() {
    return parallelism;
  }

  /** Refuses options that are not valid, before anything is read. */
  void check() {
    Launch.requireParallelism(parallelism);
  }

  /**
   * Refuses more slots than the limits of a model can be divided by: they may lie on as many
   * machines, and each must have a call's worth.
   */
  void refuseTooManySlots(StudyPlan plan) {
    List<ModelSpec> asked =
        plan.study().allModels().stream().filter(model -> model.replay() == null).toList();
    for (ModelSpec model : asked) {
      if (model.maxInFlight() < parallelism) {
        throw new Refused(
            "--parallelism: %s may have %d calls in flight, fewer than %d slots, which may lie on as many machines. At most %d, or a larger max_in_flight, is valid."
                .formatted(model.id(), model.maxInFlight(), parallelism, model.maxInFlight()));
      }
      Integer perMinute = model.requestsPerMinute();
      if (perMinute != null && perMinute < parallelism) {
        throw new Refused(
            "--parallelism: %s may be asked %d times a minute, fewer than %d slots. At most %d is valid."
                .formatted(model.id(), perMinute, parallelism, perMinute));
      }
    }
    if (parallelism > 1 && asked.stream().anyMatch(model -> model.tokensPerMinute() != null)) {
      Map<String, Long> worst = new HashMap<>(PlannedCalls.of(plan).worstCalls());
      for (JudgeSpec judge : plan.study().judges()) {
        worst.merge(judge.model().id(), JudgeEstimate.worstCall(judge, plan), Math::max);
      }
      asked.forEach(model -> refuseTooFewTokens(model, worst.getOrDefault(model.id(), 0L)));
    }
  }

  private void refuseTooFewTokens(ModelSpec model, long call) {
    Long perMinute = model.tokensPerMinute();
    if (perMinute != null && perMinute < parallelism * call) {
      throw new Refused(
          String.format(
              Locale.ROOT,
              "--parallelism: %s may use %,d tokens a minute, too few for a first call in each of %d slots, which may use %,d (no text has more tokens than bytes). At most %d is valid.",
              model.id(),
              perMinute,
              parallelism,
              call,
              Math.max(1, perMinute / call)));
    }
  }

  /** The study, ready to be submitted, unless it is refused before. */
  StudyRun prepare(
      StudyFile file, RunFolder folder, RunSettings.Submission submission, PrintWriter messages)
      throws IOException {
    Study study = file.study();
    Consent.ask(study, study.allModels(), folder, yes, messages);
    return new StudyRun(
        file,
        folder,
        RunSettings.submitted(parallelism, submission),
        new Progressing(StudyPlan.of(study), messages));
  }
}
