package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.CheckRow;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.statistics.Judgement.Outcome;
import dev.gapline.transforms.statistics.Judgement.Reason;
import dev.gapline.transforms.statistics.Multiplicity;
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
 * Adjusts the p-values of a study's checks, which are one family (Holm), and draws the verdicts: an
 * instrument passes where what should be zero is shown to be smaller than the margin, and fails
 * where it differs from zero; an interval beyond the margin does not raise an alarm by itself,
 * because intervals are not adjusted. Whatever shows neither is inconclusive.
 */
final class JudgeChecks extends PTransform<PCollection<CheckFinding>, PCollection<CheckRow>> {

  private static final long serialVersionUID = 1L;
  private static final String DIFFERS = "differs";

  private final Study study;

  private JudgeChecks(Study study) {
    this.study = study;
  }

  static JudgeChecks of(Study study) {
    return new JudgeChecks(study);
  }

  @Override
  public PCollection<CheckRow> expand(PCollection<CheckFinding> findings) {
    return Packed.gather("Gather checks", findings)
        .apply("Judge checks", ParDo.of(new Judge(study.analysis(), findings.getCoder())));
  }

  /** The rows with their adjusted p-values and verdicts, in the order of the table. */
  static List<CheckRow> judge(Analysis analysis, Iterable<CheckFinding> unordered) {
    List<CheckFinding> tests = new ArrayList<>();
    List<CheckRow> rows = new ArrayList<>();
    for (CheckFinding finding : unordered) {
      if (finding.isTest()) {
        tests.add(finding);
      } else {
        rows.add(finding.row());
      }
    }
    tests.sort(Comparator.comparing(finding -> RowOrder.of(finding.row())));
    List<Double> differs =
        Multiplicity.holm(tests.stream().map(finding -> finding.row().p()).toList());
    List<Double> equivalent = equivalence(tests);
    for (int i = 0; i < tests.size(); i++) {
      rows.add(judged(tests.get(i), analysis.alpha(), differs.get(i), equivalent.get(i)));
    }
    rows.sort(Comparator.comparing(RowOrder::of));
    return rows;
  }

  /** Adjusted over the tests that have a margin; null for the others. */
  private static List<Double> equivalence(List<CheckFinding> tests) {
    List<Double> some =
        Multiplicity.holm(
            tests.stream()
                .filter(finding -> finding.row().margin() != null)
                .map(finding -> finding.row().pEquivalence())
                .toList());
    List<Double> all = new ArrayList<>();
    int next = 0;
    for (CheckFinding finding : tests) {
      all.add(finding.row().margin() == null ? null : some.get(next++));
    }
    return all;
  }

  private static CheckRow judged(
      CheckFinding finding, double alpha, Double differs, Double equivalent) {
    CheckRow row = finding.row();
    if (row.verdict() != null) {
      return row.judged(differs, equivalent, row.verdict(), row.verdictReason());
    }
    boolean isSignificant = differs != null && differs < alpha;
    boolean isSmall =
        row.estimate() == null || Math.abs(row.estimate()) <= finding.leastThatMatters();
    Outcome outcome = Outcome.INCONCLUSIVE;
    String reason;
    if (finding.isTooFew()) {
      reason = Reason.TOO_FEW_QUERIES.id();
    } else if (isSignificant && !isSmall) {
      outcome = Outcome.REFUTED;
      reason = isBeyondMargin(row) ? Reason.BEYOND_MARGIN.id() : DIFFERS;
    } else if (equivalent != null && equivalent < alpha) {
      outcome = Outcome.SUPPORTED;
      reason = Reason.WITHIN_MARGIN.id();
    } else {
      reason = (row.margin() == null ? Reason.NO_MARGIN : Reason.TOO_WIDE).id();
    }
    return row.judged(differs, equivalent, outcome.id(), reason);
  }

  private static boolean isBeyondMargin(CheckRow row) {
    return row.margin() != null
        && row.ciLow() != null
        && (row.ciLow() > row.margin() || row.ciHigh() < -row.margin());
  }

  private static final class Judge extends DoFn<KV<String, Iterable<byte[]>>, CheckRow> {
    private static final long serialVersionUID = 1L;

    private final Analysis analysis;
    private final Coder<CheckFinding> coder;

    Judge(Analysis analysis, Coder<CheckFinding> coder) {
      this.analysis = analysis;
      this.coder = coder;
    }

    @ProcessElement
    public void judge(@Element KV<String, Iterable<byte[]>> all, OutputReceiver<CheckRow> out)
        throws CoderException {
      JudgeChecks.judge(analysis, Packed.unpack(coder, all.getValue())).forEach(out::output);
    }
  }
}
