package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.ClusterJob;
import dev.gapline.pipeline.runs.FlinkCluster;
import dev.gapline.pipeline.runs.JobJar;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gapline submit}: a study on a running Flink cluster. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    description =
        "Run a study on a running Flink 1.19 cluster. The same command again goes on where it"
            + " stopped, whatever of the cluster died.")
public final class SubmitCommand implements Callable<Integer> {

  /** In place of an address: the cluster in which this process was started, as flink run does. */
  private static final String AUTO = "auto";

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where everything is written; every TaskManager must reach it under the same path."
              + " Default: out/STUDY-NAME.")
  private String out;

  @Option(
      names = "--flink",
      paramLabel = "HOST:PORT",
      required = true,
      description =
          "The REST address of the cluster's JobManager; auto for the cluster that started this"
              + " program (flink run, or its REST interface).")
  private String flink;

  @Option(
      names = "--shared",
      description =
          "--out lies on storage that all machines of the cluster share; not needed for a cluster"
              + " on this machine.")
  private boolean isShared;

  @Option(
      names = "--detached",
      description = "Return once the job is submitted; gapline status DIR shows how it stands.")
  private boolean isDetached;

  @Mixin private StudyArgument study;

  @Mixin private ClusterLaunch launch;

  @Override
  public Integer call() throws IOException {
    launch.check();
    StudyFile file = study.open();
    StudyPlan plan = StudyPlan.of(file.study());
    launch.refuseTooManySlots(plan);
    Ceilings.refuseTooLow(plan, launch.parallelism());
    RunFolder folder = RunCommand.folder(out, file.study());
    PrintWriter messages = spec.commandLine().getErr();
    if (flink.equals(AUTO)) {
      StudyRun run = launch.prepare(file, folder, new RunSettings.Submission(null, null), messages);
      return run.submit().status().code();
    }
    FlinkCluster cluster = new FlinkCluster(flink);
    if (!folder.isRemote() && !cluster.isOnLoopback() && !isShared) {
      throw new Refused(
          "--out: %s is a folder of this machine, and the workers at %s may be on others. A folder that all of them share is valid, with --shared."
              .formatted(folder.root(), flink));
    }
    cluster.requireFlink();
    Optional<ClusterJob> unused = ClusterJob.refuseLiving(folder);
    cluster.requireSlots(launch.parallelism());
    RunSettings.Submission submission = new RunSettings.Submission(cluster, JobJar.find());
    StudyRun run = launch.prepare(file, folder, submission, messages);
    if (isDetached) {
      StudyRun.Result result = run.submit();
      messages.printf("gapline status %s shows how it stands.%n", folder.root());
      messages.flush();
      return result.status().code();
    }
    StudyRun.Result result = run.run();
    RunCommand.report(spec.commandLine(), file.study(), folder, result);
    return result.status().code();
  }
}
