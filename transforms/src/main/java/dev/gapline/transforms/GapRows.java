package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.statistics.Counts;
import dev.gapline.transforms.statistics.Equivalence;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.GapEstimate;
import dev.gapline.transforms.statistics.GapMethods;
import dev.gapline.transforms.statistics.IntraclassCorrelation;
import dev.gapline.transforms.statistics.Method;
import dev.gapline.transforms.statistics.MinimalDetectableEffect;
import dev.gapline.transforms.statistics.MissingAnswers;
import dev.gapline.transforms.statistics.PlannedCounts;
import dev.gapline.transforms.statistics.PlannedPair;
import dev.gapline.transforms.statistics.QueryPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Puts estimates of one contrast and measure into rows of {@code gaps}. */
final class GapRows {

  private static final String BY_SANDWICH = "by-query-sandwich";

  /** From what each method has its standard error; the others have none of their own. */
  private static final Map<Method, String> ERRORS =
      Map.of(
          Method.PAIRED_CLUSTER_MACRO, "by-query",
          Method.PAIRED_CLUSTER_MICRO, BY_SANDWICH,
          Method.COMPLETE_CASE, BY_SANDWICH,
          Method.TWO_WAY, "by-query-and-wording",
          Method.WITHIN_QUERY, "within-query",
          Method.NEWCOMBE_PAIRED, "paired",
          Method.NEWCOMBE, "independent",
          Method.UNPAIRED_WALD, "independent",
          Method.BOOTSTRAP, "bootstrap");

  private final Study study;
  private final LevelKey key;
  private final View view;
  private final Contrast contrast;
  private final Measure measure;
  private final Method headline;
  private final boolean hasResponseModels;
  private final boolean isControlled;

  private long above;
  private long below;
  private Double icc;
  private boolean missingnessDiffers;

  GapRows(
      Study study,
      LevelKey key,
      View view,
      Contrast contrast,
      Measure measure,
      Method headline,
      boolean hasResponseModels) {
    this.study = study;
    this.key = key;
    this.view = view;
    this.contrast = contrast;
    this.measure = measure;
    this.headline = headline;
    this.hasResponseModels = hasResponseModels;
    this.isControlled = StudyPlan.of(study).isControlled();
  }

  Contrast contrast() {
    return contrast;
  }

  Measure measure() {
    return measure;
  }

  /** What is the same in all rows: how alike a query's values are, and what is missing. */
  void about(List<QueryPair> complete, GapMethods.Estimates estimates, boolean isMissingUnequally) {
    above = estimates.above();
    below = estimates.below();
    icc =
        IntraclassCorrelation.of(
            List.of(
                complete.stream().map(QueryPair::treatmentTotal).toList(),
                complete.stream().map(QueryPair::controlTotal).toList()));
    missingnessDiffers = isMissingUnequally;
  }

  /** The row of the headline's method as if no missing answer had complied. */
  GapRow noncompliant(Method method, GapEstimate estimate, Arms settled) {
    return row(method, estimate, settled, null, null, "noncompliant");
  }

  /**
   * A row.
   *
   * @param counts on which the estimate rests
   * @param hypothesis of which it is the headline; null for none
   * @param ends the bounds, where they are not those over rows
   */
  GapRow row(
      Method method,
      GapEstimate estimate,
      Arms counts,
      Analysis.Hypothesis hypothesis,
      MissingAnswers.Ends ends) {
    return row(
        method, estimate, counts, hypothesis, ends, isBounds(method) ? "bounds" : "complete-case");
  }

  private GapRow row(
      Method method,
      GapEstimate estimate,
      Arms counts,
      Analysis.Hypothesis hypothesis,
      MissingAnswers.Ends ends,
      String missing) {
    Arm treatment = counts.treatment();
    Arm control = counts.control();
    double alpha = study.analysis().alpha();
    Double margin = study.analysis().margins().get(measure.id());
    Analysis.Expectation expectation =
        hypothesis == null ? Analysis.Expectation.DIFFERS : hypothesis.expect();
    Method speaking = isOfHeadline(method) ? headline : method;
    Double[] bounds = ends == null ? bounds(treatment, control) : bounds(ends);
    boolean isOfOnePrompt = estimate.has(Flag.THIS_PROMPT);
    return new GapRow(
        study.name(),
        key.windowStartSeconds() == null ? null : Long.valueOf(key.windowStartSeconds() * 1000),
        key.windowStartSeconds() == null
            ? null
            : Long.valueOf((key.windowStartSeconds() + study.windowQueries()) * 1000),
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
        treatment.values().n(),
        control.values().n(),
        treatment.values().x2(),
        control.values().x2(),
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
        MinimalDetectableEffect.of(
            estimate.se(), estimate.df(), alpha, MinimalDetectableEffect.POWER),
        estimate.low() == null ? null : Double.valueOf((estimate.high() - estimate.low()) / 2),
        bounds[0],
        bounds[1],
        null,
        null,
        "raw",
        speaking == Method.WITHIN_QUERY || method == Method.MANSKI || isOfOnePrompt
            ? "fixed"
            : "random",
        speaking == Method.TWO_WAY && !isOfOnePrompt ? "random" : "fixed",
        conventions(speaking, missing),
        flags(method, estimate, treatment, control),
        estimate.gap() == null ? null : weights(speaking),
        estimate.se() == null ? null : ERRORS.get(speaking),
        estimate.low() == null
            ? null
            : Double.valueOf(1 - (method == Method.EQUIVALENCE ? 2 * alpha : alpha)),
        speaking == Method.TWO_WAY ? null : Long.valueOf(above),
        speaking == Method.TWO_WAY ? null : Long.valueOf(below),
        icc,
        null,
        key.factors());
  }

  /** Whether the row shows the headline's method in another way. */
  private static boolean isOfHeadline(Method method) {
    return method == Method.EQUIVALENCE || method == Method.HOROWITZ_MANSKI;
  }

  private static boolean isBounds(Method method) {
    return method == Method.MANSKI || method == Method.HOROWITZ_MANSKI;
  }

  private static String weights(Method method) {
    return switch (method) {
      case PAIRED_CLUSTER_MICRO, NEWCOMBE, UNPAIRED_WALD, BOOTSTRAP, COMPLETE_CASE, MANSKI ->
          "micro";
      default -> "macro";
    };
  }

  private String conventions(Method speaking, String missing) {
    String all = "parser=tags; missing=%s; weights=%s".formatted(missing, weights(speaking));
    return view.convention() == null ? all : all + "; " + view.convention();
  }

  private String flags(Method method, GapEstimate estimate, Arm treatment, Arm control) {
    List<String> flags = new ArrayList<>(estimate.flags());
    if (hasResponseModels) {
      flags.add(EstimateLevel.RESPONSE_MODELS);
    }
    if (!isControlled) {
      flags.add(Flag.UNCONTROLLED.id());
    }
    if (missingnessDiffers) {
      flags.add(Flag.MISSINGNESS_DIFFERS.id());
    }
    if ((method == Method.NEWCOMBE || method == Method.UNPAIRED_WALD)
        && treatment.values().n() + control.values().n() > 2 * estimate.clusters()) {
      flags.add(EstimateLevel.ROWS_SHARE_QUERIES);
    }
    return EstimateLevel.joined(flags);
  }

  /** Manski's worst cases over rows: what is missing lies at the end that moves the gap most. */
  private static Double[] bounds(Arm treatment, Arm control) {
    return treatment.planned() == 0 || control.planned() == 0
        ? new Double[2]
        : new Double[] {
          treatment.lowest() - control.highest(), treatment.highest() - control.lowest()
        };
  }

  private static Double[] bounds(MissingAnswers.Ends ends) {
    return new Double[] {ends.lowest().gap(), ends.highest().gap()};
  }

  private static String name(Analysis.Hypothesis hypothesis) {
    return "%s, %s: %s"
        .formatted(
            hypothesis.measure().id(),
            hypothesis.contrast().name(),
            hypothesis.expect().name().toLowerCase(Locale.ROOT));
  }

  /** All trials of both arms. */
  record Arms(Arm treatment, Arm control) {

    static Arms of(List<PlannedPair> queries) {
      return new Arms(
          Arm.of(queries, PlannedPair::treatment), Arm.of(queries, PlannedPair::control));
    }
  }

  /** All trials of an arm: how many were planned, and the values there are. */
  record Arm(long planned, Counts values) {

    private static Arm of(
        List<PlannedPair> queries, Function<PlannedPair, List<PlannedCounts>> arm) {
      long planned = 0;
      Counts values = Counts.none();
      for (PlannedPair query : queries) {
        for (PlannedCounts counts : arm.apply(query)) {
          planned = Math.addExact(planned, counts.planned());
          values = values.plus(counts.counts());
        }
      }
      return new Arm(planned, values);
    }

    double lowest() {
      return values.x2() / (2.0 * planned);
    }

    double highest() {
      return lowest() + (planned - values.n()) / (double) planned;
    }
  }
}
