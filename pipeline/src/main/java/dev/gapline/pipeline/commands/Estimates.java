package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.tables.TextTable;
import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Price;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.Held;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a study would still ask of its models, without asking: the grid, calls, tokens, cost, time.
 */
final class Estimates {

  private static final long MANY_TRIALS = 1_000_000_000L;
  private static final int LEAST_WORDINGS = 5;
  private static final Set<String> ANCHORS = Set.of("base", "published");

  private final StudyPlan plan;
  private final RunFolder folder;
  private final Held held;
  private final List<ModelEstimate> models;

  private Estimates(StudyPlan plan, RunFolder folder, Held held) {
    this.plan = plan;
    this.folder = folder;
    this.held = held;
    List<ModelEstimate> all = new ArrayList<>(ModelEstimate.all(plan, held));
    all.addAll(JudgeEstimate.all(plan, held));
    this.models = List.copyOf(all);
  }

  /** Of a plan whose answers, if any, are settled in that folder. */
  static Estimates of(StudyPlan plan, RunFolder folder) throws IOException {
    return new Estimates(plan, folder, Held.of(folder, plan));
  }

  /** The estimate, one line a fact. */
  List<String> lines() {
    List<String> lines = new ArrayList<>(grid());
    ledger().ifPresent(lines::add);
    lines.addAll(table().text().lines().toList());
    lines.addAll(notes());
    prices().forEach(lines::add);
    ceilings().forEach(lines::add);
    lines.addAll(PlantedGaps.lines(plan));
    lines.addAll(warnings());
    return lines;
  }

  private List<String> grid() {
    Study study = plan.study();
    String rounds = study.rounds() == 1 ? "" : text(" x %,d rounds", study.rounds());
    return List.of(
        text(
            "%s: %,d trials = %,d queries x %,d cells x %,d conditions x %,d samples%s%s",
            study.name(),
            plan.trials(),
            plan.queries(),
            plan.cells(),
            study.conditions().size(),
            study.samples(),
            rounds,
            checks()),
        text(
            "cells: %d models x %d paraphrases x %d temperatures x %d factor levels",
            study.models().size(),
            study.paraphrases().size(),
            study.temperatures().size(),
            // Fewer than their product where a scenario leaves combinations out.
            plan.cells()
                / ((long) study.models().size()
                    * study.paraphrases().size()
                    * study.temperatures().size())));
  }

  /** The trials that check the instrument, after those of the conditions. */
  private String checks() {
    Study study = plan.study();
    return plan.checkQueries() == 0
        ? ""
        : text(
            " + %,d queries x %,d cells x %,d arms that check the instrument x %,d samples",
            plan.checkQueries(),
            plan.cells(),
            plan.mostTrialsPerBlock() - study.conditions().size(),
            study.samples());
  }

  private Optional<String> ledger() {
    if (!folder.ledger().toFile().isDirectory()) {
      return Optional.empty();
    }
    return Optional.of(
        text(
            "%s holds %s%,d of these trials: %s%,d to ask",
            folder.root(),
            held.isExact() ? "" : "an estimated ",
            held.held(),
            held.isExact() ? "" : "about ",
            plan.trials() - held.held()));
  }

  private TextTable table() {
    TextTable table = new TextTable(List.of("", "to ask", "calls", "tokens", "US dollars", "time"));
    table.add(
        List.of(
            "",
            "trials",
            "min / expected / worst",
            "min / expected / worst",
            "min / expected / worst",
            "at the limits"));
    for (ModelEstimate model : models) {
      table.add(
          List.of(
              model.id(),
              text("%,d", model.trials()),
              model.calls().text("%,.0f"),
              model.tokens().text("%,.0f"),
              model.dollars().map(dollars -> dollars.text("%,.2f")).orElse("unknown"),
              duration(model.time()) + " by " + model.limit()));
    }
    ModelEstimate.Range dollars =
        models.stream()
            .flatMap(model -> model.dollars().stream())
            .reduce(ModelEstimate.Range.NONE, ModelEstimate.Range::plus);
    table.add(
        List.of(
            "all",
            text("%,d", plan.trials() - held.held()),
            sum(ModelEstimate::calls).text("%,.0f"),
            sum(ModelEstimate::tokens).text("%,.0f"),
            models.stream().allMatch(model -> model.dollars().isPresent())
                ? dollars.text("%,.2f")
                : "unknown",
            duration(
                    models.stream()
                        .map(ModelEstimate::time)
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO))
                + " by the slowest"));
    return table;
  }

  private ModelEstimate.Range sum(
      java.util.function.Function<ModelEstimate, ModelEstimate.Range> part) {
    return models.stream().map(part).reduce(ModelEstimate.Range.NONE, ModelEstimate.Range::plus);
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "min: answers without a token. worst: answers of max_tokens and a token for every byte of a"
            + " prompt; calls up to the last retry. Retries that a provider bills come on top.");
    models.forEach(model -> notes.add("expected of %s: %s".formatted(model.id(), model.basis())));
    return notes;
  }

  private List<String> prices() {
    List<String> lines = new ArrayList<>();
    for (ModelSpec model : plan.study().allModels()) {
      Price price = model.price();
      if (price != null) {
        lines.add(
            text(
                "price of %s: $%s in, $%s out per million tokens%s (%s%s)",
                model.id(),
                price.inputUsdPerMtok(),
                price.outputUsdPerMtok(),
                model.mode() == ModelSpec.Mode.BATCH
                    ? ", in batches %s of it".formatted(price.batchShare())
                    : "",
                price.date() == null ? "undated" : price.date(),
                price.source() == null ? "" : ", " + price.source()));
      } else if (!model.isOffline()) {
        lines.add("price of %s: unknown".formatted(model.id()));
      }
    }
    return lines;
  }

  private List<String> ceilings() {
    Study study = plan.study();
    List<String> lines = new ArrayList<>();
    if (study.budgetUsd() != null) {
      double left = study.budgetUsd() - held.scan().charge().usd();
      double expected =
          models.stream()
              .flatMap(model -> model.dollars().stream())
              .mapToDouble(ModelEstimate.Range::expected)
              .sum();
      lines.add(
          text(
              "budget: $%,.2f, of which $%,.2f are charged; %s",
              study.budgetUsd(), held.scan().charge().usd(), verdict(left, expected)));
    }
    if (study.budgetTokens() != null) {
      long left = study.budgetTokens() - held.scan().charge().tokens();
      lines.add(
          text(
              "budget: %,d tokens, of which %,d are charged; %s",
              study.budgetTokens(),
              held.scan().charge().tokens(),
              verdict((double) left, sum(ModelEstimate::tokens).expected())));
    }
    return lines;
  }

  private static String verdict(double left, double expected) {
    return left >= expected
        ? "what is expected fits"
        : "what is expected does not fit: the run would stop early";
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (plan.trials() > MANY_TRIALS) {
      warnings.add(
          text(
              "warning: one run holds at most %,d trials; this study would be refused.",
              MANY_TRIALS));
    }
    if (plan.queries() < 10) {
      warnings.add(
          "warning: fewer than 10 queries; the interval rests on few clusters, and below 6 queries"
              + " that differ no verdict is possible.");
    }
    fewWordings().ifPresent(warnings::add);
    return warnings;
  }

  /** Anchors, which were chosen and not drawn, do not count. */
  private Optional<String> fewWordings() {
    Study study = plan.study();
    long drawn = study.paraphrases().stream().filter(wording -> !ANCHORS.contains(wording)).count();
    if (study.analysis().paraphrases() != Analysis.Target.RANDOM || drawn >= LEAST_WORDINGS) {
      return Optional.empty();
    }
    return Optional.of(
        text(
            "warning: the target is wordings like these, and %,d of the %,d paraphrases are draws"
                + " (base and published are anchors): below %d every verdict is inconclusive.",
            drawn, study.paraphrases().size(), LEAST_WORDINGS));
  }

  private static String duration(Duration time) {
    if (time.toDays() >= 2) {
      return text("%,d days", time.toDays());
    }
    return "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
