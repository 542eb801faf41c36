package dev.gapline.pipeline.processes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.benchmark.ServerUnderLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;

/**
 * One study of 16,000 calls of 200 ms: in one process on both runners, and on a cluster that grows
 * from one to four TaskManagers. Says how long the requests took at the server, from the first to
 * the last answer, beside the ideal; and whether {@code rates} and {@code gaps} are the same bytes
 * and {@code trials} the same rows, what was measured left out.
 */
final class ClusterLoad {

  private static final int CALLS = 16_000;
  private static final String MODEL = "fixed-200";
  private static final double CALL_SECONDS = 0.2;
  private static final List<String> MEASURED =
      List.of("latency_ms", "sent_at", "send_order", "attempts", "reused");

  private final Path work;
  private final ServerUnderLoad server;
  private final List<String> violations = new ArrayList<>();
  private byte[] rates;
  private byte[] gaps;
  private List<String> trials;

  private ClusterLoad(Path work, ServerUnderLoad server) {
    this.work = work;
    this.server = server;
  }

  /**
   * Runs all cases; the exit status is 1 if tables differ.
   *
   * @param arguments a folder to work in, and anything else for the cases of two TaskManagers alone
   */
  public static void main(String[] arguments) throws IOException {
    Path work = Path.of(arguments[0]);
    ClusterLoad load;
    say("%-28s %9s %9s %7s %7s %s", "case", "in_flight", "requests", "ideal", "ratio", "wall");
    try (ServerUnderLoad server = ServerUnderLoad.start();
        LocalCluster cluster = LocalCluster.up(work.resolve("cluster"), 1, Map.of())) {
      load = new ClusterLoad(work, server);
      if (arguments.length == 1) {
        load.here("direct", 128, "--parallelism", 4);
        load.here("embedded", 128, "--runner", "flink", "--parallelism", 4);
        load.submit("1 TaskManager, first job", 128, cluster, 2);
      }
      cluster.add();
      cluster.await(2);
      load.submit("2 TaskManagers, one cold", 128, cluster, 4);
      load.submit("2 TaskManagers", 128, cluster, 4);
      load.submit("2 TaskManagers, again", 128, cluster, 4);
      if (arguments.length == 1) {
        cluster.add();
        cluster.add();
        cluster.await(4);
        load.submit("4 TaskManagers, two cold", 256, cluster, 8);
        load.submit("4 TaskManagers", 256, cluster, 8);
      }
    }
    load.violations.forEach(violation -> say("VIOLATED: %s", violation));
    if (load.violations.isEmpty()) {
      say("rates and gaps are the same bytes in all cases, trials the same rows");
    }
    System.exit(load.violations.isEmpty() ? 0 : 1);
  }

  private void here(String name, int inFlight, Object... more) throws IOException {
    run(name, inFlight, "run", more);
  }

  private void submit(String name, int inFlight, LocalCluster cluster, int parallelism)
      throws IOException {
    run(name, inFlight, "submit", "--flink", cluster.address(), "--parallelism", parallelism);
  }

  private void run(String name, int inFlight, String command, Object... more) throws IOException {
    Path folder = Files.createTempDirectory(work, "case");
    Path study =
        Files.writeString(
            folder.resolve("study.yaml"),
            """
            study: tiers
            seed: 5
            scenarios: [animal-welfare]
            checks: none
            models:
              - {id: openai/%s, base_url: "%s", key_env: none, max_in_flight: %d}
            queries: {take: 160}
            samples: %d
            """
                .formatted(MODEL, server.baseUrl(), inFlight, CALLS / 320));
    Output output = new Output(folder.resolve("out"));
    List<Object> arguments = new ArrayList<>(List.of(command, study, "--out", output.path()));
    arguments.addAll(Arrays.asList(more));
    server.reset();
    long began = System.nanoTime();
    GaplineProcess.Ended ended = GaplineProcess.run(arguments.toArray());
    double wall = (System.nanoTime() - began) / 1e9;
    if (ended.status() != 0) {
      violations.add(name + ": exit " + ended.status() + ": " + ended.stderr());
      return;
    }
    JsonNode seen = server.counters(MODEL);
    double seconds = seen.path("request_phase_ms").asDouble() / 1000;
    double ideal = CALLS * CALL_SECONDS / inFlight;
    say(
        "%-28s %9d %8.1fs %6.1fs %7.3f %.1fs",
        name, inFlight, seconds, ideal, seconds / ideal, wall);
    compare(name, output);
  }

  private void compare(String name, Output output) {
    List<String> rows = output.rows("trials").stream().map(ClusterLoad::settled).sorted().toList();
    if (rates == null) {
      rates = output.bytes("rates");
      gaps = output.bytes("gaps");
      trials = rows;
    }
    expect(rows.size() == CALLS, name + ": " + rows.size() + " rows");
    expect(Arrays.equals(rates, output.bytes("rates")), name + ": other rates");
    expect(Arrays.equals(gaps, output.bytes("gaps")), name + ": other gaps");
    expect(trials.equals(rows), name + ": other trials");
  }

  private static String settled(GenericRecord row) {
    StringBuilder text = new StringBuilder();
    row.getSchema().getFields().stream()
        .filter(field -> !MEASURED.contains(field.name()))
        .forEach(field -> text.append(row.get(field.pos())).append('|'));
    return text.toString();
  }

  private void expect(boolean holds, String violation) {
    if (!holds) {
      violations.add(violation);
    }
  }

  private static void say(String line, Object... figures) {
    System.out.println(String.format(Locale.ROOT, line, figures));
  }
}
