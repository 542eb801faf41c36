package dev.gapline.pipeline.runs;

import dev.gapline.transforms.Leg;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.StopSignal;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

/** Hands a leg to a cluster, and notes its job beside the leg's ledger. */
final class JobSubmission {

  private static final int MOST_TRIES = 3;

  private JobSubmission() {}

  /**
   * Submits the pipeline of that leg; what it stands on is noted before, and who has it after.
   *
   * @param before how the output stood before the leg, which stands again if the job is not taken
   * @throws Refused if the cluster does not take the job
   * @throws JobLost if it took it and then does not answer
   */
  static ClusterJob submit(
      Leg leg, RunSettings settings, Optional<RunState> before, StudyRun.Messages messages)
      throws IOException {
    RunFolder folder = leg.folder();
    String name =
        "gapline %s leg %s %s"
            .formatted(
                leg.study().name(), leg.name(), UUID.randomUUID().toString().substring(0, 8));
    FlinkCluster cluster = settings.submission().cluster();
    String address = cluster == null ? null : cluster.address();
    // Before the job: whoever comes after a crash between the two must know that it may live.
    new ClusterJob(name, address, null).write(folder, leg.name());
    Pipeline pipeline = settings.pipeline(leg, name);
    try {
      PipelineResult unused = pipeline.run();
    } catch (RuntimeException e) {
      // Should it have been taken after all, it sends nothing.
      new StopSignal(folder, leg.name()).raise("The job was not taken.");
      if (before.isPresent()) {
        before.get().write(folder);
      } else {
        folder.store().delete("run.json");
      }
      throw new Refused(
          "--flink: %s did not take the job (%s). Nothing was asked."
              .formatted(address == null ? "the cluster" : address, bottom(e)),
          e);
    }
    String id = cluster == null ? null : idOf(cluster, name);
    ClusterJob job = new ClusterJob(name, address, id);
    job.write(folder, leg.name());
    messages.say(
        id == null
            ? "Submitted as %s.".formatted(name)
            : "Submitted as %s: %s/#/job/%s".formatted(name, cluster.web(), id));
    return job;
  }

  private static String idOf(FlinkCluster cluster, String name) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        Optional<String> id = cluster.jobNamed(name);
        if (id.isPresent() || tries == MOST_TRIES) {
          return id.orElse(null);
        }
      } catch (IOException e) {
        if (tries == MOST_TRIES) {
          throw new JobLost(
              "The job was submitted, and the cluster at %s does not answer (%s)."
                  .formatted(cluster.address(), FlinkCluster.said(e)));
        }
      }
    }
  }

  private static String bottom(Throwable e) {
    Throwable bottom = e;
    while (bottom.getCause() != null && bottom.getCause() != bottom) {
      bottom = bottom.getCause();
    }
    String said = String.valueOf(bottom.getMessage());
    return said.lines().findFirst().orElse(said);
  }
}
