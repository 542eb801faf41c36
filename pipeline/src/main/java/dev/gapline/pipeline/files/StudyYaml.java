package dev.gapline.pipeline.files;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Checks;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Price;
import dev.gapline.schemas.QuerySelection;
import dev.gapline.schemas.Replay;
import dev.gapline.schemas.Rounds;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.SimulatedBehaviour;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A study as YAML text in one fixed order, every default written out. {@link StudyFile} reads it
 * back to an equal study: equal studies give equal bytes.
 */
public final class StudyYaml {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9._/-]*");
  private static final Set<String> NOT_TEXT = Set.of("true", "false", "null");

  private final StringBuilder out = new StringBuilder();

  private StudyYaml() {}

  /**
   * The resolved form of a study; a scenario that is not built in is the file {@code
   * scenarios/NAME.yaml} beside it.
   */
  public static String write(Study study) {
    return write(study, Scenarios.builtIn());
  }

  static String write(Study study, Scenarios catalogue) {
    StudyYaml yaml = new StudyYaml();
    yaml.grid(study, catalogue);
    yaml.analysis(study.analysis());
    yaml.limits(study);
    return yaml.out.toString();
  }

  private void grid(Study study, Scenarios catalogue) {
    line("study: %s", text(study.name()));
    line("seed: %d", study.seed());
    line("scenarios: %s", list(study.scenarios(), scenario -> reference(scenario, catalogue)));
    line("models:");
    study.models().forEach(this::model);
    line("conditions: %s", list(study.conditions(), StudyYaml::text));
    line("contrasts: %s", list(study.contrasts(), StudyYaml::contrast));
    if (study.queries().kind() != QuerySelection.Kind.ALL) {
      line("queries: {%s: %d}", word(study.queries().kind()), study.queries().count());
    }
    line("paraphrases: %s", list(study.paraphrases(), StudyYaml::text));
    line("temperatures: %s", list(study.temperatures(), Temperature::text));
    List<Factor> factors = study.factors().stream().filter(factor -> !Rounds.are(factor)).toList();
    if (!factors.isEmpty()) {
      line("factors:");
      for (Factor factor : factors) {
        line("  %s: %s", text(factor.name()), list(factor.levels(), StudyYaml::text));
      }
    }
    line("samples: %d", study.samples());
    if (study.rounds() > 1) {
      line("rounds: %d", study.rounds());
    }
    line("order: %s", word(study.order()));
    classify(study);
  }

  private void classify(Study study) {
    if (study.judges().isEmpty()) {
      line("classify: {judge: rules}");
      return;
    }
    line("classify:");
    line("  judge:");
    Set<String> written =
        study.models().stream().map(ModelSpec::id).collect(Collectors.toCollection(HashSet::new));
    for (JudgeSpec judge : study.judges()) {
      ModelSpec model = judge.model();
      line("    - rubric: %s", JudgeRubrics.reference(judge.rubric()));
      if (model.provider().equals("sim")) {
        line("      model: %s", text(model.id()));
        model.parameters().forEach((name, value) -> line("      %s: %s", name, value));
      } else if (written.add(model.id())) {
        line("      model:");
        line("        id: %s", text(model.id()));
        details(model, "        ");
      } else {
        line("      model: %s", text(model.id()));
      }
      line("      votes: %d", judge.votes());
      line("      threshold: %s", judge.threshold());
      line("      temperature: %s", judge.temperature().text());
      line("      tries: %d", judge.tries());
    }
  }

  private static String reference(Scenario scenario, Scenarios catalogue) {
    return catalogue.has(scenario)
        ? text(scenario.name())
        : text("scenarios/" + scenario.name() + ".yaml");
  }

  private void model(ModelSpec model) {
    line("  - id: %s", text(model.id()));
    details(model, "    ");
  }

  private void details(ModelSpec model, String indent) {
    if (model.replay() != null) {
      replay(model.replay(), indent);
      return;
    }
    if (model.baseUrl() != null) {
      line(indent + "base_url: %s", Quoted.of(model.baseUrl()));
    }
    if (model.simulate() == null) {
      line(indent + "key_env: %s", model.keyEnv() == null ? "none" : text(model.keyEnv()));
    }
    if (model.api() != null) {
      line(indent + "api: %s", model.api());
    }
    if (model.mode() != ModelSpec.Mode.DIRECT) {
      line(indent + "mode: %s", word(model.mode()));
    }
    if (model.logprobs() != null) {
      line(indent + "logprobs: %d", model.logprobs());
    }
    line(indent + "max_in_flight: %d", model.maxInFlight());
    if (model.requestsPerMinute() != null) {
      line(indent + "requests_per_minute: %d", model.requestsPerMinute());
    }
    if (model.tokensPerMinute() != null) {
      line(indent + "tokens_per_minute: %d", model.tokensPerMinute());
    }
    line(indent + "max_tokens: %d", model.maxTokens());
    line(indent + "timeout: %s", duration(model.timeout()));
    if (!model.parameters().isEmpty()) {
      line(indent + "parameters: %s", map(model.parameters(), value -> value));
    }
    if (model.price() != null) {
      line(indent + "price: %s", price(model.price()));
    }
    if (model.simulate() != null) {
      simulate(model.simulate());
    }
  }

  private void replay(Replay replay, String indent) {
    line(indent + "answers: %s", Quoted.of(replay.from()));
    if (replay.model() != null) {
      line(indent + "model: %s", text(replay.model()));
    }
    line(indent + "digest: %s", Quoted.of(replay.digest()));
  }

  private static String price(Price price) {
    String text =
        "input_usd_per_mtok: %s, output_usd_per_mtok: %s"
            .formatted(price.inputUsdPerMtok(), price.outputUsdPerMtok());
    if (price.batch() != null) {
      text += ", batch: " + price.batch();
    }
    if (price.date() != null) {
      text += ", date: " + price.date();
    }
    if (price.source() != null) {
      text += ", source: " + Quoted.of(price.source());
    }
    return "{" + text + "}";
  }

  private void simulate(SimulatedBehaviour simulated) {
    line("    simulate:");
    line("      comply: %s", numbers(simulated.comply()));
    line("      partial: %s", numbers(simulated.partial()));
    line(
        "      alignment_faking_given_comply: %s", numbers(simulated.alignmentFakingGivenComply()));
    line("      considers_given_refuse: %s", numbers(simulated.consideredGivenRefuse()));
    line("      query_sd: %s", simulated.querySd());
    line("      query_condition_sd: %s", simulated.queryConditionSd());
    line("      paraphrase_sd: %s", simulated.paraphraseSd());
    line("      paraphrase_condition_sd: %s", simulated.paraphraseConditionSd());
    line("      temperature_slope: %s", simulated.temperatureSlope());
    if (!simulated.shifts().isEmpty()) {
      line("      shifts: %s", map(simulated.shifts(), levels -> map(levels, StudyYaml::numbers)));
    }
    line("      missing: %s", numbers(simulated.missing()));
    line("      fail: %s", numbers(simulated.fail()));
    line(
        "      latency_ms: {median: %s, sigma: %s}",
        simulated.latencyMedianMs(), simulated.latencySigma());
  }

  private void analysis(Analysis analysis) {
    line("analysis:");
    line("  primary:%s", analysis.primary().isEmpty() ? " []" : "");
    for (Analysis.Hypothesis hypothesis : analysis.primary()) {
      line(
          "    - {measure: %s, contrast: %s, level: %s, expect: %s}",
          hypothesis.measure().id(),
          contrast(hypothesis.contrast()),
          list(hypothesis.level(), StudyYaml::text),
          word(hypothesis.expect()));
    }
    line("  weights: %s", word(analysis.weights()));
    line(
        "  target: {queries: %s, paraphrases: %s}",
        word(analysis.queries()), word(analysis.paraphrases()));
    line("  margins: %s", numbers(analysis.margins()));
    line("  alpha: %s", analysis.alpha());
    line(
        "  family: {primary: %s, rest: %s}",
        word(analysis.primaryCorrection()), word(analysis.restCorrection()));
    line("  levels: %s", list(analysis.levels(), level -> list(level, StudyYaml::text)));
    line("  pool: %s", list(analysis.pool(), StudyYaml::text));
  }

  private void limits(Study study) {
    if (study.windowQueries() != null) {
      line("windows: {queries: %d}", study.windowQueries());
    }
    if (study.budgetUsd() != null || study.budgetTokens() != null) {
      line("budget:");
      if (study.budgetUsd() != null) {
        line("  usd: %s", study.budgetUsd());
      }
      if (study.budgetTokens() != null) {
        line("  tokens: %d", study.budgetTokens());
      }
    }
    line("failures: {max_share: %s}", study.maxFailureShare());
    line("checks: %s", checks(study.checks()));
    line("hazard: %s", study.hazard());
    if (study.hazard().equals("high") && study.allModels().stream().anyMatch(ModelSpec::isHosted)) {
      line("acknowledge: provider-policy");
    }
  }

  private static String checks(Checks checks) {
    return checks.kinds().isEmpty()
        ? "none"
        : "{share: %s, arms: %s}".formatted(checks.share(), list(checks.kinds(), StudyYaml::word));
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String contrast(Contrast contrast) {
    boolean isPlain = isPlain(contrast.treatment()) && isPlain(contrast.control());
    return isPlain ? contrast.name() : Quoted.of(contrast.name());
  }

  private static String duration(Duration duration) {
    return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
  }

  private static String numbers(Map<String, Double> numbers) {
    return map(numbers, String::valueOf);
  }

  private static <V> String map(Map<String, V> map, Function<V, String> write) {
    return map.entrySet().stream()
        .map(entry -> text(entry.getKey()) + ": " + write.apply(entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static <T> String list(Collection<T> items, Function<T, String> write) {
    return items.stream().map(write).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Plain where YAML reads it back as the same text. */
  static String text(String text) {
    return isPlain(text) ? text : Quoted.of(text);
  }

  private static boolean isPlain(String text) {
    return PLAIN.matcher(text).matches() && !NOT_TEXT.contains(text.toLowerCase(Locale.ROOT));
  }
}
