package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.WorkUnit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/**
 * Runs each unit: asks the models, classifies the answers, stores the trials. Emits one receipt per
 * unit, failed calls included in its counts, and the exact integer tallies of what was stored.
 *
 * <p>Rows do not travel: a unit writes its own part of {@code trials}. Calls slide inside the
 * element, so nothing depends on bundles. Units are worked on in the order of the plan, whatever
 * element comes first ({@link Crew}); an element is its unit's place in what follows. One that is
 * tried again brings what it brought before.
 */
public final class RunUnits extends PTransform<PCollection<WorkUnit>, PCollectionTuple> {

  /** One receipt per unit, without its tallies. */
  public static final TupleTag<Receipt> RECEIPTS = new TupleTag<>() {};

  /** Counts per unit, window and cell. */
  public static final TupleTag<UnitTally> TALLIES = new TupleTag<>() {};

  private static final long serialVersionUID = 1L;

  private final Leg leg;

  private RunUnits(Leg leg) {
    this.leg = leg;
  }

  /** Runs the units of that leg's study. */
  public static RunUnits of(Leg leg) {
    return new RunUnits(leg);
  }

  @Override
  public PCollectionTuple expand(PCollection<WorkUnit> units) {
    return units.apply(
        "Run unit", ParDo.of(new RunUnit(leg)).withOutputTags(RECEIPTS, TupleTagList.of(TALLIES)));
  }

  static final class RunUnit extends DoFn<WorkUnit, Receipt> {
    private static final long serialVersionUID = 1L;

    private final Leg leg;
    private transient LegDesk desk;

    RunUnit(Leg leg) {
      this.leg = leg;
    }

    @Setup
    public void setup() {
      try {
        desk = LegDesk.join(leg);
      } catch (UncheckedIOException | IllegalArgumentException e) {
        if (mayPass(e)) {
          throw e;
        }
        throw NotAgain.of(
            "%s cannot work on %s: %s"
                .formatted(Workers.process(), leg.folder().root(), e.getMessage()),
            e);
      }
    }

    /** Whether another try may fare better: the run's folder is there, and may be written to. */
    private boolean mayPass(RuntimeException fault) {
      return fault.getCause() instanceof IOException
          && !(fault.getCause() instanceof NoSuchFileException)
          && !(fault.getCause() instanceof AccessDeniedException)
          && !String.valueOf(fault.getCause().getMessage()).contains("Read-only file system");
    }

    @ProcessElement
    public void run(@Element WorkUnit ticket, @Timestamp Instant earliest, MultiOutputReceiver out)
        throws IOException, InterruptedException {
      if (ticket.equals(UnitSource.PULSE)) {
        return;
      }
      Receipt receipt = desk.crew().receiptFor(ticket.number());
      out.get(RECEIPTS).output(receipt.withoutTallies());
      for (UnitTally tally : receipt.tallies()) {
        out.get(TALLIES).outputWithTimestamp(tally, UpToTheStop.eventTimeOf(tally, earliest));
      }
    }

    @Teardown
    public void teardown() {
      if (desk != null) {
        desk.leave();
        desk = null;
      }
    }
  }
}
