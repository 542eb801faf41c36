package dev.gapline.pipeline.processes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.generic.GenericRecord;

/**
 * Kills TaskManagers of a real cluster with {@code kill -9} at random moments of submitted studies,
 * and holds what the tables say against what the server has counted. {@code ClusterIT} is one such
 * kill.
 *
 * <p>Of every study: it ends by itself, each trial is there once, rates and gaps are the same bytes
 * as those of the other studies, never more than the study's limit is in flight, and what was
 * answered twice is at most what was in flight at the killed workers: their part of the limit.
 */
final class ClusterKills {

  private static final int TRIALS = 3_200;
  private static final int IN_FLIGHT = 32;
  private static final int TASK_MANAGERS = 2;
  private static final int KILLS_OF_A_STUDY = 2;
  private static final int MOST_MILLIS_LATER = 500;

  private final Path work;
  private final LocalCluster cluster;
  private final Random random;
  private final List<String> violations = new ArrayList<>();
  private int killed;
  private long repeatedInAll;
  private byte[] rates;
  private byte[] gaps;

  private ClusterKills(Path work, LocalCluster cluster, long seed) {
    this.work = work;
    this.cluster = cluster;
    this.random = new Random(seed);
  }

  /**
   * Kills so many times; the exit status is 1 if anything was violated.
   *
   * @param arguments a folder to work in, the number of kills, the seed
   */
  public static void main(String[] arguments) throws IOException {
    Path work = Path.of(arguments[0]);
    int kills = Integer.parseInt(arguments[1]);
    say("%s kills, seed %s", arguments[1], arguments[2]);
    boolean isWell;
    try (LocalCluster cluster = LocalCluster.up(work.resolve("cluster"), TASK_MANAGERS, Map.of())) {
      ClusterKills loop = new ClusterKills(work, cluster, Long.parseLong(arguments[2]));
      for (int study = 0; loop.killed < kills; study++) {
        // The first is left alone: the others are held against it.
        loop.study(study, study == 0 ? 0 : Math.min(KILLS_OF_A_STUDY, kills - loop.killed));
      }
      say(
          "%d TaskManagers were killed; %,d calls were answered twice, at most %,d were in flight"
              + " at them; %s",
          loop.killed,
          loop.repeatedInAll,
          (long) loop.killed * IN_FLIGHT / TASK_MANAGERS,
          loop.violations.isEmpty()
              ? "all tables are exact"
              : "%d violations".formatted(loop.violations.size()));
      loop.violations.forEach(violation -> say("VIOLATED: %s", violation));
      isWell = loop.violations.isEmpty();
    }
    System.exit(isWell ? 0 : 1);
  }

  private void study(int number, int kills) throws IOException {
    Path folder = Files.createDirectories(work.resolve("study-" + number));
    Output output = new Output(folder.resolve("out"));
    try (ServerProcess server = ServerProcess.start()) {
      Path study = Studies.tiered(folder, server, "subject+slow-60", IN_FLIGHT, TRIALS);
      try (GaplineProcess process =
          GaplineProcess.start(
              "submit", study, "--out", output.path(), "--flink", cluster.address())) {
        int before = killed;
        long from = 0;
        for (int kill = 0; kill < kills; kill++) {
          from = kill(number, server, process, from);
        }
        GaplineProcess.Ended ended = process.end();
        expect(
            ended.status() == 0, "study %d: exit %d: %s", number, ended.status(), ended.stderr());
        if (ended.status() == 0) {
          examine(number, server.stats(), output, killed - before);
        }
      }
    }
  }

  /** Kills one at a random moment among what is left, and adds another some time later. */
  private long kill(int study, ServerProcess server, GaplineProcess process, long from) {
    long moment = from + 1 + random.nextInt((int) Math.max(1, TRIALS - from));
    Patience.until(
        "the moment of the kill", () -> !process.isAlive() || answered(server) >= moment);
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOST_MILLIS_LATER)));
    if (!process.isAlive()) {
      say("study %d: ended before it could be killed", study);
      return moment;
    }
    List<Integer> all = cluster.taskManagers();
    int victim = all.get(random.nextInt(all.size()));
    cluster.kill(victim);
    killed++;
    say("kill %d: study %d, TaskManager %d, after %,d answers", killed, study, victim, moment);
    cluster.add();
    return moment;
  }

  private void examine(int number, JsonNode seen, Output output, int kills) {
    RunState state = output.state();
    List<GenericRecord> trials = output.rows("trials");
    long ids = trials.stream().map(row -> row.get("trial_id").toString()).distinct().count();
    long twice = seen.path("answered").asLong() - seen.path("answered_keys").asLong();
    long most = seen.path("max_in_flight").asLong();
    say(
        "study %d: %s, %,d trials once each, %,d answered twice, at most %,d in flight",
        number, state.state(), ids, twice, most);
    expect(state.state() == RunState.State.COMPLETE, "study %d is %s", number, state.state());
    expect(ids == TRIALS, "study %d: %,d ids", number, ids);
    expect(trials.size() == TRIALS, "study %d: %,d rows", number, trials.size());
    expect(seen.path("answered_keys").asLong() == TRIALS, "study %d: %s", number, seen);
    expect(
        twice <= (long) kills * IN_FLIGHT / TASK_MANAGERS,
        "study %d: %,d answered twice after %d kills",
        number,
        twice,
        kills);
    expect(
        most <= IN_FLIGHT + kills * IN_FLIGHT / TASK_MANAGERS,
        "study %d: %,d in flight",
        number,
        most);
    repeatedInAll += twice;
    if (rates == null) {
      rates = output.bytes("rates");
      gaps = output.bytes("gaps");
    }
    expect(java.util.Arrays.equals(rates, output.bytes("rates")), "study %d: other rates", number);
    expect(java.util.Arrays.equals(gaps, output.bytes("gaps")), "study %d: other gaps", number);
  }

  private static long answered(ServerProcess server) {
    return server.stats().path("answered").asLong();
  }

  private void expect(boolean holds, String violation, Object... figures) {
    if (!holds) {
      violations.add(String.format(Locale.ROOT, violation, figures));
    }
  }

  private static void say(String line, Object... figures) {
    System.out.println(String.format(Locale.ROOT, line, figures));
  }
}
