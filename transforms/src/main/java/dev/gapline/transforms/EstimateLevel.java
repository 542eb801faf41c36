package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.RateRow;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Tally;
import dev.gapline.transforms.statistics.Equivalence;
import dev.gapline.transforms.statistics.GapEstimate;
import dev.gapline.transforms.statistics.Gaps;
import dev.gapline.transforms.statistics.Method;
import dev.gapline.transforms.statistics.QueryCounts;
import dev.gapline.transforms.statistics.QueryPair;
import dev.gapline.transforms.statistics.RateEstimate;
import dev.gapline.transforms.statistics.Rates;
import dev.gapline.transforms.statistics.Verdicts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** All rates and gaps of one level's row, from the exact counts of the cells it averages over. */
final class EstimateLevel {

  private static final String ROWS_SHARE_QUERIES = "rows_share_queries";
  private static final String RESPONSE_MODELS = "response-models";

  private final Study study;
  private final LevelKey key;
  private final View view;
  private final boolean hasResponseModels;

  private final CellTable cells;

  private EstimateLevel(Study study, LevelKey key, View view, CellTable cells) {
    this.study = study;
    this.key = key;
    this.view = view;
    this.cells = cells;
    this.hasResponseModels = cells.hasResponseModels();
  }

  /** The row over all trials and, if some were retried, the same without these. */
  static List<EstimateLevel> views(Study study, LevelKey key, Iterable<SubCell> unordered) {
    CellTable cells = CellTable.of(study, unordered);
    List<EstimateLevel> views = new ArrayList<>();
    views.add(new EstimateLevel(study, key, View.ALL_TRIALS, cells));
    if (cells.hasRetried()) {
      views.add(
          new EstimateLevel(
              study, key, View.WITHOUT_RETRIED, cells.with(CellTally::withoutRetried)));
    }
    return views;
  }

  /** Every rate of the row. */
  List<RateRow> rates() {
    List<RateRow> rows = new ArrayList<>();
    double alpha = study.analysis().alpha();
    for (String condition : study.conditions()) {
      for (Measure measure : Measure.values()) {
        List<QueryCounts> counts = cells.counts(condition, measure);
        rows.add(row(condition, measure, Method.WILSON, Rates.wilson(counts, alpha)));
        rows.add(
            row(condition, measure, Method.WILSON_CLUSTER, Rates.wilsonCluster(counts, alpha)));
      }
    }
    return rows;
  }

  /** Every gap of the row, as far as it can be judged before its family is known. */
  List<GapFinding> gaps(Levels levels) {
    List<GapFinding> rows = new ArrayList<>();
    double alpha = study.analysis().alpha();
    String seed = Long.toString(study.seed());
    for (Contrast contrast : study.contrasts()) {
      for (Measure measure : Measure.values()) {
        List<QueryPair> pairs = cells.pairs(contrast, measure);
        Map<Method, GapEstimate> estimates = new TreeMap<>();
        estimates.put(Method.PAIRED_CLUSTER_MACRO, Gaps.pairedClusterMacro(pairs, alpha, seed));
        estimates.put(Method.PAIRED_CLUSTER_MICRO, Gaps.pairedClusterMicro(pairs, alpha, seed));
        estimates.put(Method.NEWCOMBE, Gaps.newcombe(pairs, alpha));
        estimates.put(Method.UNPAIRED_WALD, Gaps.unpairedWald(pairs, alpha));
        estimates.forEach(
            (method, estimate) -> {
              List<Analysis.Hypothesis> headlines = headlines(levels, contrast, measure, method);
              if (headlines.isEmpty()) {
                rows.add(finding(contrast, measure, method, estimate, null));
              }
              for (Analysis.Hypothesis hypothesis : headlines) {
                rows.add(finding(contrast, measure, method, estimate, hypothesis));
              }
            });
      }
    }
    return rows;
  }

  private List<Analysis.Hypothesis> headlines(
      Levels levels, Contrast contrast, Measure measure, Method method) {
    Method headline =
        study.analysis().weights() == Analysis.Weights.MACRO
            ? Method.PAIRED_CLUSTER_MACRO
            : Method.PAIRED_CLUSTER_MICRO;
    if (method != headline || key.windowStartSeconds() != null || view != View.ALL_TRIALS) {
      return List.of();
    }
    return study.analysis().primary().stream()
        .filter(hypothesis -> hypothesis.measure() == measure)
        .filter(hypothesis -> hypothesis.contrast().equals(contrast))
        .filter(hypothesis -> levels.of(hypothesis) == key.level())
        .toList();
  }

  private RateRow row(String condition, Measure measure, Method method, RateEstimate estimate) {
    Tally total = cells.total(condition);
    List<String> flags = flags(estimate.flags());
    if (method == Method.WILSON && estimate.n() > estimate.clusters()) {
      flags.add(ROWS_SHARE_QUERIES);
    }
    return new RateRow(
        study.name(),
        windowStart(),
        windowEnd(),
        key.scenario(),
        key.model(),
        key.paraphrase(),
        key.temperature() == null ? null : key.temperature().value(),
        condition,
        measure.id(),
        method.id(),
        total.planned(),
        estimate.n(),
        estimate.x2(),
        estimate.rate(),
        estimate.se(),
        estimate.low(),
        estimate.high(),
        estimate.clusters(),
        total.of(ParseStatus.NO_OUTPUT_TAG),
        total.of(ParseStatus.EMPTY),
        total.of(ParseStatus.TRUNCATED),
        total.of(ParseStatus.UNCLEAR),
        total.of(ParseStatus.API_FILTER),
        total.of(ParseStatus.API_ERROR),
        total.of(ParseStatus.TIMEOUT),
        id(study.analysis().queries()),
        id(study.analysis().paraphrases()),
        view.convention(),
        joined(flags),
        key.factors());
  }

  private GapFinding finding(
      Contrast contrast,
      Measure measure,
      Method method,
      GapEstimate estimate,
      Analysis.Hypothesis hypothesis) {
    Tally treatment = cells.total(contrast.treatment());
    Tally control = cells.total(contrast.control());
    Double margin = study.analysis().margins().get(measure.id());
    Analysis.Expectation expectation =
        hypothesis == null ? Analysis.Expectation.DIFFERS : hypothesis.expect();
    List<String> flags = flags(estimate.flags());
    if ((method == Method.NEWCOMBE || method == Method.UNPAIRED_WALD)
        && treatment.n(measure) + control.n(measure) > 2 * estimate.clusters()) {
      flags.add(ROWS_SHARE_QUERIES);
    }
    double[] bounds = bounds(treatment, control, measure);
    GapRow row =
        new GapRow(
            study.name(),
            windowStart(),
            windowEnd(),
            key.scenario(),
            key.model(),
            key.paraphrase(),
            key.temperature() == null ? null : key.temperature().value(),
            contrast.name(),
            contrast.treatment(),
            contrast.control(),
            measure.id(),
            method.id(),
            hypothesis != null,
            hypothesis != null ? "confirmatory" : "exploratory",
            hypothesis == null ? null : name(hypothesis),
            treatment.planned(),
            control.planned(),
            treatment.n(measure),
            control.n(measure),
            treatment.x2(measure),
            control.x2(measure),
            estimate.rateTreatment(),
            estimate.rateControl(),
            estimate.clusters(),
            estimate.pairs(),
            estimate.unpairedQueries(),
            estimate.gap(),
            estimate.se(),
            estimate.df(),
            estimate.low(),
            estimate.high(),
            estimate.pSuperiority(),
            Equivalence.p(estimate, expectation, margin),
            estimate.pFloor(),
            null,
            null,
            margin,
            null,
            estimate.low() == null ? null : Double.valueOf((estimate.high() - estimate.low()) / 2),
            bounds == null ? null : Double.valueOf(bounds[0]),
            bounds == null ? null : Double.valueOf(bounds[1]),
            null,
            null,
            "raw",
            id(study.analysis().queries()),
            id(study.analysis().paraphrases()),
            conventions(method),
            joined(flags),
            key.factors());
    return new GapFinding(
        row,
        hypothesis == null ? null : expectation,
        Verdicts.isTooFew(estimate, study.analysis().alpha()),
        view);
  }

  private String conventions(Method method) {
    String all =
        "parser=tags; missing=complete-case; weights="
            + (method == Method.PAIRED_CLUSTER_MACRO ? "macro" : "micro");
    return view.convention() == null ? all : all + "; " + view.convention();
  }

  /** Manski's worst cases over rows: what is missing lies at the end that moves the gap most. */
  private static double[] bounds(Tally treatment, Tally control, Measure measure) {
    if (treatment.planned() == 0 || control.planned() == 0) {
      return null;
    }
    double treatmentLow = treatment.x2(measure) / (2.0 * treatment.planned());
    double controlLow = control.x2(measure) / (2.0 * control.planned());
    double treatmentHigh =
        treatmentLow + (treatment.planned() - treatment.n(measure)) / (double) treatment.planned();
    double controlHigh =
        controlLow + (control.planned() - control.n(measure)) / (double) control.planned();
    return new double[] {treatmentLow - controlHigh, treatmentHigh - controlLow};
  }

  private Long windowStart() {
    return key.windowStartSeconds() == null ? null : Long.valueOf(key.windowStartSeconds() * 1000);
  }

  private Long windowEnd() {
    return key.windowStartSeconds() == null
        ? null
        : Long.valueOf((key.windowStartSeconds() + study.windowQueries()) * 1000);
  }

  private static String name(Analysis.Hypothesis hypothesis) {
    return "%s, %s: %s"
        .formatted(
            hypothesis.measure().id(), hypothesis.contrast().name(), id(hypothesis.expect()));
  }

  private static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private List<String> flags(List<String> ofEstimate) {
    List<String> flags = new ArrayList<>(ofEstimate);
    if (hasResponseModels) {
      flags.add(RESPONSE_MODELS);
    }
    return flags;
  }

  private static String joined(List<String> flags) {
    String[] sorted = flags.toArray(String[]::new);
    Arrays.sort(sorted);
    return String.join("; ", sorted);
  }
}
