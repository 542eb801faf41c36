package dev.gapline.pipeline;

import dev.gapline.schemas.CheckRow;
import dev.gapline.schemas.ContrastRow;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.RateRow;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.SensitivityRow;
import dev.gapline.schemas.TableFile;
import dev.gapline.schemas.UnitTally;
import dev.gapline.transforms.CommitRun;
import dev.gapline.transforms.CountParts;
import dev.gapline.transforms.Estimate;
import dev.gapline.transforms.Leg;
import dev.gapline.transforms.MarkExploratory;
import dev.gapline.transforms.PartSource;
import dev.gapline.transforms.RunUnits;
import dev.gapline.transforms.TrialSet;
import dev.gapline.transforms.UnitSource;
import dev.gapline.transforms.UpToTheStop;
import dev.gapline.transforms.WriteTable;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * The whole system on one screen.
 *
 * <p>Study -> plan -> unit of trials -> [infer -> classify -> store trials/*.parquet] -> tallies ->
 * window, combine -> rates/*.parquet, gaps/*.parquet, contrasts, sensitivity, checks.
 *
 * <p>Of a stored run: trials/*.parquet -> tallies -> the same from there on.
 */
public final class EvalPipeline {

  private EvalPipeline() {}

  /** Adds one leg of a study to the pipeline. */
  public static void build(Pipeline pipeline, Leg leg) {
    PCollectionTuple ran =
        pipeline
            .apply("Plan units", Read.from(UnitSource.of(leg)))
            .apply("Infer, classify, store", RunUnits.of(leg));
    PCollection<Receipt> receipts = ran.get(RunUnits.RECEIPTS);
    PCollection<UnitTally> tallies =
        ran.get(RunUnits.TALLIES).apply("Up to the stop", UpToTheStop.of(receipts));

    PCollectionTuple estimated = tallies.apply("Estimate", Estimate.of(leg.study()));
    write(leg, estimated, estimated.get(Estimate.GAPS))
        .apply("Commit the set of tables", CommitRun.of(leg, receipts));
  }

  /** Adds the making of all tables again, from trials that are stored; nothing is asked. */
  public static void analyze(Pipeline pipeline, Leg leg, TrialSet trials) {
    PCollectionTuple counted =
        pipeline
            .apply("Stored parts", Read.from(PartSource.of(leg, trials)))
            .apply("Count trials", CountParts.of(leg));
    PCollection<Receipt> receipts = counted.get(CountParts.RECEIPTS);

    PCollectionTuple estimated =
        counted.get(CountParts.TALLIES).apply("Estimate", Estimate.of(leg.study()));
    PCollection<GapRow> gaps =
        estimated
            .get(Estimate.GAPS)
            .apply("Mark what was not declared", MarkExploratory.of(leg.study(), trials));
    write(leg, estimated, gaps)
        .apply("Commit the set of tables", CommitRun.of(leg, receipts).ofTrialsIn(trials));
  }

  private static PCollectionList<TableFile> write(
      Leg leg, PCollectionTuple estimated, PCollection<GapRow> gaps) {
    PCollection<RateRow> rates = estimated.get(Estimate.RATES);
    PCollection<ContrastRow> contrasts = estimated.get(Estimate.CONTRASTS);
    PCollection<SensitivityRow> sensitivity = estimated.get(Estimate.SENSITIVITY);
    PCollection<CheckRow> checks = estimated.get(Estimate.CHECKS);

    return PCollectionList.of(
            rates.apply("Write rates", WriteTable.of("rates", leg, Estimate::order)))
        .and(gaps.apply("Write gaps", WriteTable.of("gaps", leg, Estimate::order)))
        .and(contrasts.apply("Write contrasts", WriteTable.of("contrasts", leg, Estimate::order)))
        .and(
            sensitivity.apply(
                "Write sensitivity", WriteTable.of("sensitivity", leg, Estimate::order)))
        .and(checks.apply("Write checks", WriteTable.of("checks", leg, Estimate::order)));
  }
}
