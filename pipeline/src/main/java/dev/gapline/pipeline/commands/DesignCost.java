package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.Assumptions;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;

/**
 * What designs of a study cost, without what was settled already: models, temperatures, conditions
 * and factor levels as the study has them.
 */
final class DesignCost {

  /** Calls per query, sample and wording. */
  private final double calls;

  /** Dollars per query, sample and wording; null when some model's are unknown. */
  private final Double dollars;

  private DesignCost(double calls, Double dollars) {
    this.calls = calls;
    this.dollars = dollars;
  }

  static DesignCost of(Study study, Assumptions assumptions) {
    double calls = 0;
    Double dollars = 0.0;
    for (Scenario scenario : study.scenarios()) {
      for (ModelSpec model : study.models()) {
        for (Temperature temperature : study.temperatures()) {
          Assumptions.Use use =
              assumptions
                  .of(model.id(), scenario.name(), temperature)
                  .map(Assumptions.OfModel::use)
                  .orElse(Assumptions.Use.UNKNOWN);
          calls += use.calls() == null ? 1 : use.calls();
          Double answer = dollars(model, use);
          dollars = dollars == null || answer == null ? null : Double.valueOf(dollars + answer);
        }
      }
    }
    double trials = (double) study.conditions().size();
    for (Factor factor : study.factors()) {
      trials *= factor.levels().size();
    }
    return new DesignCost(
        trials * calls, dollars == null ? null : Double.valueOf(trials * dollars));
  }

  /** Whether the dollars of every model are known. */
  boolean isPriced() {
    return dollars != null;
  }

  /** Expected calls, retries included where a pilot counted them. */
  double calls(Design design) {
    return calls * answersPerCell(design);
  }

  /** Expected US dollars; null when they are unknown. */
  Double dollars(Design design) {
    return dollars == null ? null : Double.valueOf(dollars * answersPerCell(design));
  }

  private static double answersPerCell(Design design) {
    return (double) design.queries() * design.samples() * design.paraphrases();
  }

  /** Of one answer: at the study's price where it has one, else as the pilot paid. */
  private static Double dollars(ModelSpec model, Assumptions.Use use) {
    if (model.price() != null && use.promptTokens() != null && use.completionTokens() != null) {
      return model.usd(use.promptTokens(), use.completionTokens()).orElseThrow();
    }
    if (use.usd() != null) {
      return use.usd();
    }
    return model.isOffline() && model.price() == null ? Double.valueOf(0) : null;
  }
}
