package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.UnitTally;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Min;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * Keeps the counts of a contiguous prefix of the plan: those of every unit up to the first that is
 * not whole, and of that one the whole blocks that it stored. In a run that was not stopped this is
 * everything.
 */
public final class UpToTheStop extends PTransform<PCollection<UnitTally>, PCollection<UnitTally>> {

  private static final long serialVersionUID = 1L;

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
    PCollectionView<Long> stop =
        receipts
            .apply("Units that are not whole", ParDo.of(new NotWhole()))
            .apply("First of them", Combine.globally(Min.ofLongs()).withoutDefaults())
            .apply(View.<Long>asSingleton().withDefaultValue(Long.MAX_VALUE));
    return tallies.apply("Keep the prefix", ParDo.of(new Keep(stop)).withSideInputs(stop));
  }

  private static final class NotWhole extends DoFn<Receipt, Long> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void find(@Element Receipt receipt, OutputReceiver<Long> out) {
      if (!receipt.isWhole()) {
        out.output(receipt.unit());
      }
    }
  }

  private static final class Keep extends DoFn<UnitTally, UnitTally> {
    private static final long serialVersionUID = 1L;

    private final PCollectionView<Long> stop;

    Keep(PCollectionView<Long> stop) {
      this.stop = stop;
    }

    @ProcessElement
    public void keep(ProcessContext context) {
      if (context.element().unit() <= context.sideInput(stop)) {
        context.output(context.element());
      }
    }
  }
}
