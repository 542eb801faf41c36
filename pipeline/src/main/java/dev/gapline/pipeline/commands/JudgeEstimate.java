package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.commands.ModelEstimate.Range;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Trial;
import dev.gapline.transforms.Held;
import dev.gapline.transforms.classifiers.JudgePrompt;
import dev.gapline.transforms.providers.RetryPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the judges of a study are still to be asked. Every answer is expected to be readable and to
 * be as long as its model's are; votes that the ledger holds are taken off evenly, for which they
 * are cannot be told before the answers are there.
 */
final class JudgeEstimate {

  private static final int PROBES = 50;
  private static final double CHARACTERS_PER_TOKEN = 4;

  /** A vote says which questions it answers, and quotes. */
  private static final double ASSUMED_ANSWER_TOKENS = 150;

  private JudgeEstimate() {}

  /**
   * The most tokens that one vote may be billed, for the longest answer of any model; the prompt
   * around it is the mean of some of the plan's trials.
   */
  static long worstCall(JudgeSpec judge, StudyPlan plan) {
    int answer = plan.study().models().stream().mapToInt(ModelSpec::maxTokens).max().orElse(0);
    double prompt = CHARACTERS_PER_TOKEN * (promptTokens(judge, plan) + answer);
    return (long) Math.ceil(prompt) + judge.model().maxTokens();
  }

  /** One for each judge of the plan, in its order. */
  static List<ModelEstimate> all(StudyPlan plan, Held held) {
    List<JudgeSpec> judges = plan.study().judges();
    double votes = judges.stream().mapToDouble(JudgeSpec::votes).sum() * plan.trials();
    double left = votes == 0 ? 0 : Math.max(0, 1 - held.scan().judging().calls() / votes);
    return judges.stream().map(judge -> of(judge, plan, held, left)).toList();
  }

  private static ModelEstimate of(JudgeSpec judge, StudyPlan plan, Held held, double left) {
    ModelSpec model = judge.model();
    long trials = Math.round(plan.trials() * left);
    double calls = (double) trials * judge.votes();
    double prompt = promptTokens(judge, plan) + answerTokens(plan, held, false);
    double answer = Math.min(ASSUMED_ANSWER_TOKENS, model.maxTokens());
    double worstCalls = calls * judge.tries();
    double worstPrompt =
        CHARACTERS_PER_TOKEN * (promptTokens(judge, plan) + answerTokens(plan, held, true));
    Range tokens =
        new Range(0, calls * (prompt + answer), worstCalls * (worstPrompt + model.maxTokens()));
    Pace pace =
        Pace.of(model, calls, calls, tokens.expected(), 1, Pace.assumedSeconds(model, answer));
    return new ModelEstimate(
        "judge " + judge.label(),
        trials,
        new Range(0, calls, worstCalls * RetryPolicy.of(model).calls()),
        tokens,
        dollars(model, calls, prompt, answer, worstCalls, worstPrompt),
        pace.time(),
        pace.limit(),
        String.format(
            Locale.ROOT,
            "%d votes on every answer, of %.0f tokens each; at worst each vote is asked %d times",
            judge.votes(),
            answer,
            judge.tries()));
  }

  private static Optional<Range> dollars(
      ModelSpec model,
      double calls,
      double prompt,
      double answer,
      double worstCalls,
      double worstPrompt) {
    if (model.price() == null) {
      return model.isOffline() ? Optional.of(Range.NONE) : Optional.empty();
    }
    return Optional.of(
        new Range(
            0,
            model.usd(calls * prompt, calls * answer).orElseThrow(),
            model.usd(worstCalls * worstPrompt, worstCalls * model.maxTokens()).orElseThrow()));
  }

  /** Of the judge's prompt without what is judged. */
  private static double promptTokens(JudgeSpec judge, StudyPlan plan) {
    long step = Math.max(1, plan.trials() / PROBES | 1);
    double characters = 0;
    int probes = 0;
    for (long index = 0; index < plan.trials() && probes < PROBES; index += step) {
      Trial trial = plan.trial(index);
      Query query = plan.query(trial);
      String objective = plan.study().scenario(trial.cell().scenario()).rubric().objective();
      characters +=
          JudgePrompt.of(judge.rubric(), query.text(), objective, "").stream()
              .map(Message::content)
              .mapToInt(String::length)
              .sum();
      probes++;
    }
    return characters / Math.max(1, probes) / CHARACTERS_PER_TOKEN;
  }

  private static double answerTokens(StudyPlan plan, Held held, boolean atWorst) {
    return plan.study().models().stream()
        .mapToDouble(
            model -> {
              Double measured = held.models().get(model.id()).completionTokens();
              return atWorst
                  ? model.maxTokens()
                  : measured == null ? model.maxTokens() / 2.0 : measured;
            })
        .average()
        .orElse(0);
  }
}
