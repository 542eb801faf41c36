package dev.gapline.transforms;

import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.coders.RecordCoder;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Instant;

/**
 * The parts of a set of trials in groups, one split each (several to a split beyond 10,000 groups),
 * whatever size the runner asks for. Their timestamp is the beginning of the plan's event time, as
 * that of units is; what is counted in a part has the event time of the plan.
 */
public final class PartSource extends BoundedSource<PartGroup> {

  private static final long serialVersionUID = 1L;
  private static final int MOST_SPLITS = 10_000;

  private final List<PartGroup> groups;
  private final long beginSeconds;

  private PartSource(List<PartGroup> groups, long beginSeconds) {
    this.groups = List.copyOf(groups);
    this.beginSeconds = beginSeconds;
  }

  /** All parts of that set, which the leg analyses. */
  public static PartSource of(Leg leg, TrialSet trials) {
    return new PartSource(
        PartGroup.of(trials.parts(), leg.lanes()),
        StudyPlan.of(leg.study()).eventTime().secondsOf(0));
  }

  @Override
  public List<? extends BoundedSource<PartGroup>> split(
      long desiredBundleSizeBytes, PipelineOptions options) {
    int step = Math.max(1, (groups.size() + MOST_SPLITS - 1) / MOST_SPLITS);
    List<PartSource> splits = new ArrayList<>();
    for (int first = 0; first < groups.size(); first += step) {
      splits.add(
          new PartSource(
              groups.subList(first, Math.min(groups.size(), first + step)), beginSeconds));
    }
    return splits;
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    return groups.stream().mapToLong(group -> group.parts().size()).sum() * 128;
  }

  @Override
  public Coder<PartGroup> getOutputCoder() {
    return RecordCoder.of(PartGroup.class);
  }

  @Override
  public BoundedReader<PartGroup> createReader(PipelineOptions options) {
    return new Reader(this);
  }

  private static final class Reader extends BoundedReader<PartGroup> {
    private final PartSource source;
    private int place = -1;

    Reader(PartSource source) {
      this.source = source;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      place++;
      return place < source.groups.size();
    }

    @Override
    public PartGroup getCurrent() {
      if (place < 0 || place >= source.groups.size()) {
        throw new NoSuchElementException();
      }
      return source.groups.get(place);
    }

    @Override
    public Instant getCurrentTimestamp() {
      return Instant.ofEpochSecond(source.beginSeconds);
    }

    @Override
    public BoundedSource<PartGroup> getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
