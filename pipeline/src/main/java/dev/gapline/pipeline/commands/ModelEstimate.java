package dev.gapline.pipeline.commands;

import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Trial;
import dev.gapline.transforms.Held;
import dev.gapline.transforms.PlannedCalls;
import dev.gapline.transforms.providers.RetryPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What one model is still to be asked. Tools that a scenario offers are expected to be called once
 * in every turn. Prompts are rendered for trials spread over the plan and counted at four
 * characters a token, and an answer is expected to have half its {@code max_tokens}; where the
 * ledger holds answers of this plan, what they used is expected instead.
 *
 * @param trials still to ask
 * @param dollars empty when the price is unknown
 * @param time for what is expected, at the limit that binds
 * @param limit which one that is
 * @param basis of what is expected, in words
 */
record ModelEstimate(
    String id,
    long trials,
    Range calls,
    Range tokens,
    Optional<Range> dollars,
    Duration time,
    String limit,
    String basis) {

  private static final int PROBES = 200;
  private static final double CHARACTERS_PER_TOKEN = 4;

  /** At least, as expected, and at worst. */
  record Range(double min, double expected, double worst) {
    static final Range NONE = new Range(0, 0, 0);

    Range plus(Range other) {
      return new Range(min + other.min, expected + other.expected, worst + other.worst);
    }

    String text(String format) {
      return String.format(
          Locale.ROOT, format + " / " + format + " / " + format, min, expected, worst);
    }
  }

  /**
   * Mean tokens of a first prompt, as rendered, and at worst; and calls of a conversation: without
   * a tool, with one round of tools in every turn, and with all.
   */
  private record Prompt(
      double tokens, double worstTokens, double turns, double calls, double mostCalls) {

    static final Prompt NONE = new Prompt(0, 0, 1, 1, 1);

    Prompt plus(Prompt other) {
      return new Prompt(
          tokens + other.tokens,
          worstTokens + other.worstTokens,
          turns + other.turns,
          calls + other.calls,
          mostCalls + other.mostCalls);
    }

    Prompt over(int count) {
      return new Prompt(
          tokens / count, worstTokens / count, turns / count, calls / count, mostCalls / count);
    }
  }

  /** One for each model of the plan, in its order. */
  static List<ModelEstimate> all(StudyPlan plan, Held held) {
    Map<String, Prompt> prompts = prompts(plan);
    return plan.study().models().stream()
        .map(
            model ->
                of(
                    model,
                    prompts.getOrDefault(model.id(), Prompt.NONE),
                    held.models().get(model.id())))
        .toList();
  }

  private static ModelEstimate of(ModelSpec model, Prompt prompt, Held.OfModel held) {
    long trials = held.toAsk();
    boolean isMeasured = held.completionTokens() != null;
    double answers = trials * prompt.calls();
    double mostAnswers = trials * prompt.mostCalls();
    double answer = isMeasured ? held.completionTokens() : model.maxTokens() / 2.0;
    double first = isMeasured ? held.promptTokens() : prompt.tokens();
    double input = answers * first + repeated(trials, prompt.calls()) * answer;
    double least = trials * prompt.turns() * first;
    double worstInput =
        mostAnswers * Math.max(prompt.worstTokens(), prompt.tokens())
            + repeated(trials, prompt.mostCalls()) * model.maxTokens();
    double longest = mostAnswers * model.maxTokens();
    Range tokens = new Range(least, input + answers * answer, worstInput + longest);
    Range calls =
        new Range(
            trials * prompt.turns(),
            answers * (held.callsPerAnswer() == null ? 1 : held.callsPerAnswer()),
            mostAnswers * RetryPolicy.of(model).calls());
    Optional<Range> dollars =
        model.price() == null
            ? model.isOffline() ? Optional.of(Range.NONE) : Optional.empty()
            : Optional.of(
                new Range(
                    usd(model, least, 0),
                    usd(model, input, answers * answer),
                    usd(model, worstInput, longest)));
    double latency =
        held.medianLatencyMillis() == null
            ? Pace.assumedSeconds(model, answer)
            : held.medianLatencyMillis() / 1e3;
    Pace pace =
        Pace.of(model, answers, calls.expected(), tokens.expected(), prompt.calls(), latency);
    return new ModelEstimate(
        model.id(),
        trials,
        calls,
        tokens,
        dollars,
        pace.time(),
        pace.limit(),
        basis(held, isMeasured, latency));
  }

  /** How many earlier replies are sent again, for a later call is sent all before it. */
  private static double repeated(long trials, double calls) {
    return trials * calls * (calls - 1) / 2;
  }

  private static double usd(ModelSpec model, double input, double output) {
    return model.usd(input, output).orElseThrow();
  }

  private static String basis(Held.OfModel held, boolean isMeasured, double latency) {
    return String.format(
        Locale.ROOT,
        "%s; %s %.1f s a call",
        isMeasured
            ? "%,d answers in the ledger, %,.0f prompt and %,.0f answer tokens each"
                .formatted(held.answers(), held.promptTokens(), held.completionTokens())
            : "four characters of a prompt are a token, an answer has half of max_tokens",
        held.medianLatencyMillis() != null ? "measured" : "assumed",
        latency);
  }

  /** Over trials spread evenly over the plan, by model. */
  private static Map<String, Prompt> prompts(StudyPlan plan) {
    PlannedCalls calls = PlannedCalls.of(plan);
    Map<String, Prompt> sums = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    long step = Math.max(1, plan.trials() / PROBES | 1);
    for (long index = 0; index < plan.trials() && index / step < 2 * PROBES; index += step) {
      Trial trial = plan.trial(index);
      double characters =
          calls.request(trial).messages().stream()
              .map(Message::content)
              .mapToInt(String::length)
              .sum();
      int turns = calls.turns(trial);
      int mostCalls = calls.mostCalls(trial);
      Prompt prompt =
          new Prompt(
              characters / CHARACTERS_PER_TOKEN,
              calls.worst(trial).tokens() - plan.study().model(trial.cell().model()).maxTokens(),
              turns,
              Math.min(2 * turns, mostCalls),
              mostCalls);
      sums.merge(trial.cell().model(), prompt, Prompt::plus);
      counts.merge(trial.cell().model(), 1, Integer::sum);
    }
    Map<String, Prompt> means = new HashMap<>();
    sums.forEach((model, sum) -> means.put(model, sum.over(counts.get(model))));
    return means;
  }
}
