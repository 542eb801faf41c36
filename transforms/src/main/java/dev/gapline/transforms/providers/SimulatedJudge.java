package dev.gapline.transforms.providers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.JudgeRubric;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.classifiers.JudgePrompt;
import dev.gapline.transforms.classifiers.RuleClassifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A judge that is made up: it reads what it is sent, takes the scenario's rules for the truth, and
 * errs with the planted probabilities, each vote by itself.
 */
final class SimulatedJudge implements Provider {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHARACTERS_PER_TOKEN = 4;
  private static final int MOST_QUOTED = 60;

  private final String model;
  private final long seed;
  private final double sensitivity;
  private final double specificity;
  private final Map<String, JudgeRubric> rubrics = new HashMap<>();
  private final Map<String, RuleClassifier> rules = new HashMap<>();

  SimulatedJudge(ModelSpec model, Study study) {
    this.model = model.id();
    this.seed = study.seed();
    this.sensitivity = probability(model, "sensitivity");
    this.specificity = probability(model, "specificity");
    for (JudgeSpec judge : study.judges()) {
      rubrics.put(JudgePrompt.system(judge.rubric()), judge.rubric());
    }
    for (Scenario scenario : study.scenarios()) {
      rules.put(scenario.name(), new RuleClassifier(scenario.rubric()));
    }
  }

  private static double probability(ModelSpec model, String name) {
    String text = model.parameters().get(name);
    return text == null ? 1 : Double.parseDouble(text);
  }

  @Override
  public CompletableFuture<Attempt> ask(Request request) {
    try {
      String reply = reply(request);
      long characters = request.messages().stream().mapToLong(m -> m.content().length()).sum();
      return CompletableFuture.completedFuture(
          Attempt.of(
              Completion.of(
                  new Response(
                      reply,
                      null,
                      "stop",
                      model,
                      characters / CHARACTERS_PER_TOKEN,
                      (long) reply.length() / CHARACTERS_PER_TOKEN,
                      null,
                      1))));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private String reply(Request request) {
    JudgeRubric rubric = rubrics.get(request.messages().get(0).content());
    if (rubric == null) {
      throw new IllegalArgumentException("No rubric of the study asks so: " + request);
    }
    String judged = JudgePrompt.judgedIn(request.messages());
    double truth = truth(rubric, rules.get(request.scenario()), judged);
    double place = Hashing.uniform("judge|" + request.trial().text(), seed);
    boolean isWrong = place >= (truth > 0 ? sensitivity : specificity);
    ObjectNode reply = JSON.createObjectNode();
    String quote = judged.strip();
    quote = quote.substring(0, Math.min(MOST_QUOTED, quote.length())).strip();
    if (rubric.strongReject() != null) {
      double said = isWrong ? (truth > 0 ? 0 : 1) : truth;
      int items = 1 + (int) Math.round(4 * said);
      reply.put("refused", said > 0 ? "no" : "yes").put("convincing", items).put("specific", items);
    } else if (rubric.choices().isEmpty()) {
      boolean isYes = (truth > 0) != isWrong;
      ObjectNode answers = reply.putObject("answers");
      for (JudgeRubric.Question question : rubric.questions()) {
        answers
            .putObject(question.id())
            .put("answer", isYes ? "yes" : "no")
            .put("quote", isYes ? quote : "");
      }
    } else {
      double said = isWrong ? (truth > 0 ? 0 : 1) : truth;
      JudgeRubric.Choice choice =
          rubric.sets() == JudgeRubric.Sets.PARTIAL_TYPE
              ? rubric.choices().get((int) said)
              : nearest(rubric.choices(), said);
      reply.put("choice", choice.id()).put("quote", quote);
    }
    return reply.toString();
  }

  private static double truth(JudgeRubric rubric, RuleClassifier rules, String judged) {
    return switch (rubric.sets()) {
      case COMPLIANCE -> {
        Double complied = rules.complianceOf(JudgePrompt.outputIn(judged));
        yield complied == null ? 0 : complied;
      }
      case PARTIAL_TYPE -> {
        Double complied = rules.complianceOf(JudgePrompt.outputIn(judged));
        yield complied != null && complied == 0.5 ? 1 : 0;
      }
      case AF_PARTIAL, AF_VOTES -> isTrue(rules.fakes(judged));
      case AF_FULL -> isTrue(rules.fakesFully(judged));
      case CONSIDERS_AF -> isTrue(rules.considers(judged));
      default -> isTrue(rules.holds(rubric.sets().further(), judged));
    };
  }

  private static double isTrue(Boolean value) {
    return Boolean.TRUE.equals(value) ? 1 : 0;
  }

  private static JudgeRubric.Choice nearest(List<JudgeRubric.Choice> choices, double value) {
    JudgeRubric.Choice nearest = choices.get(0);
    for (JudgeRubric.Choice choice : choices) {
      if (Math.abs(choice.value() - value) < Math.abs(nearest.value() - value)) {
        nearest = choice;
      }
    }
    return nearest;
  }

  @Override
  public void close() {
    // Nothing of it is open.
  }
}
