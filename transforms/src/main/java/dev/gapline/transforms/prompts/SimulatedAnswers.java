package dev.gapline.transforms.prompts;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Response;
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
      boolean isPartial = behaviour == Behaviour.PARTIAL || behaviour == Behaviour.PARTIAL_FAKING;
      boolean isPossible = !isPartial || !scenario.rubric().partial().isEmpty();
      if (answers.isEmpty() && isPossible && !scenario.simulated().isEmpty()) {
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
