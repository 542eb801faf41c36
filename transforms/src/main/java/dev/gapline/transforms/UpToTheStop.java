package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.UnitTally;
import dev.gapline.transforms.coders.RecordCoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.Min;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.joda.time.Instant;

/**
 * Keeps the counts of a contiguous prefix of the plan: those of every unit up to the first that is
 * not whole, and of that one the whole blocks that it stored. In a run that was not stopped this is
 * everything. What is kept leaves added up, per window and cell, as a few sums: a unit visits
 * nearly as many queries and cells as it has trials, and a runner that holds all units' counts at
 * once would hold as many.
 *
 * <p>By grouping, not as a side input (see {@link Packed}): the stop is told to every group, and
 * what leaves a group has the event time that it had before, in its own window.
 */
public final class UpToTheStop extends PTransform<PCollection<UnitTally>, PCollection<UnitTally>> {

  private static final long serialVersionUID = 1L;
  private static final long GROUPS = 4;
  private static final RecordCoder<UnitTally> TALLIES = RecordCoder.of(UnitTally.class);

  /** Beside a unit's number, in place of a tally: the run stopped at that unit. */
  private static final byte[] STOPPED = {};

  private final PCollection<Receipt> receipts;

  private UpToTheStop(PCollection<Receipt> receipts) {
    this.receipts = receipts;
  }

  /** Finds the stop in these receipts. */
  public static UpToTheStop of(PCollection<Receipt> receipts) {
    return new UpToTheStop(receipts);
  }

  @Override
  public PCollection<UnitTally> expand(PCollection<UnitTally> tallies) {
    PCollection<KV<Long, KV<Long, byte[]>>> stop =
        receipts
            .apply("Units that are not whole", ParDo.of(new NotWhole()))
            .apply("First of them", Combine.globally(Min.ofLongs()).withoutDefaults())
            .apply("Tell all groups", ParDo.of(new Tell()));
    return PCollectionList.of(tallies.apply("Pack tallies", ParDo.of(new Pack())))
        .and(stop)
        .apply("Tallies and stop", Flatten.pCollections())
        .apply(
            "Keep event time",
            Window.<KV<Long, KV<Long, byte[]>>>configure()
                .withTimestampCombiner(TimestampCombiner.EARLIEST))
        .apply("Group", GroupByKey.create())
        .apply("Keep the prefix", ParDo.of(new Keep()));
  }

  /** Which counts are added up. */
  private record CellPlace(Long windowStartSeconds, CellKey cell) {}

  private static final class NotWhole extends DoFn<Receipt, Long> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void find(@Element Receipt receipt, OutputReceiver<Long> out) {
      if (!receipt.isWhole()) {
        out.output(receipt.unit());
      }
    }
  }

  private static final class Tell extends DoFn<Long, KV<Long, KV<Long, byte[]>>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void tell(@Element Long stop, OutputReceiver<KV<Long, KV<Long, byte[]>>> out) {
      for (long group = 0; group < GROUPS; group++) {
        out.output(KV.of(group, KV.of(stop, STOPPED)));
      }
    }
  }

  private static final class Pack extends DoFn<UnitTally, KV<Long, KV<Long, byte[]>>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void pack(@Element UnitTally tally, OutputReceiver<KV<Long, KV<Long, byte[]>>> out)
        throws CoderException {
      out.output(
          KV.of(
              tally.unit() % GROUPS,
              KV.of(tally.unit(), CoderUtils.encodeToByteArray(TALLIES, tally))));
    }
  }

  private static final class Keep extends DoFn<KV<Long, Iterable<KV<Long, byte[]>>>, UnitTally> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void keep(
        @Element KV<Long, Iterable<KV<Long, byte[]>>> group,
        @Timestamp Instant earliest,
        OutputReceiver<UnitTally> out)
        throws CoderException {
      List<KV<Long, byte[]>> tallies = new ArrayList<>();
      long stop = Long.MAX_VALUE;
      for (KV<Long, byte[]> piece : group.getValue()) {
        if (piece.getValue().length == 0) {
          stop = Math.min(stop, piece.getKey());
        } else {
          tallies.add(piece);
        }
      }
      for (UnitTally sum : sums(tallies, stop)) {
        out.outputWithTimestamp(sum, eventTimeOf(sum, earliest));
      }
    }

    /** The sums of the tallies up to the stop, each under the number of one of its units. */
    private static Iterable<UnitTally> sums(List<KV<Long, byte[]>> tallies, long stop)
        throws CoderException {
      Map<CellPlace, UnitTally> sums = new LinkedHashMap<>();
      for (KV<Long, byte[]> piece : tallies) {
        if (piece.getKey() <= stop) {
          UnitTally tally = CoderUtils.decodeFromByteArray(TALLIES, piece.getValue());
          sums.merge(
              new CellPlace(tally.windowStartSeconds(), tally.cell()), tally, UnitTally::plus);
        }
      }
      return sums.values();
    }
  }

  /** A moment inside the tally's window, never before {@code earliest}, which is not after it. */
  static Instant eventTimeOf(UnitTally tally, Instant earliest) {
    if (tally.windowStartSeconds() == null) {
      return earliest;
    }
    Instant start = Instant.ofEpochSecond(tally.windowStartSeconds());
    return start.isBefore(earliest) ? earliest : start;
  }
}
