package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.TableFile;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PDone;

/**
 * The last step of a run: once all receipts and all tables are there, names them in {@code
 * run.json}. Replacing that one file is the commit; before it, readers see the set that stood
 * before. Doing it twice does no harm.
 */
public final class CommitRun extends PTransform<PCollectionList<TableFile>, PDone> {

  private static final long serialVersionUID = 1L;

  private final Leg leg;
  private final PCollection<Receipt> receipts;
  private final TrialSet analysed;

  private CommitRun(Leg leg, PCollection<Receipt> receipts, TrialSet analysed) {
    this.leg = leg;
    this.receipts = receipts;
    this.analysed = analysed;
  }

  /** Commits the leg's tables with these receipts. */
  public static CommitRun of(Leg leg, PCollection<Receipt> receipts) {
    return new CommitRun(leg, receipts, null);
  }

  /** Commits them as an analysis of those trials, which it did not ask itself. */
  public CommitRun ofTrialsIn(TrialSet trials) {
    return new CommitRun(leg, receipts, trials);
  }

  @Override
  public PDone expand(PCollectionList<TableFile> tables) {
    PCollection<Piece> files =
        tables
            .apply("All tables", Flatten.pCollections())
            .apply("Table to commit", ParDo.of(new OfTable()));
    PCollection<Piece> units = receipts.apply("Receipt to commit", ParDo.of(new OfReceipt()));
    PCollection<Piece> all =
        PCollectionList.of(files).and(units).apply("All to commit", Flatten.pCollections());
    Packed.gather("Gather what to commit", all)
        .apply("Commit", ParDo.of(new Commit(leg, analysed, all.getCoder())));
    return PDone.in(tables.getPipeline());
  }

  /** What a commit needs: a receipt or a table; the other is null. */
  record Piece(Receipt receipt, TableFile table) {}

  private static final class OfTable extends DoFn<TableFile, Piece> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void wrap(@Element TableFile table, OutputReceiver<Piece> out) {
      out.output(new Piece(null, table));
    }
  }

  private static final class OfReceipt extends DoFn<Receipt, Piece> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void wrap(@Element Receipt receipt, OutputReceiver<Piece> out) {
      out.output(new Piece(receipt, null));
    }
  }

  private static final class Commit extends DoFn<KV<String, Iterable<byte[]>>, Void> {
    private static final long serialVersionUID = 1L;

    private final Leg leg;
    private final TrialSet analysed;
    private final Coder<Piece> coder;

    Commit(Leg leg, TrialSet analysed, Coder<Piece> coder) {
      this.leg = leg;
      this.analysed = analysed;
      this.coder = coder;
    }

    @ProcessElement
    public void commit(@Element KV<String, Iterable<byte[]>> all) throws IOException {
      List<Receipt> receipts = new ArrayList<>();
      List<TableFile> files = new ArrayList<>();
      for (Piece piece : Packed.unpack(coder, all.getValue())) {
        if (piece.receipt() != null) {
          receipts.add(piece.receipt());
        } else {
          files.add(piece.table());
        }
      }
      receipts.sort(Comparator.comparingLong(Receipt::unit));
      Map<String, List<RunState.File>> tables = new TreeMap<>();
      long planned = StudyPlan.of(leg.study()).trials();
      Totals totals = new Totals();
      try {
        receipts.forEach(totals::add);
        totals.requireAll(planned);
      } catch (IllegalStateException e) {
        throw NotAgain.of(e.getMessage(), e);
      }
      tables.put("trials", totals.parts.isEmpty() ? List.of(emptyPart(leg)) : totals.parts);
      for (TableFile file : files) {
        tables.put(
            file.table(), List.of(new RunState.File(file.name(), file.rows(), file.digest())));
      }
      Store store = leg.folder().store();
      if (leg.isSpread() || store.durability() == Store.Durability.CLOSED) {
        new Legs.Standing(store, leg.name()).requireLast();
      }
      String stopped = stopped();
      // A small study may have a row for every trial though no model would be asked.
      boolean isComplete =
          totals.isWhole && (stopped == null || !stopped.startsWith(LegDesk.AT_FIRST_CALL));
      new RunState(
              isComplete ? RunState.State.COMPLETE : RunState.State.PARTIAL,
              leg.study().name(),
              leg.study().seed(),
              leg.studyDigest(),
              leg.name(),
              leg.name(),
              planned,
              totals.stored,
              totals.failed,
              totals.reused,
              leg.earlier().calls() + totals.calls,
              leg.earlier().promptTokens() + totals.promptTokens,
              leg.earlier().completionTokens() + totals.completionTokens,
              leg.earlier().costUsd() + totals.costUsd,
              leg.earlier().judging().plus(totals.judging),
              leg.earlier().openIntents(),
              stopped,
              analysed == null ? null : analysed.run(),
              leg.answers() == null ? null : leg.answers().run(),
              RunState.Budget.of(leg.study()),
              RunState.pricesOf(leg.study()),
              tables,
              Versions.current())
          .write(leg.folder());
      dropWhatDoesNotCount(leg, tables.get("trials"));
      if (totals.isWhole || !leg.folder().isRemote()) {
        leg.folder().link(leg.name());
      }
    }

    /** Why sending stopped early; null when it did not. */
    private String stopped() {
      if (analysed != null) {
        return analysed.stopped();
      }
      return new StopSignal(leg.folder(), leg.name())
          .reason()
          .orElse(leg.answers() == null ? null : leg.answers().stopped());
    }

    /** A table without rows still gets its file. */
    private static RunState.File emptyPart(Leg leg) throws IOException {
      String file = "empty.parquet";
      leg.folder().store().delete(RunNames.table(leg.name(), "trials") + "/" + file);
      TableWriter writer =
          TableWriter.in(
              leg.folder(),
              leg.name(),
              "trials",
              TableSchema.of("trials", leg.study().factors()),
              file);
      writer.close();
      TableFile written = writer.finished();
      return new RunState.File(written.name(), written.rows(), written.digest());
    }

    /** Parts beyond a stop, and of attempts whose receipt does not stand: the ledger keeps them. */
    private static void dropWhatDoesNotCount(Leg leg, List<RunState.File> parts)
        throws IOException {
      String folder = RunNames.table(leg.name(), "trials") + "/";
      Store store = leg.folder().store();
      Set<String> current = parts.stream().map(RunState.File::name).collect(Collectors.toSet());
      for (Store.Stored part : store.list(RunNames.table(leg.name(), "trials"))) {
        if (!current.contains(part.name().substring(folder.length()))) {
          store.delete(part.name());
        }
      }
    }
  }

  /** Sums over the receipts; rows count up to the first unit that is not whole. */
  private static final class Totals {
    private final List<RunState.File> parts = new ArrayList<>();
    private boolean isWhole = true;
    private long units;
    private long stored;
    private long failed;
    private long reused;
    private long calls;
    private long promptTokens;
    private long completionTokens;
    private double costUsd;
    private Receipt.Judging judging = Receipt.Judging.NONE;

    void add(Receipt receipt) {
      if (receipt.unit() != units) {
        throw new IllegalStateException(
            "Expected one receipt of every unit: after %d units came that of unit %d."
                .formatted(units, receipt.unit()));
      }
      units++;
      calls += receipt.calls();
      promptTokens += receipt.promptTokens();
      completionTokens += receipt.completionTokens();
      costUsd += receipt.costUsd();
      judging = judging.plus(receipt.judging());
      if (!isWhole) {
        return;
      }
      isWhole = receipt.isWhole();
      stored += receipt.rows();
      failed += receipt.failures();
      reused += receipt.reused();
      if (receipt.part() != null) {
        parts.add(new RunState.File(receipt.part(), receipt.rows(), receipt.digest()));
      }
    }

    /** In a run that was not stopped, every planned trial is a row. */
    void requireAll(long planned) {
      if (isWhole && stored != planned) {
        throw new IllegalStateException(
            "The units stored %,d trials and none was stopped; the grid has %,d."
                .formatted(stored, planned));
      }
    }
  }
}
