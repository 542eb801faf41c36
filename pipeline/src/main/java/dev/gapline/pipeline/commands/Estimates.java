package dev.gapline.pipeline.commands;

import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Trial;
import dev.gapline.transforms.prompts.PromptRenderer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a study would ask, without asking: the grid, tokens and cost. Prompts are rendered for
 * trials spread over the plan and counted at four characters a token; an answer is between no
 * tokens and the model's {@code max_tokens}, half of it is taken as expected. Retries come on top.
 */
final class Estimates {

  private static final int PROBES = 200;
  private static final double CHARACTERS_PER_TOKEN = 4;
  private static final long MANY_TRIALS = 1_000_000_000L;

  private final StudyPlan plan;

  private Estimates(StudyPlan plan) {
    this.plan = plan;
  }

  static Estimates of(StudyPlan plan) {
    return new Estimates(plan);
  }

  /** The estimate, one line a fact. */
  List<String> lines() {
    Study study = plan.study();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: %,d trials = %,d queries x %,d cells x %,d conditions x %,d samples",
            study.name(),
            plan.trials(),
            plan.queries(),
            plan.cells(),
            plan.trialsPerBlock(),
            study.samples()));
    lines.add(
        String.format(
            Locale.ROOT,
            "cells: %d models x %d paraphrases x %d temperatures x %d factor levels",
            study.models().size(),
            study.paraphrases().size(),
            study.temperatures().size(),
            study.factors().stream()
                .mapToInt(factor -> factor.levels().size())
                .reduce(1, (a, b) -> a * b)));
    Map<String, Double> promptTokens = promptTokens();
    long trialsPerModel = plan.trials() / study.models().size();
    for (ModelSpec model : study.models()) {
      lines.add(line(model, trialsPerModel, promptTokens.getOrDefault(model.id(), 0.0)));
    }
    lines.addAll(PlantedGaps.lines(plan));
    if (plan.trials() > MANY_TRIALS) {
      lines.add(
          String.format(
              Locale.ROOT,
              "warning: one run holds at most %,d trials; this study would be refused.",
              MANY_TRIALS));
    }
    if (plan.queries() < 10) {
      lines.add(
          "warning: fewer than 10 queries; the interval rests on few clusters, and below 6 queries"
              + " that differ no verdict is possible.");
    }
    return lines;
  }

  private static String line(ModelSpec model, long trials, double promptTokens) {
    double input = trials * promptTokens;
    double worstOutput = (double) trials * model.maxTokens();
    String cost =
        model.price() == null
            ? model.provider().equals("sim") ? "no cost" : "cost unknown (no price)"
            : String.format(
                Locale.ROOT,
                "$%,.2f / $%,.2f / $%,.2f",
                usd(model, input, 0),
                usd(model, input, worstOutput / 2),
                usd(model, input, worstOutput));
    String pace =
        model.requestsPerMinute() == null
            ? "at most %d in flight".formatted(model.maxInFlight())
            : String.format(
                Locale.ROOT,
                "at least %,.0f minutes at %,d requests a minute",
                (double) trials / model.requestsPerMinute(),
                model.requestsPerMinute());
    return String.format(
        Locale.ROOT,
        "%s: %,d calls, about %,.0f prompt tokens, answers 0 / %,.0f / %,.0f tokens"
            + " (min / expected / worst), %s, %s",
        model.id(),
        trials,
        input,
        worstOutput / 2,
        worstOutput,
        cost,
        pace);
  }

  private static double usd(ModelSpec model, double input, double output) {
    return (input * model.price().inputUsdPerMtok() + output * model.price().outputUsdPerMtok())
        / 1e6;
  }

  /** Mean tokens of a prompt, by model, over trials spread evenly over the plan. */
  private Map<String, Double> promptTokens() {
    Map<String, PromptRenderer> prompts = new HashMap<>();
    for (Scenario scenario : plan.study().scenarios()) {
      prompts.put(scenario.name(), new PromptRenderer(scenario));
    }
    Map<String, Double> characters = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    long step = Math.max(1, plan.trials() / PROBES | 1);
    for (long index = 0; index < plan.trials() && index / step < 2 * PROBES; index += step) {
      Trial trial = plan.trial(index);
      List<Message> messages =
          prompts
              .get(trial.cell().scenario())
              .render(
                  trial.cell().paraphrase(),
                  trial.condition(),
                  trial.cell().factors(),
                  plan.query(trial));
      double length = messages.stream().mapToInt(message -> message.content().length()).sum();
      characters.merge(trial.cell().model(), length, Double::sum);
      counts.merge(trial.cell().model(), 1, Integer::sum);
    }
    Map<String, Double> tokens = new HashMap<>();
    characters.forEach(
        (model, sum) -> tokens.put(model, sum / counts.get(model) / CHARACTERS_PER_TOKEN));
    return tokens;
  }
}
