package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CheckRow;
import dev.gapline.schemas.ContrastRow;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.RateRow;
import dev.gapline.schemas.SensitivityRow;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.UnitTally;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * From the units' counts to the rows of the tables: windows, adds up, estimates once per row of a
 * level and once over all cells of the study, judges the families. Where trials were retried, the
 * same rows without them follow.
 */
public final class Estimate extends PTransform<PCollection<UnitTally>, PCollectionTuple> {

  /** The rows of {@code rates}. */
  public static final TupleTag<RateRow> RATES = new TupleTag<>() {};

  /** The rows of {@code gaps}. */
  public static final TupleTag<GapRow> GAPS = new TupleTag<>() {};

  /** The rows of {@code contrasts}. */
  public static final TupleTag<ContrastRow> CONTRASTS = new TupleTag<>() {};

  /** The rows of {@code sensitivity}. */
  public static final TupleTag<SensitivityRow> SENSITIVITY = new TupleTag<>() {};

  /** The rows of {@code checks}. */
  public static final TupleTag<CheckRow> CHECKS = new TupleTag<>() {};

  private static final TupleTag<GapFinding> FINDINGS = new TupleTag<>() {};
  private static final TupleTag<CheckFinding> CHECK_FINDINGS = new TupleTag<>() {};
  private static final long serialVersionUID = 1L;

  private final Study study;

  private Estimate(Study study) {
    this.study = study;
  }

  /** Estimates what that study declares. */
  public static Estimate of(Study study) {
    return new Estimate(study);
  }

  /** The sort key of a row of {@code rates}. */
  public static String order(RateRow row) {
    return RowOrder.of(row);
  }

  /** The sort key of a row of {@code gaps}. */
  public static String order(GapRow row) {
    return RowOrder.of(row);
  }

  /** The sort key of a row of {@code contrasts}. */
  public static String order(ContrastRow row) {
    return RowOrder.of(row);
  }

  /** The sort key of a row of {@code sensitivity}. */
  public static String order(SensitivityRow row) {
    return RowOrder.of(row);
  }

  /** The sort key of a row of {@code checks}. */
  public static String order(CheckRow row) {
    return RowOrder.of(row);
  }

  @Override
  public PCollectionTuple expand(PCollection<UnitTally> tallies) {
    PCollectionTuple estimated =
        tallies
            .apply("Tally cells", TallyCells.of(study))
            .apply(
                "Estimate rows",
                ParDo.of(new EstimateRows(study))
                    .withOutputTags(
                        RATES,
                        TupleTagList.of(FINDINGS)
                            .and(CONTRASTS)
                            .and(SENSITIVITY)
                            .and(CHECK_FINDINGS)));
    PCollection<GapRow> gaps =
        estimated.get(FINDINGS).apply("Judge families", JudgeFamilies.of(study));
    return PCollectionTuple.of(RATES, estimated.get(RATES))
        .and(GAPS, gaps)
        .and(CONTRASTS, estimated.get(CONTRASTS))
        .and(SENSITIVITY, estimated.get(SENSITIVITY))
        .and(CHECKS, estimated.get(CHECK_FINDINGS).apply("Judge checks", JudgeChecks.of(study)));
  }

  private static final class EstimateRows extends DoFn<KV<LevelKey, Iterable<SubCell>>, RateRow> {
    private static final long serialVersionUID = 1L;

    private final Study study;
    private final Levels levels;

    EstimateRows(Study study) {
      this.study = study;
      this.levels = Levels.of(study);
    }

    @ProcessElement
    public void estimate(@Element KV<LevelKey, Iterable<SubCell>> row, MultiOutputReceiver out) {
      if (row.getKey().level() == Levels.ACROSS) {
        CellTable all = CellTable.of(study, row.getValue());
        EstimateContrasts.of(study, all).forEach(out.get(CONTRASTS)::output);
        for (CellTable cells : all.by(CellKey::scenario).values()) {
          EstimateSensitivity.of(study, cells).forEach(out.get(SENSITIVITY)::output);
          EstimateChecks.of(study, cells).forEach(out.get(CHECK_FINDINGS)::output);
        }
        return;
      }
      for (EstimateLevel level : EstimateLevel.views(study, row.getKey(), row.getValue())) {
        level.rates().forEach(out.get(RATES)::output);
        level.gaps(levels).forEach(out.get(FINDINGS)::output);
      }
    }
  }
}
