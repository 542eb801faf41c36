package dev.gapline.transforms;

import org.apache.beam.sdk.metrics.Metrics;

/**
 * Tells the runner's metrics what a process has counted, by model: {@code gapline.calls.<model>},
 * {@code refused}, {@code settled}, {@code failed}, {@code tokens} and {@code spend_micro_usd},
 * which only grow, and {@code in_flight}. They are of the process: whichever lane tells next says
 * what all of its lanes have counted since the last.
 */
final class ModelMetrics {

  private static final String NAMESPACE = "gapline";

  private ModelMetrics() {}

  static void tell(LegDesk desk) {
    desk.counts()
        .forEach(
            (id, counts) -> {
              ModelCounts.More more = counts.take();
              count("calls", id, more.calls());
              count("refused", id, more.refused());
              count("settled", id, more.settled());
              count("failed", id, more.failed());
              count("tokens", id, more.tokens());
              count("spend_micro_usd", id, more.microUsd());
              Metrics.gauge(NAMESPACE, "in_flight." + id).set(desk.model(id).gate().inFlight());
            });
  }

  private static void count(String what, String model, long more) {
    Metrics.counter(NAMESPACE, what + "." + model).inc(more);
  }
}
