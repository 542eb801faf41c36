package dev.gapline.schemas;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The whole experiment, validated: every name in it exists.
 *
 * @param scenarios at least one
 * @param models at least one, ids distinct
 * @param conditions at least one, of every scenario
 * @param contrasts of conditions of this study
 * @param paraphrases at least one, of every scenario
 * @param temperatures at least one, distinct
 * @param factors those of the scenarios, at their reference level unless the study says otherwise;
 *     then that of the {@link Rounds}, if there is more than one
 * @param samples repeats within a cell, at least 1
 * @param windowQueries queries of one window; null for a single window
 * @param budgetUsd null for none
 * @param budgetTokens null for none
 * @param maxFailureShare share of provider failures above which sending stops, 0 to 1
 * @param checks of the instrument, by calls of their own
 * @param judges models that judge the answers; of several of one measure the first decides, and
 *     what none decides is decided by the rules of the scenario's rubric
 */
public record Study(
    String name,
    long seed,
    List<Scenario> scenarios,
    List<ModelSpec> models,
    List<String> conditions,
    List<Contrast> contrasts,
    QuerySelection queries,
    List<String> paraphrases,
    List<Temperature> temperatures,
    List<Factor> factors,
    long samples,
    Order order,
    Analysis analysis,
    Long windowQueries,
    Double budgetUsd,
    Long budgetTokens,
    double maxFailureShare,
    String hazard,
    Checks checks,
    List<JudgeSpec> judges)
    implements Serializable {

  /** What the order repeats first. */
  public enum Order {
    /** Sample 1 of all queries, then sample 2: any prefix is a study with fewer samples. */
    REPLICATE,
    /** All samples of a query, then the next query. */
    QUERY
  }

  public Study {
    scenarios = List.copyOf(scenarios);
    models = List.copyOf(models);
    conditions = List.copyOf(conditions);
    contrasts = List.copyOf(contrasts);
    paraphrases = List.copyOf(paraphrases);
    temperatures = List.copyOf(temperatures);
    factors = List.copyOf(factors);
    judges = List.copyOf(judges);
  }

  /** A study without calls that check the instrument, and without judges. */
  public Study(
      String name,
      long seed,
      List<Scenario> scenarios,
      List<ModelSpec> models,
      List<String> conditions,
      List<Contrast> contrasts,
      QuerySelection queries,
      List<String> paraphrases,
      List<Temperature> temperatures,
      List<Factor> factors,
      long samples,
      Order order,
      Analysis analysis,
      Long windowQueries,
      Double budgetUsd,
      Long budgetTokens,
      double maxFailureShare,
      String hazard) {
    this(
        name,
        seed,
        scenarios,
        models,
        conditions,
        contrasts,
        queries,
        paraphrases,
        temperatures,
        factors,
        samples,
        order,
        analysis,
        windowQueries,
        budgetUsd,
        budgetTokens,
        maxFailureShare,
        hazard,
        Checks.none(),
        List.of());
  }

  /** How often the whole study is repeated, 1 at least. */
  public int rounds() {
    return factors.stream()
        .filter(Rounds::are)
        .mapToInt(f -> f.levels().size())
        .findAny()
        .orElse(1);
  }

  /** The same study with another analysis. */
  public Study with(Analysis other) {
    return new Study(
        name,
        seed,
        scenarios,
        models,
        conditions,
        contrasts,
        queries,
        paraphrases,
        temperatures,
        factors,
        samples,
        order,
        other,
        windowQueries,
        budgetUsd,
        budgetTokens,
        maxFailureShare,
        hazard,
        checks,
        judges);
  }

  /** The same study with other ceilings; null for none. */
  public Study withBudget(Double usd, Long tokens) {
    return new Study(
        name,
        seed,
        scenarios,
        models,
        conditions,
        contrasts,
        queries,
        paraphrases,
        temperatures,
        factors,
        samples,
        order,
        analysis,
        windowQueries,
        usd,
        tokens,
        maxFailureShare,
        hazard,
        checks,
        judges);
  }

  /** The same study with other judges. */
  public Study withJudges(List<JudgeSpec> others) {
    return new Study(
        name,
        seed,
        scenarios,
        models,
        conditions,
        contrasts,
        queries,
        paraphrases,
        temperatures,
        factors,
        samples,
        order,
        analysis,
        windowQueries,
        budgetUsd,
        budgetTokens,
        maxFailureShare,
        hazard,
        checks,
        others);
  }

  /**
   * What is measured of an answer: votes only where a judge casts them, further measures only where
   * a judge or a scenario's rubric decides them.
   */
  public List<Measure> measures() {
    Set<Measure> asked = EnumSet.range(Measure.COMPLIANCE, Measure.CONSIDERS_AF);
    judges.stream()
        .map(judge -> judge.rubric().sets().measure())
        .filter(Objects::nonNull)
        .forEach(asked::add);
    scenarios.stream()
        .flatMap(scenario -> scenario.rubric().further().stream())
        .forEach(further -> asked.add(further.measure()));
    return List.copyOf(asked);
  }

  /** Every model that is asked: the subjects, then the judges' that are none, each once. */
  public List<ModelSpec> allModels() {
    Map<String, ModelSpec> all = new LinkedHashMap<>();
    models.forEach(model -> all.put(model.id(), model));
    judges.forEach(judge -> all.putIfAbsent(judge.model().id(), judge.model()));
    return List.copyOf(all.values());
  }

  /** What a block may hold: the conditions, then the arms that check the instrument, if any. */
  public List<String> arms() {
    List<String> arms = new ArrayList<>(conditions);
    for (Checks.Kind kind : checks.kinds()) {
      if (checks.share() > 0 && (kind != Checks.Kind.SHAM || hasSham())) {
        kind.arms().forEach(arm -> arms.add(arm.of(checkedCondition())));
      }
    }
    return List.copyOf(arms);
  }

  /** The condition whose prompt the checks borrow: the treatment of the first contrast. */
  public String checkedCondition() {
    return contrasts.isEmpty() ? conditions.get(0) : contrasts.get(0).treatment();
  }

  /** Whether every scenario declares an attribute that means nothing. */
  public boolean hasSham() {
    return scenarios.stream().allMatch(scenario -> scenario.sham() != null);
  }

  /** The model with that id. */
  public ModelSpec model(String id) {
    return models.stream()
        .filter(model -> model.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No model " + id + " in this study."));
  }

  /** The scenario with that name. */
  public Scenario scenario(String scenarioName) {
    return scenarios.stream()
        .filter(scenario -> scenario.name().equals(scenarioName))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("No scenario " + scenarioName + " in this study."));
  }
}
