package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.Units;
import java.io.IOException;
import java.util.Optional;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.joda.time.Instant;

/**
 * Emits what a unit came to, once its number comes; a number that is none ({@link #PULSE}) only
 * tells the metrics. They are here and not where the calls are made because a runner shows metrics
 * when a step has taken an element, and the step before this one holds its own until the end.
 *
 * <p>Metrics are of the process: whichever lane's pulse comes next tells what all lanes have
 * counted since the last. Their names end in the model's id.
 */
final class ReportUnits extends DoFn<Long, Receipt> {

  /** In place of a unit's number: time has passed. */
  static final long PULSE = -1;

  private static final long serialVersionUID = 1L;
  private static final String NAMESPACE = "gapline";

  private final Leg leg;
  private transient StudyPlan plan;
  private transient Units units;
  private transient StopSignal stop;

  ReportUnits(Leg leg) {
    this.leg = leg;
  }

  @Setup
  public void setup() {
    plan = StudyPlan.of(leg.study());
    units = plan.units(leg.lanes());
    stop = new StopSignal(leg.folder(), leg.name());
  }

  @ProcessElement
  public void report(@Element Long number, @Timestamp Instant earliest, MultiOutputReceiver out)
      throws IOException {
    LegDesk.of(leg).ifPresent(ReportUnits::tell);
    if (number == PULSE) {
      return;
    }
    Optional<Receipt> stands = Receipts.read(leg.folder(), leg.name(), units.unit(number));
    if (stands.isEmpty() && stop.reason().isEmpty()) {
      throw new IllegalStateException("The receipt of unit " + number + " is missing.");
    }
    Receipt receipt = stands.orElseGet(() -> UnitPart.nothing(units.unit(number), plan));
    out.get(RunUnits.RECEIPTS).output(receipt.withoutTallies());
    for (UnitTally tally : receipt.tallies()) {
      out.get(RunUnits.TALLIES)
          .outputWithTimestamp(tally, UpToTheStop.eventTimeOf(tally, earliest));
    }
  }

  private static void tell(LegDesk desk) {
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
    if (more > 0) {
      Metrics.counter(NAMESPACE, what + "." + model).inc(more);
    }
  }
}
