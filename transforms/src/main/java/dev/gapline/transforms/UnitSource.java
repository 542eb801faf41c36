package dev.gapline.transforms;

import dev.gapline.schemas.EventTime;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Units;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.coders.RecordCoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Instant;

/**
 * The units of a plan, one split each (several to a split beyond 10,000 units), whatever size the
 * runner asks for: that is how they spread evenly over lanes. Their timestamp is the beginning of
 * the plan's event time; what a unit emits has the event time of the plan, set before anything else
 * happens.
 *
 * <p>Of a spread leg, units come when all have ended, and until then a {@link #PULSE} every second:
 * a runner shows metrics when a source has moved on, and one that waits inside a step shows none
 * until the end.
 */
public final class UnitSource extends BoundedSource<WorkUnit> {

  private static final long serialVersionUID = 1L;
  private static final long MOST_SPLITS = 10_000;

  /** In place of a unit: time has passed. */
  static final WorkUnit PULSE = new WorkUnit(-1, 0, 0);

  private final Units units;
  private final EventTime eventTime;
  private final RunFolder folder;

  /** Its name; null where all lanes are in one process. */
  private final String spreadLeg;

  private final long from;
  private final long to;

  private UnitSource(
      Units units, EventTime eventTime, RunFolder folder, String spreadLeg, long from, long to) {
    this.folder = folder;
    this.spreadLeg = spreadLeg;
    this.units = units;
    this.eventTime = eventTime;
    this.from = from;
    this.to = to;
  }

  /** All units of the leg's plan, cut for its lanes. */
  public static UnitSource of(Leg leg) {
    StudyPlan plan = StudyPlan.of(leg.study());
    Units units = plan.units(leg.lanes());
    return new UnitSource(
        units,
        plan.eventTime(),
        leg.folder(),
        leg.isSpread() ? leg.name() : null,
        0,
        units.count());
  }

  @Override
  public List<? extends BoundedSource<WorkUnit>> split(
      long desiredBundleSizeBytes, PipelineOptions options) {
    long step = Math.max(1, (to - from + MOST_SPLITS - 1) / MOST_SPLITS);
    List<UnitSource> splits = new ArrayList<>();
    for (long first = from; first < to; first += step) {
      splits.add(
          new UnitSource(units, eventTime, folder, spreadLeg, first, Math.min(to, first + step)));
    }
    return splits;
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    return (to - from) * 24;
  }

  @Override
  public Coder<WorkUnit> getOutputCoder() {
    return RecordCoder.of(WorkUnit.class);
  }

  @Override
  public BoundedReader<WorkUnit> createReader(PipelineOptions options) {
    return new Reader(this);
  }

  private static final class Reader extends BoundedReader<WorkUnit> {
    private final UnitSource source;
    private long number;
    private boolean isPulse;

    Reader(UnitSource source) {
      this.source = source;
      this.number = source.from - 1;
    }

    @Override
    public boolean start() throws IOException {
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      isPulse = source.spreadLeg != null && isWaiting();
      if (isPulse) {
        return true;
      }
      number++;
      return number < source.to;
    }

    /** Waits a moment for the leg's end, where it is worked on in this process. */
    private boolean isWaiting() throws IOException {
      Optional<LegDesk> desk = LegDesk.of(source.folder, source.spreadLeg);
      if (desk.isEmpty()) {
        return false;
      }
      try {
        boolean hasEnded = desk.get().crew().haveAllEnded();
        ModelMetrics.tell(desk.get());
        return !hasEnded;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("Interrupted while units were worked on.", e);
      }
    }

    @Override
    public WorkUnit getCurrent() {
      if (isPulse) {
        return PULSE;
      }
      if (number < source.from || number >= source.to) {
        throw new NoSuchElementException();
      }
      return source.units.unit(number);
    }

    @Override
    public Instant getCurrentTimestamp() {
      return Instant.ofEpochSecond(source.eventTime.secondsOf(0));
    }

    @Override
    public BoundedSource<WorkUnit> getCurrentSource() {
      return source;
    }

    @Override
    public void close() throws IOException {}
  }
}
