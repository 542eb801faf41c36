package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.statistics.Evidence;
import dev.gapline.transforms.statistics.Judgement;
import dev.gapline.transforms.statistics.Method;
import dev.gapline.transforms.statistics.Multiplicity;
import dev.gapline.transforms.statistics.Verdicts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Adjusts p-values over the families of a study and draws the verdicts. The confirmatory headline
 * rows are one family; the exploratory rows of the headline's method over all windows and all
 * trials are another; further rows belong to none. Intervals are not adjusted.
 */
final class JudgeFamilies extends PTransform<PCollection<GapFinding>, PCollection<GapRow>> {

  private static final long serialVersionUID = 1L;

  private final Study study;

  private JudgeFamilies(Study study) {
    this.study = study;
  }

  static JudgeFamilies of(Study study) {
    return new JudgeFamilies(study);
  }

  @Override
  public PCollection<GapRow> expand(PCollection<GapFinding> findings) {
    return Packed.gather("Gather findings", findings)
        .apply("Judge", ParDo.of(new Judge(study.analysis(), findings.getCoder())));
  }

  /** The rows with their families' adjustments and verdicts, in the order of the table. */
  static List<GapRow> judge(Analysis analysis, Iterable<GapFinding> unordered) {
    List<GapFinding> findings = new ArrayList<>();
    unordered.forEach(findings::add);
    findings.sort(Comparator.comparing(finding -> RowOrder.of(finding.row())));
    List<GapFinding> primary = new ArrayList<>();
    List<GapFinding> rest = new ArrayList<>();
    List<GapRow> rows = new ArrayList<>();
    for (GapFinding finding : findings) {
      if (finding.row().headline()) {
        primary.add(finding);
      } else if (finding.view() == View.ALL_TRIALS
          && finding.row().windowStart() == null
          && finding.row().method().equals(headlineMethod(analysis).id())) {
        rest.add(finding);
      } else {
        rows.add(finding.row());
      }
    }
    rows.addAll(family(analysis, analysis.primaryCorrection(), primary));
    rows.addAll(family(analysis, analysis.restCorrection(), rest));
    return rows;
  }

  private static Method headlineMethod(Analysis analysis) {
    return analysis.weights() == Analysis.Weights.MACRO
        ? Method.PAIRED_CLUSTER_MACRO
        : Method.PAIRED_CLUSTER_MICRO;
  }

  private static List<GapRow> family(
      Analysis analysis, Analysis.Correction correction, List<GapFinding> family) {
    List<Double> superiority =
        Multiplicity.adjust(
            correction, family.stream().map(finding -> finding.row().pSuperiority()).toList());
    List<Double> equivalence =
        Multiplicity.adjust(
            correction, family.stream().map(finding -> finding.row().pEquivalence()).toList());
    List<GapRow> rows = new ArrayList<>();
    for (int i = 0; i < family.size(); i++) {
      rows.add(judged(family.get(i), analysis.alpha(), superiority.get(i), equivalence.get(i)));
    }
    return rows;
  }

  private static GapRow judged(
      GapFinding finding, double alpha, Double superiority, Double equivalence) {
    if (finding.expectation() == null) {
      return with(finding.row(), superiority, equivalence, null);
    }
    GapRow row = finding.row();
    Judgement judgement;
    if (finding.isTooFew()) {
      judgement = Judgement.inconclusive(Judgement.Reason.TOO_FEW_QUERIES);
    } else if (row.gap() == null || row.ciLow() == null) {
      judgement = Judgement.inconclusive(Judgement.Reason.TOO_WIDE);
    } else {
      judgement =
          Verdicts.judge(
              new Evidence(
                  row.gap(),
                  row.ciLow(),
                  row.ciHigh(),
                  superiority,
                  equivalence,
                  row.margin(),
                  alpha),
              finding.expectation());
    }
    return with(row, superiority, equivalence, judgement);
  }

  private static GapRow with(
      GapRow row, Double superiority, Double equivalence, Judgement judgement) {
    return new GapRow(
        row.study(),
        row.windowStart(),
        row.windowEnd(),
        row.scenario(),
        row.model(),
        row.paraphrase(),
        row.temperature(),
        row.contrast(),
        row.treatment(),
        row.control(),
        row.measure(),
        row.method(),
        row.headline(),
        row.role(),
        row.hypothesis(),
        row.plannedTreatment(),
        row.plannedControl(),
        row.nTreatment(),
        row.nControl(),
        row.x2Treatment(),
        row.x2Control(),
        row.rateTreatment(),
        row.rateControl(),
        row.clusters(),
        row.pairs(),
        row.unpairedQueries(),
        row.gap(),
        row.se(),
        row.df(),
        row.ciLow(),
        row.ciHigh(),
        row.pSuperiority(),
        row.pEquivalence(),
        row.pFloor(),
        superiority,
        equivalence,
        row.margin(),
        row.mde(),
        row.halfWidth(),
        row.boundsLow(),
        row.boundsHigh(),
        judgement == null ? null : judgement.outcome().id(),
        judgement == null ? null : judgement.reason().id(),
        row.correction(),
        row.targetQueries(),
        row.targetParaphrases(),
        row.conventions(),
        row.flags(),
        row.factors());
  }

  private static final class Judge extends DoFn<KV<String, Iterable<byte[]>>, GapRow> {
    private static final long serialVersionUID = 1L;

    private final Analysis analysis;
    private final Coder<GapFinding> coder;

    Judge(Analysis analysis, Coder<GapFinding> coder) {
      this.analysis = analysis;
      this.coder = coder;
    }

    @ProcessElement
    public void judge(@Element KV<String, Iterable<byte[]>> all, OutputReceiver<GapRow> out)
        throws CoderException {
      JudgeFamilies.judge(analysis, Packed.unpack(coder, all.getValue())).forEach(out::output);
    }
  }
}
