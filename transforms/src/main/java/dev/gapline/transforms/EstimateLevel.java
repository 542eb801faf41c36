package dev.gapline.transforms;

import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.RateRow;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Tally;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.IntraclassCorrelation;
import dev.gapline.transforms.statistics.Method;
import dev.gapline.transforms.statistics.PlannedCounts;
import dev.gapline.transforms.statistics.QueryCounts;
import dev.gapline.transforms.statistics.RateEstimate;
import dev.gapline.transforms.statistics.Rates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** All rates and gaps of one level's row, from the exact counts of the cells it averages over. */
final class EstimateLevel {

  static final String ROWS_SHARE_QUERIES = "rows_share_queries";
  static final String RESPONSE_MODELS = "response-models";

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
      Tally total = cells.total(condition);
      for (Measure measure : study.measures()) {
        List<QueryCounts> counts = cells.counts(condition, measure);
        Map<Method, RateEstimate> estimates = new EnumMap<>(Method.class);
        estimates.put(Method.WILSON, Rates.wilson(counts, alpha));
        estimates.put(Method.WILSON_CLUSTER, Rates.wilsonCluster(counts, alpha));
        if (key.windowStartSeconds() == null) {
          estimates.put(Method.CLOPPER_PEARSON, Rates.clopperPearson(counts, alpha));
        }
        Double icc =
            IntraclassCorrelation.of(List.of(counts.stream().map(QueryCounts::total).toList()));
        estimates.forEach(
            (method, estimate) ->
                rows.add(row(condition, measure, method, estimate, total, icc, view.convention())));
        if (key.windowStartSeconds() == null && isMeasured(total, measure)) {
          settled(condition, measure)
              .forEach(
                  (convention, estimate) ->
                      rows.add(
                          row(
                              condition,
                              measure,
                              Method.WILSON_CLUSTER,
                              estimate,
                              total,
                              icc,
                              convention)));
        }
      }
    }
    return rows;
  }

  /** Whether what is missing are answers, and not what the measure reads, such as reasoning. */
  private static boolean isMeasured(Tally total, Measure measure) {
    return total.n(measure) > 0 || total.n(Measure.COMPLIANCE) == 0;
  }

  /**
   * The rate where missing answers count, by convention: as not complying, as the opposite, which
   * is the other bound, and those alone that the provider's filter kept back as not complying; none
   * where nothing is missing.
   */
  private Map<String, RateEstimate> settled(String condition, Measure measure) {
    boolean isEvent = measure.countsNoncompliance();
    List<PlannedQuery> planned = cells.planned(condition, measure);
    Map<String, RateEstimate> settled = new TreeMap<>();
    if (planned.stream().anyMatch(PlannedQuery::hasMissing)) {
      settled.put(
          convention(GapRows.NONCOMPLIANT), rate(planned, counts -> counts.settledAs(isEvent)));
      settled.put(
          convention(isEvent ? "lowest" : "highest"),
          rate(planned, counts -> counts.settledAs(!isEvent)));
    }
    if (planned.stream().anyMatch(PlannedQuery::hasFiltered)) {
      settled.put(
          convention(GapRows.FILTER_NONCOMPLIANT),
          rate(planned, counts -> counts.withFilteredAs(isEvent)));
    }
    return settled;
  }

  private String convention(String missing) {
    String all = "missing=" + missing;
    return view.convention() == null ? all : all + "; " + view.convention();
  }

  private RateEstimate rate(List<PlannedQuery> planned, UnaryOperator<PlannedCounts> change) {
    return Rates.wilsonCluster(
        planned.stream().map(query -> query.with(change)).toList(), study.analysis().alpha());
  }

  /** Every gap of the row, as far as it can be judged before its family is known. */
  List<GapFinding> gaps(Levels levels) {
    return EstimateGap.findings(study, key, view, cells, levels, hasResponseModels);
  }

  private RateRow row(
      String condition,
      Measure measure,
      Method method,
      RateEstimate estimate,
      Tally total,
      Double icc,
      String convention) {
    boolean isOfRows = method != Method.WILSON_CLUSTER;
    boolean isOfOnePrompt = estimate.has(Flag.THIS_PROMPT);
    List<String> flags = flags(estimate.flags());
    if (isOfRows && estimate.n() > estimate.clusters()) {
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
        total.of(ParseStatus.JUDGE_PARSE_FAIL),
        total.of(ParseStatus.API_FILTER),
        total.of(ParseStatus.API_ERROR),
        total.of(ParseStatus.TIMEOUT),
        isOfOnePrompt ? "fixed" : "random",
        "fixed",
        convention,
        joined(flags),
        isOfRows ? "micro" : "macro",
        estimate.se() == null ? null : errorType(isOfRows, isOfOnePrompt),
        estimate.df(),
        estimate.low() == null ? null : Double.valueOf(1 - study.analysis().alpha()),
        estimate.effectiveN(),
        icc,
        key.factors());
  }

  private static String errorType(boolean isOfRows, boolean isOfOnePrompt) {
    if (isOfRows) {
      return "independent";
    }
    return isOfOnePrompt ? "within-query" : "by-query";
  }

  private Long windowStart() {
    return key.windowStartSeconds() == null ? null : Long.valueOf(key.windowStartSeconds() * 1000);
  }

  private Long windowEnd() {
    return key.windowStartSeconds() == null
        ? null
        : Long.valueOf((key.windowStartSeconds() + study.windowQueries()) * 1000);
  }

  private List<String> flags(List<String> ofEstimate) {
    List<String> flags = new ArrayList<>(ofEstimate);
    if (hasResponseModels) {
      flags.add(RESPONSE_MODELS);
    }
    return flags;
  }

  /** The flags of a row as one text. */
  static String joined(List<String> flags) {
    String[] sorted = flags.toArray(String[]::new);
    Arrays.sort(sorted);
    return String.join("; ", sorted);
  }
}
