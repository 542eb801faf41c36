package dev.gapline.benchmark;

import dev.gapline.testing.Workload;
import java.time.Duration;
import java.util.List;
import java.util.PriorityQueue;

/**
 * One load and what is expected of Gapline under it.
 *
 * @param model its name says what the server does, see {@link Workload}
 * @param inFlight most calls in flight, as the study says
 * @param timeout of one call
 */
record LoadCase(
    String name, int calls, String model, int inFlight, Duration timeout, Target target) {

  private static final Duration PATIENT = Duration.ofMinutes(2);

  /** More than a call has ever cost all processes together, on a machine that others use. */
  private static final Duration CPU_OF_A_CALL = Duration.ofMillis(5);

  private static final Duration START_AND_TABLES = Duration.ofSeconds(90);

  private static final int MOST_QUERIES = 10_000;

  /** The cases that run when none is named, in the order of the table. */
  static List<LoadCase> all() {
    return List.of(
        of("steady", 20_000, "fixed-200", 64, Target.timesIdeal(1.04)),
        of("cold64", 4_000, "fixed-200", 64, Target.timesRaw(1.05)),
        of("cold256", 4_000, "fixed-200", 256, Target.timesRaw(1.15)),
        of("short", 2_000, "fixed-200", 64, Target.seconds(6.9)),
        of("fast", 10_000, "fixed-50", 64, Target.seconds(9.5).and(Target.cpuMillis(0.5))),
        new LoadCase(
            "lognormal",
            5_000,
            "lognormal-1000-20000",
            256,
            Duration.ofMinutes(5),
            Target.timesIdeal(1.05)),
        of("cap", 2_000, "fixed-200+cap-32", 64, Target.seconds(14.5).and(Target.refused(0.05))),
        of("refusals", 2_000, "fixed-200+429-10-1+500-2", 64, Target.seconds(11)),
        of("wait90", 2_000, "fixed-200+wait90", 64, Target.allButLast(1.05)),
        new LoadCase(
            "faults",
            2_000,
            "fixed-200+hang-1+reset-1+garbage-1",
            64,
            Duration.ofSeconds(2),
            Target.everyTrialOneRow()));
  }

  /** Cases for memory and for time that must grow no faster than the trials; only when named. */
  static List<LoadCase> growing() {
    return List.of(
        // Beside "fast", what 30,000 further calls cost a process that is warm.
        of("fast40k", 40_000, "fixed-50", 64, Target.everyTrialOneRow()),
        of("mocked10k", 10_000, "fixed-50", 256, Target.everyTrialOneRow()),
        of("mocked100k", 100_000, "fixed-50", 256, Target.everyTrialOneRow()),
        of("mocked1m", 1_000_000, "fixed-50", 256, Target.everyTrialOneRow()));
  }

  private static LoadCase of(String name, int calls, String model, int inFlight, Target target) {
    return new LoadCase(name, calls, model, inFlight, PATIENT, target);
  }

  /**
   * From the first call to the last answer of a client that costs nothing: it keeps as many calls
   * in flight as it may and starts them in order. It meets the latencies and the cap, but no
   * trouble.
   */
  double idealSeconds() {
    Workload workload = Workload.of(model);
    PriorityQueue<Double> ends = new PriorityQueue<>();
    double last = 0;
    for (int n = 0; n < calls; n++) {
      double start = n < Math.min(inFlight, workload.cap()) ? 0 : ends.remove();
      double end = start + workload.latency(n).toNanos() / 1e9;
      ends.add(end);
      last = Math.max(last, end);
    }
    return last;
  }

  /** When a run is given up. */
  Duration limit() {
    return START_AND_TABLES
        .plusMillis((long) (2_000 * idealSeconds()))
        .plus(timeout)
        .plus(CPU_OF_A_CALL.multipliedBy(calls));
  }

  /** The study that asks for these calls. */
  String study(String baseUrl) {
    int queries = Math.min(calls / 2, MOST_QUERIES);
    return """
        study: load
        seed: 5
        scenarios: [animal-welfare]
        checks: none
        models:
          - id: openai/%s
            base_url: %s
            key_env: none
            max_in_flight: %d
            timeout: %ds
        queries: {synthetic: %d}
        samples: %d
        failures: {max_share: 1}
        """
        .formatted(model, baseUrl, inFlight, timeout.toSeconds(), queries, calls / 2 / queries);
  }
}
