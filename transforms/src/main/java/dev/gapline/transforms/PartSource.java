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
 * The parts of a set of trials, one split each (several to a split beyond 10,000 parts), whatever
 * size the runner asks for. Their timestamp is the beginning of the plan's event time, as that of
 * units is; what is counted in a part has the event time of the plan.
 */
public final class PartSource extends BoundedSource<StoredPart> {

  private static final long serialVersionUID = 1L;
  private static final int MOST_SPLITS = 10_000;

  private final List<StoredPart> parts;
  private final long beginSeconds;

  private PartSource(List<StoredPart> parts, long beginSeconds) {
    this.parts = List.copyOf(parts);
    this.beginSeconds = beginSeconds;
  }

  /** All parts of that set, which the leg analyses. */
  public static PartSource of(Leg leg, TrialSet trials) {
    return new PartSource(trials.parts(), StudyPlan.of(leg.study()).eventTime().secondsOf(0));
  }

  @Override
  public List<? extends BoundedSource<StoredPart>> split(
      long desiredBundleSizeBytes, PipelineOptions options) {
    int step = Math.max(1, (parts.size() + MOST_SPLITS - 1) / MOST_SPLITS);
    List<PartSource> splits = new ArrayList<>();
    for (int first = 0; first < parts.size(); first += step) {
      splits.add(
          new PartSource(parts.subList(first, Math.min(parts.size(), first + step)), beginSeconds));
    }
    return splits;
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    return parts.size() * 128L;
  }

  @Override
  public Coder<StoredPart> getOutputCoder() {
    return RecordCoder.of(StoredPart.class);
  }

  @Override
  public BoundedReader<StoredPart> createReader(PipelineOptions options) {
    return new Reader(this);
  }

  private static final class Reader extends BoundedReader<StoredPart> {
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
      return place < source.parts.size();
    }

    @Override
    public StoredPart getCurrent() {
      if (place < 0 || place >= source.parts.size()) {
        throw new NoSuchElementException();
      }
      return source.parts.get(place);
    }

    @Override
    public Instant getCurrentTimestamp() {
      return Instant.ofEpochSecond(source.beginSeconds);
    }

    @Override
    public BoundedSource<StoredPart> getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
