package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.statistics.Evidence;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.Judgement;
import dev.gapline.transforms.statistics.Multiplicity;
import dev.gapline.transforms.statistics.Verdicts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
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
      } else if (finding.isOfRest()) {
        rest.add(finding);
      } else {
        rows.add(finding.row());
      }
    }
    rows.addAll(family(analysis, analysis.primaryCorrection(), primary));
    rows.addAll(family(analysis, analysis.restCorrection(), rest));
    return rows;
  }

  private static List<GapRow> family(
      Analysis analysis, Analysis.Correction correction, List<GapFinding> family) {
    Adjusted own = Adjusted.of(correction, family, GapFinding::own);
    Adjusted lowest = Adjusted.of(correction, family, GapFinding::low);
    Adjusted highest = Adjusted.of(correction, family, GapFinding::high);
    List<Double> yekutieli =
        correction == Analysis.Correction.BH
            ? Multiplicity.benjaminiYekutieli(
                family.stream().map(finding -> finding.row().pSuperiority()).toList())
            : Collections.nCopies(family.size(), null);
    List<GapRow> rows = new ArrayList<>();
    for (int i = 0; i < family.size(); i++) {
      GapFinding finding = family.get(i);
      Judgement judgement =
          finding.expectation() == null ? null : own.judge(i, finding, analysis.alpha());
      String flags = finding.row().flags();
      if (judgement != null
          && judgement.outcome() != Judgement.Outcome.INCONCLUSIVE
          && finding.lowest() != null
          && judgement.outcome()
              != Verdicts.whatever(
                  lowest.judge(i, finding, analysis.alpha()),
                  lowest.effect(i),
                  highest.judge(i, finding, analysis.alpha()),
                  highest.effect(i))) {
        flags = with(flags, Flag.BOUNDS_CHANGE_VERDICT);
      }
      rows.add(
          with(
              finding.row(),
              own.superiority().get(i),
              own.equivalence().get(i),
              yekutieli.get(i),
              judgement,
              flags));
    }
    return rows;
  }

  private static String with(String flags, Flag more) {
    List<String> all = new ArrayList<>(flags.isEmpty() ? List.of() : List.of(flags.split("; ")));
    all.add(more.id());
    return EstimateLevel.joined(all);
  }

  /** The estimates of a family at one end of what the missing answers admit, p-values adjusted. */
  private record Adjusted(
      List<GapFinding.End> ends, List<Double> superiority, List<Double> equivalence) {

    static Adjusted of(
        Analysis.Correction correction,
        List<GapFinding> family,
        Function<GapFinding, GapFinding.End> end) {
      List<GapFinding.End> ends = family.stream().map(end).toList();
      return new Adjusted(
          ends,
          Multiplicity.adjust(correction, ends.stream().map(GapFinding.End::pSuperiority).toList()),
          Multiplicity.adjust(
              correction, ends.stream().map(GapFinding.End::pEquivalence).toList()));
    }

    double effect(int i) {
      return ends.get(i).gap() == null ? 0 : ends.get(i).gap();
    }

    Judgement judge(int i, GapFinding finding, double alpha) {
      GapFinding.End end = ends.get(i);
      if (end.tooFew() != null) {
        return Judgement.inconclusive(end.tooFew());
      }
      if (end.gap() == null || end.low() == null) {
        return Judgement.inconclusive(Judgement.Reason.TOO_WIDE);
      }
      return Verdicts.judge(
          new Evidence(
              end.gap(),
              end.low(),
              end.high(),
              superiority.get(i),
              equivalence.get(i),
              finding.row().margin(),
              alpha),
          finding.expectation());
    }
  }

  private static GapRow with(
      GapRow row,
      Double superiority,
      Double equivalence,
      Double yekutieli,
      Judgement judgement,
      String flags) {
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
        flags,
        row.weights(),
        row.seType(),
        row.level(),
        row.discordantTreatment(),
        row.discordantControl(),
        row.icc(),
        yekutieli,
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
