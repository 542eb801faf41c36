package dev.gapline.pipeline.processes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Cuts the network between one of two TaskManagers and everything else for half a minute, in the
 * middle of a study, and lets it come back: it lies in a network namespace of its own, whose cable
 * to the machine is pulled. The disk is shared as before, so what it does meanwhile is there to be
 * seen. Needs the rights to make a namespace.
 *
 * <p>Holds that the study ends by itself, that each trial is there once, that rates and gaps are
 * those of one process, that no more was answered twice than was in flight at the worker that was
 * cut off, and that no segment of the ledger has two writers.
 */
final class ClusterCut {

  private static final int TRIALS = 4_800;
  private static final int IN_FLIGHT = 16;
  private static final int CUT_SECONDS = 30;
  private static final String NAMESPACE = "gapline-cut";
  private static final String CABLE = "gapline0";
  private static final String HERE = "10.231.7.1";
  private static final String THERE = "10.231.7.2";

  private ClusterCut() {}

  /**
   * Runs it once; the exit status is 1 if anything was violated.
   *
   * @param arguments a folder to work in
   */
  public static void main(String[] arguments) throws IOException {
    Path work = Path.of(arguments[0]);
    connect();
    boolean isWell;
    try {
      isWell = cut(work);
    } finally {
      tell("ip", "netns", "delete", NAMESPACE);
    }
    System.exit(isWell ? 0 : 1);
  }

  private static void connect() {
    tell("ip", "netns", "add", NAMESPACE);
    tell("ip", "link", "add", CABLE, "type", "veth", "peer", "name", "eth0", "netns", NAMESPACE);
    tell("ip", "address", "add", HERE + "/30", "dev", CABLE);
    tell("ip", "link", "set", CABLE, "up");
    for (String line :
        List.of("link set lo up", "address add " + THERE + "/30 dev eth0", "link set eth0 up")) {
      tell(("ip -n " + NAMESPACE + " " + line).split(" ", -1));
    }
  }

  private static boolean cut(Path work) throws IOException {
    Output output = new Output(work.resolve("out"));
    try (ServerProcess server = ServerProcess.start(HERE);
        LocalCluster cluster =
            LocalCluster.up(work.resolve("cluster"), 1, Map.of("CLUSTER_HOST", HERE))) {
      cluster.add(
          Map.of("TASKMANAGER_HOST", THERE, "TASKMANAGER_PREFIX", "ip netns exec " + NAMESPACE));
      cluster.await(2);
      Path study = Studies.tiered(work, server, "subject+slow-200", IN_FLIGHT, TRIALS);
      GaplineProcess.Ended ended;
      try (GaplineProcess process =
          GaplineProcess.start(
              "submit", study, "--out", output.path(), "--flink", cluster.address(), "--yes")) {
        Patience.until(
            "a quarter of the answers",
            () -> !process.isAlive() || server.stats().path("answered").asInt() > TRIALS / 4);
        say("cut after %,d answers", server.stats().path("answered").asLong());
        tell("ip", "link", "set", CABLE, "down");
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(CUT_SECONDS));
        tell("ip", "link", "set", CABLE, "up");
        say(
            "back after %d s and %,d answers",
            CUT_SECONDS, server.stats().path("answered").asLong());
        ended = process.end();
      }
      if (ended.status() != 0) {
        say("VIOLATED: exit %d: %s", ended.status(), ended.stderr());
        return false;
      }
      return examine(work, study, server.stats(), output);
    }
  }

  private static boolean examine(Path work, Path study, JsonNode seen, Output output)
      throws IOException {
    Output direct = new Output(work.resolve("direct"));
    GaplineProcess.Ended alone = GaplineProcess.run("run", study, "--out", direct.path(), "--yes");
    long ids =
        output.rows("trials").stream()
            .map(row -> row.get("trial_id").toString())
            .distinct()
            .count();
    long twice = seen.path("answered").asLong() - seen.path("answered_keys").asLong();
    long writers = 0;
    for (Path segment : output.segments()) {
      writers += Files.exists(segment.resolveSibling("claim")) ? 0 : 1;
    }
    boolean isSame =
        alone.status() == 0
            && Arrays.equals(direct.bytes("rates"), output.bytes("rates"))
            && Arrays.equals(direct.bytes("gaps"), output.bytes("gaps"));
    say(
        "%s: %,d rows, %,d ids, %,d answered twice of at most %d, tables %s, %,d segments each of one"
            + " claim but %d",
        output.state().state(),
        output.rows("trials").size(),
        ids,
        twice,
        IN_FLIGHT / 2,
        isSame ? "as in one process" : "DIFFER",
        output.segments().size(),
        writers);
    return output.state().state() == RunState.State.COMPLETE
        && output.rows("trials").size() == TRIALS
        && ids == TRIALS
        && twice <= IN_FLIGHT / 2
        && writers == 0
        && isSame;
  }

  private static void tell(String... command) {
    try (GaplineProcess process = GaplineProcess.of(Map.of(), List.of(command))) {
      GaplineProcess.Ended ended = process.end();
      if (ended.status() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + ended.stderr());
      }
    }
  }

  private static void say(String line, Object... figures) {
    System.out.println(String.format(Locale.ROOT, line, figures));
  }
}
