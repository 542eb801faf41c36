package dev.gapline.pipeline;

/**
 * The entry class for a cluster that starts Gapline itself: {@code flink run}, its REST interface,
 * or an application of Kubernetes' operator. The arguments are those of the command line, {@code
 * submit STUDY --flink auto --out DIR}. It returns when the job is submitted; ending the process,
 * as the command line does, would end the JobManager.
 */
public final class ClusterMain {

  private ClusterMain() {}

  /**
   * Runs one command.
   *
   * @throws IllegalStateException if it was refused or failed; what it said is in the log
   */
  public static void main(String[] arguments) {
    int status = Main.run(arguments);
    if (status != 0) {
      throw new IllegalStateException(
          "Gapline ended with status " + status + "; the log says why.");
    }
  }
}
