package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.UnitTally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/**
 * Counts stored parts of {@code trials}: what {@link RunUnits} emits, without a call. Emits one
 * receipt per part and the exact integer tallies of what a group of parts holds. Every trial counts
 * once; a part in which one is missing or stands twice fails the bundle.
 */
public final class CountParts extends PTransform<PCollection<PartGroup>, PCollectionTuple> {

  /** One receipt per part, without its tallies. */
  public static final TupleTag<Receipt> RECEIPTS = new TupleTag<>() {};

  /** Counts per group of parts, window and cell. */
  public static final TupleTag<UnitTally> TALLIES = new TupleTag<>() {};

  private static final long serialVersionUID = 1L;

  private final Leg leg;

  private CountParts(Leg leg) {
    this.leg = leg;
  }

  /** Counts parts that lie among the leg's own tables. */
  public static CountParts of(Leg leg) {
    return new CountParts(leg);
  }

  @Override
  public PCollectionTuple expand(PCollection<PartGroup> parts) {
    return parts.apply(
        "Count parts", ParDo.of(new Count(leg)).withOutputTags(RECEIPTS, TupleTagList.of(TALLIES)));
  }

  private static final class Count extends DoFn<PartGroup, Receipt> {
    private static final long serialVersionUID = 1L;

    private final Leg leg;

    Count(Leg leg) {
      this.leg = leg;
    }

    @ProcessElement
    public void count(
        @Element PartGroup group, @Timestamp Instant earliest, MultiOutputReceiver out)
        throws IOException {
      PartCount count = new PartCount(leg.study());
      for (StoredPart part : group.parts()) {
        out.get(RECEIPTS).output(receipt(count, part));
      }
      for (UnitTally tally : count.tallies(group.parts().get(0))) {
        out.get(TALLIES).outputWithTimestamp(tally, UpToTheStop.eventTimeOf(tally, earliest));
      }
    }

    private Receipt receipt(PartCount count, StoredPart part) throws IOException {
      String name = RunNames.table(leg.name(), "trials") + "/" + part.name();
      if (!leg.folder().isRemote()) {
        return count.read(part, leg.folder().store().local(name, null));
      }
      Path copies = Files.createTempDirectory("gapline-part");
      try {
        return count.read(part, leg.folder().store().local(name, copies));
      } finally {
        Folders.delete(copies);
      }
    }
  }
}
