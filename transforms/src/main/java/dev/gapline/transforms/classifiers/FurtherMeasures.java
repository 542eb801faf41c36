package dev.gapline.transforms.classifiers;

import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Rubric;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The further measures of a rubric, read off an answer by its rules. */
final class FurtherMeasures {

  private record One(Rubric.Further rule, Expressions found, List<Set<List<String>>> stretches) {}

  private final List<One> all = new ArrayList<>();

  FurtherMeasures(Rubric rubric) {
    for (Rubric.Further rule : rubric.further()) {
      all.add(
          new One(
              rule,
              new Expressions(rule.measure().id(), rule.found()),
              rule.continues().stream().map(Stretches::of).toList()));
    }
  }

  /**
   * Whether each holds; without those whose part of the answer there is not.
   *
   * @param output null when there is none
   * @param reasoning likewise
   * @param hits takes what was found, as its measure and place
   * @throws Expressions.TooManySteps when a search backtracks beyond measure
   */
  SortedMap<Measure, Boolean> of(String output, String reasoning, List<String> hits) {
    SortedMap<Measure, Boolean> holds = new TreeMap<>();
    for (One one : all) {
      String text =
          switch (one.rule().in()) {
            case OUTPUT -> output;
            case REASONING -> reasoning;
            case BOTH -> JudgePrompt.both(reasoning, output);
          };
      if (text != null) {
        holds.put(one.rule().measure(), holds(one, text, hits));
      }
    }
    return holds;
  }

  /** Whether a measure holds of that text, whatever part it is; null for one of no rule. */
  Boolean holds(Measure measure, String text) {
    for (One one : all) {
      if (one.rule().measure() == measure) {
        return holds(one, text, new ArrayList<>());
      }
    }
    return null;
  }

  private static boolean holds(One one, String text, List<String> hits) {
    if (one.found().areFoundIn(text, hits)) {
      return true;
    }
    if (!one.stretches().isEmpty()) {
      Set<List<String>> said = Stretches.of(text);
      for (int i = 0; i < one.stretches().size(); i++) {
        if (one.stretches().get(i).stream().anyMatch(said::contains)) {
          hits.add("%s.continues[%d]".formatted(one.rule().measure().id(), i));
          return true;
        }
      }
    }
    return false;
  }
}
