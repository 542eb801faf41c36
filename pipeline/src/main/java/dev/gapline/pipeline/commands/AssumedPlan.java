package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.Assumptions;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.tables.TextTable;
import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;
import dev.gapline.transforms.statistics.ClusteredPlanning;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a study and other designs of it would find under some assumptions, and at what cost: one row
 * for each hypothesis, scenario, model and temperature, then the designs. Factor levels are assumed
 * to be alike; a row that pools over temperatures is planned at each of them.
 */
final class AssumedPlan {

  private static final double MANY_TRUNCATED = 0.05;

  private final Study study;
  private final Path file;
  private final Assumptions assumptions;
  private final List<PlannedGap> gaps;
  private final DesignCost cost;
  private final PilotQueries pilot;

  private AssumedPlan(Study study, Path file, Assumptions assumptions) {
    this.study = study;
    this.file = file;
    this.assumptions = assumptions;
    this.gaps = gaps();
    this.cost = DesignCost.of(study, assumptions);
    this.pilot = new PilotQueries(study, assumptions.pilot());
  }

  /** Of a study under the assumptions of that file, which must be about all of its models. */
  static AssumedPlan of(Study study, Path file) {
    return new AssumedPlan(study, file, Assumptions.read(file));
  }

  /** The plan, one line a fact. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(source());
    if (gaps.isEmpty()) {
      lines.add("The study has no primary hypothesis: there is no power to plan.");
    } else {
      lines.add(alphas());
      lines.addAll(rows().text().lines().toList());
      lines.addAll(notes());
      lines.addAll(designs());
    }
    lines.addAll(truncated());
    lines.addAll(pilot.lines());
    return lines;
  }

  private List<PlannedGap> gaps() {
    List<PlannedGap> all = new ArrayList<>();
    for (Analysis.Hypothesis hypothesis : study.analysis().primary()) {
      for (Scenario scenario : study.scenarios()) {
        for (ModelSpec model : study.models()) {
          for (Temperature temperature : study.temperatures()) {
            all.add(gap(hypothesis, scenario.name(), model.id(), temperature));
          }
        }
      }
    }
    return all;
  }

  private PlannedGap gap(
      Analysis.Hypothesis hypothesis, String scenario, String model, Temperature temperature) {
    Optional<Assumptions.OfModel> assumed = assumptions.of(model, scenario, temperature);
    Assumptions.OfGap gap =
        assumed
            .flatMap(one -> one.gap(hypothesis.measure(), hypothesis.contrast()))
            .orElseThrow(
                () ->
                    new Refused(
                        "%s: models: nothing is assumed of %s, %s of %s in %s at temperature %s. An entry of every model, scenario and temperature of the study is valid."
                            .formatted(
                                file,
                                hypothesis.measure().id(),
                                hypothesis.contrast().name(),
                                model,
                                scenario,
                                temperature.text())));
    return new PlannedGap(
        hypothesis,
        scenario,
        model,
        temperature.text(),
        gap.planned().orElse(null),
        assumed.orElseThrow().missing(hypothesis.contrast()),
        study.analysis().margins().get(hypothesis.measure().id()));
  }

  private String source() {
    Assumptions.Pilot from = assumptions.pilot();
    return from == null
        ? "assumptions: " + file
        : text(
            "assumptions: %s, of a pilot of %s: %,d queries x %,d samples",
            file,
            from.study(),
            from.queries().values().stream().mapToInt(List::size).sum(),
            from.samples());
  }

  private String alphas() {
    Analysis analysis = study.analysis();
    long family = family(study.paraphrases().size());
    if (analysis.primaryCorrection() == Analysis.Correction.NONE) {
      return "alpha: %s two-sided, uncorrected as the study says".formatted(analysis.alpha());
    }
    return text(
        "alpha: %s two-sided over %,d headline row%s = %s a row (Bonferroni; %s finds no less)",
        analysis.alpha(),
        family,
        family == 1 ? "" : "s",
        shortened(analysis.alpha() / family),
        analysis.primaryCorrection().name().toLowerCase(Locale.ROOT));
  }

  /** Headline rows of the family in a study of so many wordings. */
  private long family(int paraphrases) {
    long rows = 0;
    for (Analysis.Hypothesis hypothesis : study.analysis().primary()) {
      long cells = study.scenarios().size();
      for (String coordinate : hypothesis.level()) {
        cells *=
            switch (coordinate) {
              case "model" -> study.models().size();
              case "temperature" -> study.temperatures().size();
              case "paraphrase" -> paraphrases;
              default -> levels(coordinate);
            };
      }
      rows += cells;
    }
    return rows;
  }

  private long levels(String factor) {
    return study.factors().stream()
        .filter(one -> one.name().equals(factor))
        .mapToLong(one -> one.levels().size())
        .findFirst()
        .orElse(1);
  }

  private double alpha(int paraphrases) {
    return study.analysis().primaryCorrection() == Analysis.Correction.NONE
        ? study.analysis().alpha()
        : study.analysis().alpha() / family(paraphrases);
  }

  private TextTable rows() {
    TextTable table =
        new TextTable(
            List.of(
                "hypothesis",
                "scenario",
                "model",
                "T",
                "rates",
                "gap",
                "icc",
                "sd_tier",
                "power",
                "detectable",
                "queries for 80%"));
    double alpha = alpha(study.paraphrases().size());
    for (PlannedGap gap : gaps) {
      Design design = asPlanned(gap.scenario());
      boolean isKnown = gap.assumptions() != null;
      Long fewest = gap.fewestQueries(design.samples(), design.paraphrases(), alpha);
      table.add(
          List.of(
              "%s, %s: %s"
                  .formatted(
                      gap.hypothesis().measure().id(),
                      gap.hypothesis().contrast().name(),
                      gap.hypothesis().expect().name().toLowerCase(Locale.ROOT)),
              gap.scenario(),
              gap.model(),
              gap.temperature(),
              isKnown
                  ? text(
                      "%.1f%% / %.1f%%",
                      100 * gap.assumptions().rateTreatment(),
                      100 * gap.assumptions().rateControl())
                  : "unknown",
              isKnown ? text("%+.1f", 100 * gap.assumptions().gap()) : "unknown",
              isKnown ? text("%.2f", gap.assumptions().icc()) : "unknown",
              isKnown ? text("%.3f", gap.assumptions().sdTier()) : "unknown",
              percent(gap.power(design, alpha)),
              points(gap.detectable(design, alpha)),
              fewest == null ? "none" : text("%,d", fewest)));
    }
    return table;
  }

  /** The study's own design, of the queries of one scenario. */
  private Design asPlanned(String scenario) {
    return new Design(
        study.queries().countOf(study.scenario(scenario).queries().size()),
        study.samples(),
        study.paraphrases().size());
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "as the study stands; gap and detectable gap (80% power) in points. Answers of a query:"
            + " samples x wordings, less what is missing.");
    if (gaps.stream().anyMatch(gap -> asPlanned(gap.scenario()).queries() < least())) {
      notes.add(belowSignFlip());
    }
    for (PlannedGap gap : gaps) {
      if (!gap.isPlannable()) {
        notes.add(
            "warning: %s in %s at T %s cannot be planned: %s."
                .formatted(
                    gap.model(),
                    gap.scenario(),
                    gap.temperature(),
                    gap.assumptions() == null
                        ? "a number of its assumptions is null"
                        : "its assumptions leave nothing that varies"));
      } else if (gap.isOpposite()) {
        notes.add(
            "warning: %s in %s at T %s: the expected gap is not %s. The power is that of finding it."
                .formatted(
                    gap.model(),
                    gap.scenario(),
                    gap.temperature(),
                    gap.hypothesis().expect().name().toLowerCase(Locale.ROOT)));
      }
    }
    for (Factor factor : study.factors()) {
      if (factor.levels().size() > 1) {
        notes.add("assumed alike at every level of " + factor.name() + ".");
      }
    }
    if (study.analysis().paraphrases() == Analysis.Target.RANDOM) {
      notes.add(
          "warning: the target is wordings like these; how much gaps differ between wordings is not"
              + " in these numbers, and power is lower.");
    }
    if (assumptions.pilot() != null) {
      notes.add(
          "icc and sd_tier are estimates of few queries, and so is the gap: plan with room to"
              + " spare, or change them in the file.");
      if (gaps.stream().anyMatch(gap -> gap.isPlannable() && gap.assumptions().sdTier() == 0)) {
        notes.add(
            "warning: an sd_tier of 0 is the least that it can be, not a finding that all queries"
                + " react alike: designs of many samples are planned too small.");
      }
    }
    return notes;
  }

  private List<String> designs() {
    Design asPlanned =
        study.scenarios().stream()
            .map(scenario -> asPlanned(scenario.name()))
            .min((one, other) -> Long.compare(one.queries(), other.queries()))
            .orElseThrow();
    List<PlannedGap> plannable = gaps.stream().filter(PlannedGap::isPlannable).toList();
    if (plannable.isEmpty()) {
      return List.of("No design can be compared.");
    }
    Designs designs = Designs.of(plannable, asPlanned, this::alpha, cost);
    DesignTable table = new DesignTable(designs, asPlanned, cost, pilot.left());
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.addAll(table.lines());
    if (plannable.size() < gaps.size()) {
      lines.add("warning: rows that cannot be planned are left out of the designs.");
    }
    return lines;
  }

  private List<String> truncated() {
    List<String> lines = new ArrayList<>();
    for (Assumptions.OfModel model : assumptions.models()) {
      model
          .conditions()
          .forEach(
              (condition, arm) -> {
                if (arm.truncated() > MANY_TRUNCATED) {
                  lines.add(
                      text(
                          "warning: %.0f%% of the answers of %s in %s stopped at max_tokens: allow"
                              + " more.",
                          100 * arm.truncated(), model.model(), condition));
                }
              });
    }
    return lines;
  }

  static String belowSignFlip() {
    return "below %d queries the sign-flip test governs: power and detectable gap are too good there."
        .formatted(least());
  }

  private static long least() {
    return ClusteredPlanning.LEAST_QUERIES;
  }

  static String percent(Double share) {
    return share == null ? "none" : text("%.1f%%", 100 * share);
  }

  static String points(Double gap) {
    return gap == null ? "none" : text("%.1f", 100 * gap);
  }

  private static String shortened(double number) {
    return new BigDecimal(number).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
