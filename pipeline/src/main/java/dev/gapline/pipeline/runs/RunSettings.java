package dev.gapline.pipeline.runs;

import dev.gapline.pipeline.EvalPipeline;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.Leg;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * How a study is run.
 *
 * @param runner which Beam runner
 * @param lanes slots that work on units at the same time
 * @param isChecked whether the runner checks that elements are immutable and can be encoded: for
 *     tests, it costs time
 * @param submission where the job is sent to; null where the runner is inside this process
 */
public record RunSettings(Runner runner, int lanes, boolean isChecked, Submission submission) {

  /**
   * A failed worker's tasks begin again so often: more often than workers die, and not for ever.
   */
  private static final int MOST_RESTARTS = 200;

  /** A Beam runner. */
  public enum Runner {
    DIRECT,
    FLINK
  }

  /**
   * A job for a cluster.
   *
   * @param cluster that it is sent to; null for the one in which this process itself was started,
   *     as {@code flink run} does
   * @param jar with everything that workers need; null where they have it already
   */
  public record Submission(FlinkCluster cluster, Path jar) {}

  /** A run inside this process. */
  public RunSettings(Runner runner, int lanes, boolean isChecked) {
    this(runner, lanes, isChecked, null);
  }

  /** A run on a cluster. */
  public static RunSettings submitted(int lanes, Submission submission) {
    return new RunSettings(Runner.FLINK, lanes, false, submission);
  }

  /**
   * Beam's pipeline options.
   *
   * @param units of the run: threads of the direct runner that get none would spin
   */
  public PipelineOptions options(long units) {
    return PipelineOptionsFactory.fromArgs(arguments(units).toArray(String[]::new)).create();
  }

  private List<String> arguments(long units) {
    return switch (runner) {
      case DIRECT ->
          List.of(
              "--runner=DirectRunner",
              "--targetParallelism=" + Math.min(lanes, units),
              "--enforceEncodability=" + isChecked,
              "--enforceImmutability=" + isChecked);
      case FLINK -> {
        List<String> options =
            new ArrayList<>(
                List.of(
                    "--runner=FlinkRunner",
                    "--flinkMaster=" + master(),
                    "--parallelism=" + lanes,
                    "--objectReuse=" + !isChecked,
                    "--fasterCopy=" + !isChecked));
        if (submission != null) {
          options.addAll(
              List.of(
                  "--attachedMode=false",
                  // Lanes are regions of their own: one that dies takes none of the others along.
                  "--executionModeForBatch=BATCH_FORCED",
                  "--numberOfExecutionRetries=" + MOST_RESTARTS,
                  "--executionRetryDelay=1000",
                  "--filesToStage=" + (submission.jar() == null ? "" : submission.jar())));
        }
        yield options;
      }
    };
  }

  /** The whole pipeline of that leg, ready to run under that name. */
  Pipeline pipeline(Leg leg, String jobName) {
    PipelineOptions options = options(StudyPlan.of(leg.study()).units(leg.lanes()).count());
    options.setJobName(jobName);
    Pipeline pipeline = Pipeline.create(options);
    EvalPipeline.build(pipeline, leg);
    return pipeline;
  }

  private String master() {
    if (submission == null) {
      return "[local]";
    }
    return submission.cluster() == null ? "[auto]" : submission.cluster().address();
  }
}
