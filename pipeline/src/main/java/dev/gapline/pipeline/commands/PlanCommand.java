package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.KeyCheck;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.StoredState;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gapline plan}: the size of a study, its tokens, cost and power; sends nothing. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Show the size of a study, its tokens and its cost; send nothing.")
public final class PlanCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "The output whose settled answers are not asked again. Default: out/STUDY-NAME.")
  private String out;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      defaultValue = "4",
      description = "Slots that the run will have: each needs a block's worst case. Default: 4.")
  private int parallelism;

  @Option(
      names = "--assume",
      paramLabel = "FILE",
      description =
          "Assumptions, such as a pilot's assumptions.yaml: show power, detectable gap and cost of"
              + " this and other designs, and the cheapest with 80%% power.")
  private Path assume;

  @Mixin private StudyArgument study;

  @Override
  public Integer call() throws IOException {
    Study planned = study.open().study();
    StudyPlan plan = StudyPlan.of(planned);
    Ceilings.refuseTooLow(plan, Math.max(1, parallelism));
    PrintWriter stdout = spec.commandLine().getOut();
    RunFolder folder = RunCommand.folder(out, planned);
    List<String> assumed = assume == null ? List.of() : AssumedPlan.of(planned, assume).lines();
    Estimates.of(plan, folder).lines().forEach(stdout::println);
    assumed.forEach(stdout::println);
    StoredState.read(folder)
        .filter(state -> !state.study().equals(planned.name()) || state.seed() != planned.seed())
        .ifPresent(
            state ->
                stdout.println(
                    "before a run: %s holds another study, %s with seed %d. Choose another --out."
                        .formatted(folder.root(), state.study(), state.seed())));
    KeyCheck.missing(planned.models(), System.getenv())
        .ifPresent(sentence -> stdout.println("before a run: " + sentence));
    stdout.flush();
    return ExitStatus.COMPLETE.code();
  }
}
