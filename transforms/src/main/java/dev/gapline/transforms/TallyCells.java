package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.UnitTally;
import dev.gapline.transforms.coders.RecordCoder;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.joda.time.Duration;

/**
 * Adds the units' counts up per cell, in each window and over all windows, and groups the cells
 * into the study's levels. Only exact integers are added, so any split, order and merge gives the
 * same.
 */
final class TallyCells
    extends PTransform<PCollection<UnitTally>, PCollection<KV<LevelKey, Iterable<SubCell>>>> {

  private static final long serialVersionUID = 1L;

  /** Tallies are grouped as bytes, which runners copy cheaply; see {@link Packed}. */
  private static final RecordCoder<CellTally> TALLIES = RecordCoder.of(CellTally.class);

  private final Study study;

  private TallyCells(Study study) {
    this.study = study;
  }

  static TallyCells of(Study study) {
    return new TallyCells(study);
  }

  @Override
  public PCollection<KV<LevelKey, Iterable<SubCell>>> expand(PCollection<UnitTally> tallies) {
    PCollection<KV<CellKey, byte[]>> byCell =
        tallies.apply("Key by cell", ParDo.of(new KeyByCell()));
    List<PCollection<KV<LevelKey, SubCell>>> all = new ArrayList<>();
    all.add(
        byCell
            .apply("Tally over all windows", Combine.perKey(new SumTallies()))
            .apply("To levels over all windows", ParDo.of(new ToLevels(study))));
    if (study.windowQueries() != null) {
      Duration size = Duration.standardSeconds(study.windowQueries());
      all.add(
          byCell
              .apply("Window", Window.into(FixedWindows.of(size)))
              .apply("Tally each window", Combine.perKey(new SumTallies()))
              .apply("To levels of each window", ParDo.of(new ToLevels(study)))
              .apply("Leave windows", Window.into(new GlobalWindows())));
    }
    return PCollectionList.of(all)
        .apply("Rows of all windows", Flatten.pCollections())
        .apply("Group by level", GroupByKey.create());
  }

  private static final class KeyByCell extends DoFn<UnitTally, KV<CellKey, byte[]>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void key(@Element UnitTally tally, OutputReceiver<KV<CellKey, byte[]>> out)
        throws CoderException {
      out.output(KV.of(tally.cell(), CoderUtils.encodeToByteArray(TALLIES, tally.tally())));
    }
  }

  private static final class ToLevels extends DoFn<KV<CellKey, CellTally>, KV<LevelKey, SubCell>> {
    private static final long serialVersionUID = 1L;

    private final Levels levels;

    ToLevels(Study study) {
      this.levels = Levels.of(study);
    }

    @ProcessElement
    public void toLevels(
        @Element KV<CellKey, CellTally> cell,
        BoundedWindow window,
        OutputReceiver<KV<LevelKey, SubCell>> out) {
      Long start =
          window instanceof IntervalWindow interval
              ? Long.valueOf(interval.start().getMillis() / 1000)
              : null;
      if (start == null) {
        out.output(KV.of(Levels.across(), new SubCell(cell.getKey(), cell.getValue())));
      }
      SubCell ofLevels = new SubCell(cell.getKey(), cell.getValue().withoutOrder());
      for (int level = 0; level < levels.count(); level++) {
        out.output(KV.of(levels.key(level, start, cell.getKey()), ofLevels));
      }
    }
  }

  /** Adds tallies; the sum of none is empty. */
  private static final class SumTallies
      extends Combine.CombineFn<byte[], SumTallies.Sum, CellTally> {
    private static final long serialVersionUID = 1L;

    /** A sum in the making: queries in the order of their ids. */
    record Sum(CellTally tally) {}

    @Override
    public Sum createAccumulator() {
      return new Sum(CellTally.empty());
    }

    @Override
    public Sum addInput(Sum sum, byte[] tally) {
      try {
        return new Sum(sum.tally().plus(CoderUtils.decodeFromByteArray(TALLIES, tally)));
      } catch (CoderException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Sum mergeAccumulators(Iterable<Sum> sums) {
      CellTally total = CellTally.empty();
      for (Sum sum : sums) {
        total = total.plus(sum.tally());
      }
      return new Sum(total);
    }

    @Override
    public CellTally extractOutput(Sum sum) {
      return sum.tally();
    }
  }
}
