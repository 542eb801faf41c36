package dev.gapline.benchmark;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One run of a case.
 *
 * @param counters of the server, see {@code LoadCounters}
 * @param cpuMillisPerCall of the process over the second half of the calls
 * @param cpuSeconds processor's time of the whole process
 * @param wallSeconds of the whole process
 * @param peakMegabytes most memory that was resident; 0 if unknown
 * @param othersCores that something else kept busy meanwhile; not a number if unknown
 * @param outcome {@code ok} if it ended in order and every trial is there once
 */
record Measured(
    JsonNode counters,
    double cpuMillisPerCall,
    double cpuSeconds,
    double wallSeconds,
    long peakMegabytes,
    double othersCores,
    String outcome) {

  double requestSeconds() {
    return counters.path("request_phase_ms").asDouble() / 1000;
  }

  double allButLastSeconds() {
    return counters.path("all_but_last_ms").asDouble() / 1000;
  }

  double refusedShare() {
    return counters.path("refused").asDouble() / Math.max(1, counters.path("requests").asLong());
  }

  boolean isOk() {
    return outcome.equals("ok");
  }
}
