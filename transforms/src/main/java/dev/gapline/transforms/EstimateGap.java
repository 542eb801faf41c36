package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.statistics.GapEstimate;
import dev.gapline.transforms.statistics.GapMethods;
import dev.gapline.transforms.statistics.GapMethods.Extent;
import dev.gapline.transforms.statistics.Method;
import dev.gapline.transforms.statistics.MissingAnswers;
import dev.gapline.transforms.statistics.PlannedPair;
import dev.gapline.transforms.statistics.QueryPair;
import dev.gapline.transforms.statistics.Verdicts;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All rows of one contrast and measure at one level's row, by every method. */
final class EstimateGap {

  /** The measures whose gaps have a bootstrap row. */
  static final Set<Measure> BOOTSTRAPPED = EnumSet.of(Measure.COMPLIANCE, Measure.AF_MEAN);

  /** Wordings that were chosen and not drawn: no part of a claim about wordings like these. */
  static final Set<String> ANCHORS = Set.of("base", "published");

  private final Study study;
  private final LevelKey key;
  private final View view;
  private final Contrast contrast;
  private final Measure measure;
  private final GapMethods methods;
  private final GapRows rows;
  private final List<PlannedPair> planned;
  private final List<PlannedPair> drawn;
  private final GapRows.Arms arms;
  private final GapRows.Arms drawnArms;
  private final List<String> drawnWordings;
  private final boolean hasTwoWay;

  /** Whether what is missing are answers, and not what the measure reads, such as reasoning. */
  private final boolean isMeasured;

  private EstimateGap(
      Study study,
      LevelKey key,
      View view,
      GapMethods methods,
      GapRows rows,
      CellTable all,
      CellTable drawn) {
    this.study = study;
    this.key = key;
    this.view = view;
    this.methods = methods;
    this.rows = rows;
    this.contrast = rows.contrast();
    this.measure = rows.measure();
    this.planned = all.planned(contrast, measure);
    this.drawn = drawn.planned(contrast, measure);
    this.arms = GapRows.Arms.of(planned);
    this.drawnArms = GapRows.Arms.of(this.drawn);
    this.drawnWordings = drawn.wordings();
    this.isMeasured =
        arms.hasValues() || !GapRows.Arms.of(all.planned(contrast, Measure.COMPLIANCE)).hasValues();
    this.hasTwoWay =
        methods.headline() == Method.TWO_WAY
            || (key.paraphrase() == null
                && study.paraphrases().size() > 1
                && key.windowStartSeconds() == null);
  }

  static List<GapFinding> findings(
      Study study,
      LevelKey key,
      View view,
      CellTable cells,
      Levels levels,
      boolean hasResponseModels) {
    Analysis analysis = study.analysis();
    GapMethods without =
        GapMethods.of(
            GapMethods.headline(analysis, key.paraphrase() == null),
            analysis.alpha(),
            Long.toString(study.seed()));
    GapMethods methods =
        key.windowStartSeconds() == null && view == View.ALL_TRIALS
            ? without.withSigns(cells.queries())
            : without;
    CellTable drawn =
        key.paraphrase() == null
            ? cells.where(cell -> !ANCHORS.contains(cell.paraphrase()))
            : cells;
    List<GapFinding> findings = new ArrayList<>();
    for (Contrast contrast : study.contrasts()) {
      for (Measure measure : study.measures()) {
        GapRows rows =
            new GapRows(study, key, view, contrast, measure, methods.headline(), hasResponseModels);
        findings.addAll(
            new EstimateGap(study, key, view, methods, rows, cells, drawn).findings(levels));
      }
    }
    return findings;
  }

  private List<GapFinding> findings(Levels levels) {
    List<QueryPair> complete = planned.stream().map(PlannedPair::complete).toList();
    GapMethods.Estimates found = methods.estimates(complete, extent());
    Map<Method, GapEstimate> estimates = found.byMethod();
    if (hasTwoWay) {
      estimates.put(Method.TWO_WAY, ofDrawn(drawn.stream().map(PlannedPair::complete).toList()));
    }
    GapEstimate headline = estimates.get(methods.headline());
    List<PlannedPair> ofHeadline = methods.headline() == Method.TWO_WAY ? drawn : planned;
    GapRows.Arms armsOfHeadline = arms(methods.headline());
    boolean hasMissing = MissingAnswers.exist(ofHeadline);
    MissingAnswers.Ends ends =
        extent() != Extent.FEW && hasMissing
            ? MissingAnswers.ends(ofHeadline, queries -> methods.headline(queries, drawnWordings))
            : new MissingAnswers.Ends(headline, headline);
    rows.about(
        complete,
        found,
        key.windowStartSeconds() == null
            && MissingAnswers.differ(planned, methods.alpha(), methods.seed()));
    List<GapFinding> findings = new ArrayList<>();
    estimates.forEach(
        (method, estimate) -> findings.addAll(findings(levels, method, estimate, ends)));
    if (extent() != Extent.FEW) {
      findings.add(
          plain(
              rows.row(
                  Method.HOROWITZ_MANSKI,
                  MissingAnswers.horowitzManski(ends, methods.alpha()),
                  armsOfHeadline,
                  null,
                  ends)));
      findings.add(
          plain(
              rows.row(
                  Method.EQUIVALENCE,
                  GapMethods.equivalence(headline),
                  armsOfHeadline,
                  null,
                  null)));
      findings.addAll(noncompliant(ofHeadline, hasMissing && isMeasured ? null : headline));
    }
    return findings;
  }

  /**
   * The headline's method where missing answers count as not complying: all of them, and, where
   * there are such, those alone that the provider's filter kept back, which is the behaviour of the
   * whole system (SCIENCE 5.10).
   *
   * @param unchanged the estimate where nothing is missing, or where the measure is not taken of
   *     any answer; null to compute it
   */
  private List<GapFinding> noncompliant(List<PlannedPair> pairs, GapEstimate unchanged) {
    boolean isEvent = measure.countsNoncompliance();
    List<GapFinding> findings = new ArrayList<>();
    findings.add(
        noncompliant(
            isMeasured ? pairs.stream().map(pair -> pair.settledAs(isEvent)).toList() : pairs,
            unchanged,
            GapRows.NONCOMPLIANT));
    if (isMeasured && pairs.stream().anyMatch(PlannedPair::hasFiltered)) {
      findings.add(
          noncompliant(
              pairs.stream().map(pair -> pair.withFilteredAs(isEvent)).toList(),
              null,
              GapRows.FILTER_NONCOMPLIANT));
    }
    return findings;
  }

  private GapFinding noncompliant(
      List<PlannedPair> settled, GapEstimate unchanged, String convention) {
    GapEstimate estimate =
        unchanged == null
            ? methods.headline(settled.stream().map(PlannedPair::complete).toList(), drawnWordings)
            : unchanged;
    return plain(rows.settled(methods.headline(), estimate, GapRows.Arms.of(settled), convention));
  }

  private List<GapFinding> findings(
      Levels levels, Method method, GapEstimate estimate, MissingAnswers.Ends ends) {
    List<Analysis.Hypothesis> hypotheses =
        method == methods.headline() ? hypotheses(levels) : List.of();
    GapRows.Arms counts = arms(method);
    if (hypotheses.isEmpty()) {
      boolean isOfRest =
          method == methods.headline()
              && view == View.ALL_TRIALS
              && key.windowStartSeconds() == null;
      GapRow row = rows.row(method, estimate, counts, null, null);
      return List.of(new GapFinding(row, null, null, isOfRest, null, null));
    }
    List<GapFinding> findings = new ArrayList<>();
    for (Analysis.Hypothesis hypothesis : hypotheses) {
      findings.add(
          new GapFinding(
              rows.row(method, estimate, counts, hypothesis, null),
              hypothesis.expect(),
              Verdicts.tooFew(estimate, methods.alpha()),
              false,
              end(estimate, ends.lowest(), hypothesis),
              end(estimate, ends.highest(), hypothesis)));
    }
    return findings;
  }

  /** An end of what the missing answers admit; null where it is the estimate. */
  private GapFinding.End end(
      GapEstimate estimate, GapEstimate end, Analysis.Hypothesis hypothesis) {
    return end.equals(estimate)
        ? null
        : GapFinding.End.of(
            end,
            hypothesis.expect(),
            study.analysis().margins().get(measure.id()),
            methods.alpha());
  }

  private static GapFinding plain(GapRow row) {
    return new GapFinding(row, null, null, false, null, null);
  }

  private GapRows.Arms arms(Method method) {
    return method == Method.TWO_WAY ? drawnArms : arms;
  }

  private GapEstimate ofDrawn(List<QueryPair> queries) {
    return methods.twoWay().headline(queries, drawnWordings);
  }

  private Extent extent() {
    if (key.windowStartSeconds() != null) {
      return Extent.FEW;
    }
    if (view != View.ALL_TRIALS) {
      return Extent.CHEAP;
    }
    return BOOTSTRAPPED.contains(measure) ? Extent.RESAMPLED : Extent.FULL;
  }

  private List<Analysis.Hypothesis> hypotheses(Levels levels) {
    if (key.windowStartSeconds() != null || view != View.ALL_TRIALS) {
      return List.of();
    }
    return study.analysis().primary().stream()
        .filter(hypothesis -> hypothesis.measure() == measure)
        .filter(hypothesis -> hypothesis.contrast().equals(contrast))
        .filter(hypothesis -> levels.of(hypothesis) == key.level())
        .toList();
  }
}
