package dev.gapline.transforms;

import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.ContrastRow;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.ContrastFinding.Quantity;
import dev.gapline.transforms.statistics.QueryGaps;
import dev.gapline.transforms.statistics.QueryPair;
import dev.gapline.transforms.statistics.QueryRates;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The rows of {@code contrasts}: gaps compared between scenarios, models, temperatures, wordings,
 * levels of a factor and contrasts, and rates between models and conditions; of the measures {@code
 * compliance} and {@code af_mean} and of those of the hypotheses, at the levels of the hypotheses.
 */
final class EstimateContrasts {

  private static final String CONTRAST = "contrast";
  private static final String CONDITION = "condition";
  private static final String RESPONSE_MODELS = "response-models";

  private final Study study;
  private final SharedQueries sharedQueries;
  private final Set<Measure> measures = EnumSet.of(Measure.COMPLIANCE, Measure.AF_MEAN);
  private final List<ContrastFinding> findings = new ArrayList<>();

  private EstimateContrasts(Study study) {
    this.study = study;
    this.sharedQueries = new SharedQueries(study);
    study.analysis().primary().forEach(hypothesis -> measures.add(hypothesis.measure()));
  }

  /** All rows of a study, from its cells over all windows. */
  static List<ContrastRow> of(Study study, CellTable cells) {
    EstimateContrasts contrasts = new EstimateContrasts(study);
    Levels levels = Levels.of(study);
    for (ContrastAxis axis : ContrastAxis.of(study)) {
      Comparison.along(axis, study, levels, cells).forEach(contrasts::betweenCells);
    }
    Comparison.rows(study, levels, cells).forEach(contrasts::withinCells);
    return ContrastFamilies.judge(study, contrasts.findings);
  }

  private void betweenCells(Comparison comparison) {
    ContrastAxis axis = comparison.axis();
    for (Measure measure : measures) {
      ContrastFindings found =
          findings(comparison.fixed(), axis.name(), measure, comparison.sides());
      for (Contrast contrast : study.contrasts()) {
        found.compareGaps(
            comparison.values(), gaps(comparison, contrast, measure), contrast.name());
      }
      if (axis.is(ContrastAxis.MODEL)) {
        for (String condition : study.conditions()) {
          List<QueryRates> rates =
              comparison.sides().stream().map(side -> rates(side, condition, measure)).toList();
          found.compareRates(comparison.values(), rates, condition);
        }
      }
    }
  }

  private List<QueryGaps> gaps(Comparison comparison, Contrast contrast, Measure measure) {
    List<QueryGaps> gaps = new ArrayList<>();
    for (int i = 0; i < comparison.sides().size(); i++) {
      List<QueryPair> pairs = comparison.sides().get(i).pairs(contrast, measure);
      gaps.add(
          QueryGaps.of(
              comparison.axis().is(ContrastAxis.SCENARIO)
                  ? sharedQueries.named(comparison.values().get(i), pairs)
                  : pairs));
    }
    return gaps;
  }

  /** Several contrasts decompose a gap into its parts; conditions have ratios. */
  private void withinCells(LevelKey row, CellTable cells) {
    for (Measure measure : measures) {
      if (study.contrasts().size() > 1) {
        findings(row, CONTRAST, measure, List.of(cells))
            .compareGaps(
                study.contrasts().stream().map(Contrast::name).toList(),
                study.contrasts().stream()
                    .map(contrast -> QueryGaps.of(cells.pairs(contrast, measure)))
                    .toList(),
                null);
      }
      ContrastFindings found = findings(row, CONDITION, measure, List.of(cells));
      for (Contrast contrast : study.contrasts()) {
        QueryRates treatment = rates(cells, contrast.treatment(), measure);
        QueryRates control = rates(cells, contrast.control(), measure);
        found.compareArms(
            contrast.treatment(), treatment, contrast.control(), control, Quantity.RATE);
        if (measure == Measure.COMPLIANCE) {
          found.compareArms(
              contrast.control(),
              control.complement(),
              contrast.treatment(),
              treatment.complement(),
              Quantity.COMPLEMENT);
        }
      }
    }
  }

  private static QueryRates rates(CellTable cells, String condition, Measure measure) {
    return QueryRates.of(cells.counts(condition, measure));
  }

  private ContrastFindings findings(
      LevelKey fixed, String axis, Measure measure, List<CellTable> sides) {
    List<String> flags =
        sides.stream().anyMatch(CellTable::hasResponseModels)
            ? List.of(RESPONSE_MODELS)
            : List.of();
    return new ContrastFindings(study, fixed, axis, measure, flags, findings);
  }
}
