package dev.gapline.transforms;

import dev.gapline.schemas.Analysis.Expectation;
import dev.gapline.schemas.ContrastRow;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.statistics.ContrastEstimate;
import dev.gapline.transforms.statistics.Evidence;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.Judgement;
import dev.gapline.transforms.statistics.Method;
import dev.gapline.transforms.statistics.Multiplicity;
import dev.gapline.transforms.statistics.Verdicts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * From comparisons to rows: p-values adjusted by Holm within each family, and whether the sides
 * differ. Margins are for differences; a ratio has none, and so is never refuted.
 */
final class ContrastFamilies {

  private final Study study;

  private ContrastFamilies(Study study) {
    this.study = study;
  }

  static List<ContrastRow> judge(Study study, List<ContrastFinding> findings) {
    ContrastFamilies families = new ContrastFamilies(study);
    Map<List<String>, List<ContrastFinding>> byFamily = new LinkedHashMap<>();
    for (ContrastFinding finding : findings) {
      byFamily.computeIfAbsent(finding.family(), family -> new ArrayList<>()).add(finding);
    }
    return byFamily.values().stream().flatMap(families::rows).toList();
  }

  private Stream<ContrastRow> rows(List<ContrastFinding> family) {
    List<Double> superiority =
        Multiplicity.holm(
            family.stream().map(finding -> finding.estimate().pSuperiority()).toList());
    List<Double> p = family.stream().map(this::pEquivalence).toList();
    List<Double> equivalence = Multiplicity.holm(p);
    List<ContrastRow> rows = new ArrayList<>();
    for (int i = 0; i < family.size(); i++) {
      rows.add(row(family.get(i), superiority.get(i), p.get(i), equivalence.get(i)));
    }
    return rows.stream();
  }

  /** Not evaluated where there are too few queries. */
  private Double pEquivalence(ContrastFinding finding) {
    return finding.estimate().isTooFew(study.analysis().alpha())
        ? null
        : finding.estimate().pEquivalence(margin(finding));
  }

  private Double margin(ContrastFinding finding) {
    return finding.method() == Method.DIFF_OF_DIFFS
        ? study.analysis().margins().get(finding.measure().id())
        : null;
  }

  private Judgement judgement(ContrastFinding finding, Double superiority, Double equivalence) {
    double alpha = study.analysis().alpha();
    ContrastEstimate estimate = finding.estimate();
    if (estimate.isTooFew(alpha)) {
      return Judgement.inconclusive(Judgement.Reason.TOO_FEW_QUERIES);
    }
    if (estimate.pSuperiority() == null) {
      return Judgement.inconclusive(Judgement.Reason.TOO_WIDE);
    }
    return Verdicts.judge(
        new Evidence(
            orElse(estimate.estimate(), 0),
            orElse(estimate.low(), Double.NEGATIVE_INFINITY),
            orElse(estimate.high(), Double.POSITIVE_INFINITY),
            superiority,
            equivalence,
            margin(finding),
            alpha),
        Expectation.DIFFERS);
  }

  private static double orElse(Double value, double otherwise) {
    return value == null ? otherwise : value;
  }

  private ContrastRow row(
      ContrastFinding finding, Double superiority, Double pEquivalence, Double equivalence) {
    ContrastEstimate estimate = finding.estimate();
    LevelKey fixed = finding.fixed();
    Judgement judgement = judgement(finding, superiority, equivalence);
    return new ContrastRow(
        study.name(),
        fixed.scenario(),
        fixed.model(),
        fixed.paraphrase(),
        fixed.temperature() == null ? null : fixed.temperature().value(),
        finding.axis(),
        finding.levelA(),
        finding.levelB(),
        finding.levels(),
        id(finding.quantity()),
        finding.contrast(),
        finding.condition(),
        finding.measure().id(),
        finding.method().id(),
        "exploratory",
        estimate.clustersA(),
        estimate.clustersB(),
        estimate.pairs(),
        estimate.estimateA(),
        estimate.estimateB(),
        estimate.estimate(),
        estimate.se(),
        estimate.statistic(),
        estimate.df(),
        estimate.df2(),
        estimate.low(),
        estimate.high(),
        estimate.pSuperiority(),
        estimate.pFloor(),
        superiority,
        margin(finding),
        pEquivalence,
        equivalence,
        halfWidth(estimate),
        judgement.outcome().id(),
        judgement.reason().id(),
        estimate.has(Flag.ONE_QUERY) ? "fixed" : "random",
        "fixed",
        "parser=tags; missing=complete-case; weights=" + id(finding.weights()),
        flags(finding),
        fixed.factors());
  }

  private static Double halfWidth(ContrastEstimate estimate) {
    return estimate.low() == null || estimate.high() == null
        ? null
        : Double.valueOf((estimate.high() - estimate.low()) / 2);
  }

  private static String flags(ContrastFinding finding) {
    return String.join(
        "; ",
        Stream.concat(finding.estimate().flags().stream(), finding.flags().stream())
            .sorted()
            .toList());
  }

  private static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
