package dev.gapline.pipeline.runs;

import java.util.List;

/**
 * How a study is run.
 *
 * @param runner which Beam runner
 * @param lanes slots that work on units at the same time
 * @param isChecked whether the runner checks that elements are immutable and can be encoded: for
 *     tests, it costs time
 */
public record RunSettings(Runner runner, int lanes, boolean isChecked) {

  /** A Beam runner that this command starts inside its own process. */
  public enum Runner {
    DIRECT,
    FLINK
  }

  /**
   * Beam's pipeline options.
   *
   * @param units of the run: threads of the direct runner that get none would spin
   */
  public List<String> options(long units) {
    return switch (runner) {
      case DIRECT ->
          List.of(
              "--runner=DirectRunner",
              "--targetParallelism=" + Math.min(lanes, units),
              "--enforceEncodability=" + isChecked,
              "--enforceImmutability=" + isChecked);
      case FLINK ->
          List.of(
              "--runner=FlinkRunner",
              "--flinkMaster=[local]",
              "--parallelism=" + lanes,
              "--objectReuse=" + !isChecked,
              "--fasterCopy=" + !isChecked);
    };
  }
}
