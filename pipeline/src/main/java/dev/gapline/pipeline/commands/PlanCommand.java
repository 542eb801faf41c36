package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.KeyCheck;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline plan}: the size of a study, its tokens and cost; sends nothing. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Show the size of a study, its tokens and its cost; send nothing.")
public final class PlanCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "STUDY", description = "A study file, or a built-in study.")
  private String study;

  @Override
  public Integer call() {
    Study planned = StudyFile.open(study).study();
    Supported.check(planned);
    PrintWriter out = spec.commandLine().getOut();
    Estimates.of(StudyPlan.of(planned)).lines().forEach(out::println);
    KeyCheck.missing(planned.models(), System.getenv())
        .ifPresent(sentence -> out.println("before a run: " + sentence));
    out.flush();
    return ExitStatus.COMPLETE.code();
  }
}
