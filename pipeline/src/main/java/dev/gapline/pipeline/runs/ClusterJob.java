package dev.gapline.pipeline.runs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.transforms.Legs;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The job on a cluster that works on a leg, as it is written down beside the leg's ledger.
 *
 * @param name of the job, which no other bears
 * @param cluster its REST address; null where that is not known to who submitted it
 * @param id that Flink gave it; null likewise
 */
public record ClusterJob(String name, String cluster, String id) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 500;

  /** How a job stands, as far as anybody can tell. */
  enum State {
    /** It is at work, or waits for slots. */
    ALIVE,
    /** It has ended, or its cluster has forgotten it. */
    ENDED,
    /** Its cluster does not answer. */
    UNKNOWN
  }

  /** The job of that leg; empty where it has none. */
  static Optional<ClusterJob> of(RunFolder folder, String leg) throws IOException {
    Optional<byte[]> stored = folder.store().read(Legs.jobFile(leg));
    return stored.isEmpty()
        ? Optional.empty()
        : Optional.of(JSON.readValue(stored.get(), ClusterJob.class));
  }

  void write(RunFolder folder, String leg) throws IOException {
    folder.store().replace(Legs.jobFile(leg), JSON.writeValueAsBytes(this));
  }

  /** How it stands. */
  State state() {
    if (cluster == null) {
      return State.UNKNOWN;
    }
    try {
      FlinkCluster at = new FlinkCluster(cluster);
      // Whoever submitted it may have died before it heard the id.
      Optional<String> known = id == null ? at.jobNamed(name) : Optional.of(id);
      Optional<String> said = known.isEmpty() ? Optional.empty() : at.state(known.get());
      return said.isEmpty() || hasEnded(said.get()) ? State.ENDED : State.ALIVE;
    } catch (IOException e) {
      return State.UNKNOWN;
    }
  }

  /**
   * The job of the last leg, if that is one and has not committed its tables.
   *
   * @throws IOException if the folder cannot be read
   */
  private static Optional<ClusterJob> uncommitted(RunFolder folder) throws IOException {
    Optional<String> last = Legs.last(folder);
    Optional<RunState> state = StoredState.read(folder);
    boolean hasCommitted =
        state.isPresent()
            && state.get().state() != RunState.State.RUNNING
            && last.equals(Optional.of(state.get().leg()));
    return last.isEmpty() || hasCommitted ? Optional.empty() : of(folder, last.get());
  }

  /**
   * Refuses, in a sentence, an output on which a job works: its cluster says so, or where that does
   * not answer, a worker says so itself. Looks for as long as that takes. Returns the job of the
   * last leg that has ended and not committed, if that is so.
   */
  public static Optional<ClusterJob> refuseLiving(RunFolder folder) throws IOException {
    Optional<ClusterJob> job = uncommitted(folder);
    if (job.isEmpty()) {
      return job;
    }
    String leg = Legs.last(folder).orElseThrow();
    boolean isAlive =
        switch (job.get().state()) {
          case ALIVE -> true;
          case ENDED -> false;
          case UNKNOWN -> isHeard(Workers.of(folder, leg, System::nanoTime));
        };
    if (isAlive) {
      throw new Refused(
          "%s: %s works on this output. Wait for it, stop it (gapline stop), or choose another --out."
              .formatted(folder.root(), job.get()));
    }
    return job;
  }

  private static boolean isHeard(Workers workers) throws IOException {
    if (!workers.isAnyAtWork()) {
      return false;
    }
    return !areGoneWithin(workers, Workers.STALE_AFTER.plusSeconds(2));
  }

  /** Waits until no worker is at work any more, at most so long; says whether that is so. */
  static boolean areGoneWithin(Workers workers, Duration most) throws IOException {
    long began = System.nanoTime();
    while (workers.isAnyAtWork()) {
      if (System.nanoTime() - began > most.toNanos()) {
        return false;
      }
      pause();
    }
    return true;
  }

  /**
   * Waits until the job has ended.
   *
   * @throws JobLost if it failed, was cancelled, or its cluster is gone
   */
  void await() throws IOException {
    FlinkCluster at = new FlinkCluster(cluster);
    long answeredNanos = System.nanoTime();
    while (true) {
      try {
        Optional<String> state = at.state(id);
        answeredNanos = System.nanoTime();
        if (state.isEmpty()) {
          throw new JobLost(
              "The cluster at %s does not know job %s any more: its JobManager was started anew."
                  .formatted(cluster, id));
        }
        if (state.get().equals("FINISHED")) {
          return;
        }
        if (hasEnded(state.get())) {
          throw new JobLost(
              "Job %s ended as %s.%s"
                  .formatted(id, state.get(), at.fault(id).map(fault -> " " + fault).orElse("")));
        }
      } catch (IOException e) {
        if (System.nanoTime() - answeredNanos > PATIENCE.toNanos()) {
          throw new JobLost(
              "The cluster at %s has not answered for a minute (%s)."
                  .formatted(cluster, FlinkCluster.said(e)));
        }
      }
      pause();
    }
  }

  private static boolean hasEnded(String state) {
    return state.equals("FINISHED") || state.equals("FAILED") || state.equals("CANCELED");
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted.", e);
    }
  }

  @Override
  public String toString() {
    return cluster == null
        ? "job " + name
        : "job %s at %s".formatted(id == null ? name : id, cluster);
  }
}
