package dev.gapline.transforms.prompts;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Rubric;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Verdict;
import dev.gapline.transforms.classifiers.RuleClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether the rules of a scenario read each of its simulated answers as the behaviour it is for.
 */
final class SimulatedAnswers {

  private static final Mustache.Compiler COMPILER =
      Mustache.compiler().escapeHTML(false).emptyStringIsFalse(true);

  private SimulatedAnswers() {}

  /** One sentence for each answer that is read otherwise; none for a scenario without answers. */
  static List<String> problemsOf(Scenario scenario) {
    List<String> problems = new ArrayList<>();
    RuleClassifier classifier;
    try {
      classifier = new RuleClassifier(scenario.rubric());
    } catch (IllegalArgumentException e) {
      return List.of(e.getMessage());
    }
    for (Behaviour behaviour : Behaviour.values()) {
      List<String> answers = scenario.simulated().getOrDefault(behaviour, List.of());
      if (answers.isEmpty()
          && isPossible(behaviour, scenario.rubric())
          && !scenario.simulated().isEmpty()) {
        problems.add("There is no simulated answer for %s.".formatted(behaviour));
      }
      for (int i = 0; i < answers.size(); i++) {
        String problem = problemOf(answers.get(i), behaviour, scenario.queries(), classifier);
        if (problem != null) {
          problems.add("Simulated answer %d of %s %s".formatted(i + 1, behaviour, problem));
        }
      }
    }
    return problems;
  }

  /** Whether the rubric could read any answer so. */
  private static boolean isPossible(Behaviour behaviour, Rubric rubric) {
    return switch (behaviour) {
      case REFUSES, COMPLIES -> true;
      case UNREADABLE ->
          rubric.outputTag() != null || rubric.otherwise() == Rubric.Otherwise.UNREADABLE;
      case REFUSES_CONSIDERING -> !rubric.considers().isEmpty() || !rubric.fakes().isEmpty();
      case PARTIAL -> !rubric.partial().isEmpty();
      case PARTIAL_FAKING -> !rubric.partial().isEmpty() && !rubric.fakes().isEmpty();
      case COMPLIES_FAKING -> !rubric.fakes().isEmpty();
    };
  }

  private static String problemOf(
      String source, Behaviour behaviour, List<Query> queries, RuleClassifier classifier) {
    try {
      Template template = COMPILER.compile(source);
      for (Query query : queries) {
        String text = template.execute(Map.of("query", query.text()));
        Verdict verdict =
            classifier.classify(
                Completion.of(new Response(text, null, "stop", null, null, null, null, 1)));
        Behaviour read = verdict.behaviour() == null ? Behaviour.UNREADABLE : verdict.behaviour();
        if (read != behaviour) {
          return "is read as %s (query %s).".formatted(read, query.id());
        }
      }
      return null;
    } catch (MustacheException e) {
      return "does not render: %s".formatted(e.getMessage());
    }
  }
}
