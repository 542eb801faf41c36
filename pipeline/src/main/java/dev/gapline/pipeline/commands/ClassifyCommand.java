package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.JudgesFile;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.Output;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.StoredRun;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline classify}: judges a stored run's answers again; asks judges alone. */
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    description =
        "Judge the answers of a stored run again and make all tables; no subject is asked. The same"
            + " command continues.")
public final class ClassifyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The output folder of a run that ended.")
  private String run;

  @Option(
      names = "--out",
      paramLabel = "DIR2",
      required = true,
      description = "Where votes and tables are written, with a ledger of their own.")
  private String out;

  @Option(
      names = "--judges",
      paramLabel = "FILE",
      description =
          "A YAML file with a `classify` block, and a `budget` if need be, that take the place of"
              + " the study's. Default: the run's own judges.")
  private Path judges;

  @Mixin private Launch launch;

  @Override
  public Integer call() throws IOException {
    launch.check();
    StoredRun stored = StoredRun.open(run);
    if (stored.state().analysisOf() != null || stored.state().answersOf() != null) {
      throw new Refused(
          "%s is itself made of the answers of %s. That run is valid."
              .formatted(
                  run,
                  stored.state().analysisOf() == null
                      ? stored.state().answersOf()
                      : stored.state().analysisOf()));
    }
    PrintWriter messages = spec.commandLine().getErr();
    if (!stored.isToTheLetter()) {
      messages.printf(
          "%s: this version reads study.yaml or a scenario otherwise than the one that ran it.%n",
          run);
    }
    StudyFile file = judges == null ? stored.study() : JudgesFile.over(stored.study(), judges);
    RunFolder folder = Output.at(out);
    StudyRun.Result result = launch.judge(stored, file, folder, messages);
    RunCommand.report(spec.commandLine(), file.study(), folder, result);
    return result.status().code();
  }
}
