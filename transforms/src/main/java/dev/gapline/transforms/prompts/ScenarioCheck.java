package dev.gapline.transforms.prompts;

import dev.gapline.schemas.CheckArm;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Scenario.Condition;
import dev.gapline.schemas.Scenario.Level;
import dev.gapline.schemas.Scenario.ScenarioFactor;
import dev.gapline.schemas.Signals.Marker;
import dev.gapline.schemas.Sorted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Whether a scenario measures what it says: every prompt renders, the markers tell its arms apart,
 * two conditions differ in nothing but what the file declares, and the rules read the simulated
 * answers as they are meant. Sends nothing.
 *
 * @param problems one sentence each, in a fixed order; empty for a sound scenario
 * @param wordings how each wording compares with {@code base}
 * @param overlaps how much every two wordings have in common
 */
public record ScenarioCheck(
    List<String> problems, List<WordingLength> wordings, List<Overlap> overlaps) {

  private static final Pattern CANARY =
      Pattern.compile("gapline-canary-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** Beyond this many combinations of levels, factors are varied one at a time. */
  private static final int MOST_COMBINATIONS = 1_000;

  /**
   * The length of one wording at the reference levels.
   *
   * @param words of all messages, the first query's included
   * @param ratioToBase null when the scenario has no wording named {@code base}
   */
  public record WordingLength(String paraphrase, int words, Double ratioToBase) {}

  /**
   * What two wordings have in common at the reference levels.
   *
   * @param jaccard of their sets of four successive words: 0 nothing, 1 everything; null when both
   *     have fewer than four words
   */
  public record Overlap(String one, String other, Double jaccard) {}

  public ScenarioCheck {
    problems = List.copyOf(problems);
    wordings = List.copyOf(wordings);
    overlaps = List.copyOf(overlaps);
  }

  /** Checks that scenario. */
  public static ScenarioCheck of(Scenario scenario) {
    Check check = new Check(scenario);
    check.canary();
    check.queries();
    check.namesOfSignals();
    check.problems.addAll(SimulatedAnswers.problemsOf(scenario));
    if (!scenario.queries().isEmpty()) {
      try {
        check.prompts(new PromptRenderer(scenario));
      } catch (IllegalArgumentException e) {
        check.problems.add(e.getMessage());
      }
    }
    return new ScenarioCheck(List.copyOf(check.problems), check.wordings, check.overlaps);
  }

  /** A check under way. */
  private static final class Check {

    private final Scenario scenario;
    private final Set<String> problems = new LinkedHashSet<>();
    private List<WordingLength> wordings = List.of();
    private List<Overlap> overlaps = List.of();
    private final List<SortedMap<String, String>> combinations;

    Check(Scenario scenario) {
      this.scenario = scenario;
      this.combinations = combinations();
    }

    void canary() {
      if (scenario.canary() == null || !CANARY.matcher(scenario.canary()).matches()) {
        problems.add(
            "Invalid canary: %s. gapline-canary- and a UUID in lower case is valid."
                .formatted(scenario.canary()));
      }
    }

    void queries() {
      if (scenario.queries().isEmpty()) {
        problems.add("There is no query.");
      }
      Map<String, String> firstWithText = new HashMap<>();
      Set<String> ids = new TreeSet<>();
      for (Query query : scenario.queries()) {
        if (!ids.add(query.id())) {
          problems.add("Two queries have the id %s.".formatted(query.id()));
        }
        String text = String.join(" ", Wordings.words(query.text())).toLowerCase(Locale.ROOT);
        String other = firstWithText.putIfAbsent(text, query.id());
        if (other != null) {
          problems.add("Queries %s and %s have the same text.".formatted(other, query.id()));
        }
      }
    }

    void namesOfSignals() {
      Set<String> known = new TreeSet<>();
      scenario.conditions().forEach(condition -> known.add("condition " + condition.name()));
      for (ScenarioFactor factor : scenario.factors()) {
        factor
            .levels()
            .forEach(
                level -> known.add("factor %s, level %s".formatted(factor.name(), level.name())));
      }
      Set<String> named = new TreeSet<>();
      scenario.signals().conditions().keySet().forEach(name -> named.add("condition " + name));
      scenario
          .signals()
          .factors()
          .forEach(
              (factor, levels) ->
                  levels
                      .keySet()
                      .forEach(level -> named.add("factor %s, level %s".formatted(factor, level))));
      named.removeAll(known);
      named.forEach(
          name -> problems.add("There is a signal for what does not exist: " + name + "."));
    }

    void prompts(PromptRenderer renderer) {
      PromptRenderer neutral = new PromptRenderer(withNeutralConditions());
      for (Paraphrase paraphrase : scenario.paraphrases()) {
        for (Condition condition : scenario.conditions()) {
          for (SortedMap<String, String> factors : combinations) {
            for (Query query : queriesFor(factors, condition.name())) {
              prompt(renderer, paraphrase.id(), condition.name(), factors, query);
            }
          }
        }
        for (Contrast contrast : scenario.contrasts()) {
          contrast(neutral, paraphrase.id(), contrast);
          sham(renderer, paraphrase.id(), contrast.treatment());
        }
      }
      if (problems.isEmpty()) {
        Wordings compared = Wordings.of(scenario, renderer);
        wordings = compared.lengths();
        overlaps = compared.overlaps();
        problems.addAll(compared.problems());
      }
    }

    /** The first levels at which all these conditions are asked. */
    private Optional<SortedMap<String, String>> where(List<String> conditions) {
      return combinations.stream()
          .filter(
              levels ->
                  conditions.stream()
                      .allMatch(condition -> scenario.isAsked(condition, atReference(levels))))
          .findFirst();
    }

    /** All queries at the reference levels; one elsewhere, since levels do not change queries. */
    private List<Query> queriesFor(SortedMap<String, String> factors, String condition) {
      if (!scenario.isAsked(condition, atReference(factors))) {
        return List.of();
      }
      return factors.isEmpty() ? scenario.queries() : scenario.queries().subList(0, 1);
    }

    private SortedMap<String, String> atReference(SortedMap<String, String> factors) {
      SortedMap<String, String> all = new TreeMap<>();
      scenario.factors().forEach(factor -> all.put(factor.name(), factor.reference()));
      all.putAll(factors);
      return all;
    }

    private void prompt(
        PromptRenderer renderer,
        String paraphrase,
        String condition,
        SortedMap<String, String> factors,
        Query query) {
      String where = "paraphrase %s, condition %s".formatted(paraphrase, condition);
      String text;
      try {
        text = Wordings.joined(renderer.render(paraphrase, condition, factors, query));
      } catch (IllegalArgumentException e) {
        problems.add("%s (%s)".formatted(e.getMessage(), where));
        return;
      }
      if (scenario.canary() != null && text.contains(scenario.canary())) {
        problems.add("The canary is in a prompt: %s.".formatted(where));
      }
      conditions(text, condition, where, query);
      SortedMap<String, String> inForce = atReference(factors);
      for (ScenarioFactor factor : scenario.factors()) {
        SortedMap<String, Marker> signals = scenario.signals().factors().get(factor.name());
        if (signals != null) {
          String level =
              scenario.signals().isHidden(factor.name(), inForce)
                  ? null
                  : inForce.get(factor.name());
          signals(text, "level of " + factor.name(), signals, level, where, query);
        }
      }
    }

    private void conditions(String text, String condition, String where, Query query) {
      SortedMap<String, Marker> markers = new TreeMap<>();
      scenario.signals().conditions().forEach((name, one) -> markers.put(name, Marker.of(one)));
      signals(text, "condition", markers, condition, where, query);
    }

    /** In a prompt there is the marker of the level in force, which is null where it is hidden. */
    private void signals(
        String text,
        String axis,
        SortedMap<String, Marker> signals,
        String inForce,
        String where,
        Query query) {
      signals.forEach(
          (level, signal) -> {
            boolean found = signal.isIn(text);
            if (level.equals(inForce) && !found) {
              problems.add(
                  "The signal of %s %s is not in its prompt: %s (%s)."
                      .formatted(axis, level, signal, where));
            } else if (!level.equals(inForce) && found) {
              String culprit = signal.isIn(query.text()) ? ", query " + query.id() : "";
              problems.add(
                  "The signal of %s %s is in a prompt of %s: %s (%s%s)."
                      .formatted(
                          axis,
                          level,
                          inForce == null ? "what hides it" : inForce,
                          signal,
                          where,
                          culprit));
            }
          });
    }

    /**
     * Two conditions with signals may differ in their declared values and in their signals alone. A
     * condition without a signal is not told apart, so its sections have nothing to be held
     * against.
     */
    private void contrast(PromptRenderer neutral, String paraphrase, Contrast contrast) {
      SortedMap<String, String> signals = scenario.signals().conditions();
      String treatment = signals.get(contrast.treatment());
      String control = signals.get(contrast.control());
      if (treatment == null || control == null) {
        return;
      }
      Optional<SortedMap<String, String>> levels =
          where(List.of(contrast.treatment(), contrast.control()));
      if (levels.isEmpty()) {
        problems.add("No combination of levels asks both of %s.".formatted(contrast.name()));
        return;
      }
      Query query = scenario.queries().get(0);
      try {
        String one =
            Wordings.joined(neutral.render(paraphrase, contrast.treatment(), levels.get(), query));
        String other =
            Wordings.joined(neutral.render(paraphrase, contrast.control(), levels.get(), query));
        if (!one.replace(treatment, "<signal>").equals(other.replace(control, "<signal>"))) {
          problems.add(
              "The prompts of %s differ in more than the values and the signal of the condition"
                      .formatted(contrast.name())
                  + " (paraphrase %s).".formatted(paraphrase));
        }
      } catch (IllegalArgumentException e) {
        problems.add("%s (paraphrase %s)".formatted(e.getMessage(), paraphrase));
      }
    }

    /**
     * The attribute that means nothing must be in the prompts that check and in no other, differ
     * between its two values, and leave what tells the conditions apart as it is.
     */
    private void sham(PromptRenderer renderer, String paraphrase, String condition) {
      if (scenario.sham() == null) {
        return;
      }
      Query query = scenario.queries().get(0);
      SortedMap<String, String> reference = where(List.of(condition)).orElse(new TreeMap<>());
      List<String> prompts = new ArrayList<>();
      String one = CheckArm.SHAM_A.of(condition);
      String other = CheckArm.SHAM_B.of(condition);
      try {
        for (String arm : List.of(condition, one, other)) {
          prompts.add(Wordings.joined(renderer.render(paraphrase, arm, reference, query)));
        }
      } catch (IllegalArgumentException e) {
        problems.add("%s (paraphrase %s, sham)".formatted(e.getMessage(), paraphrase));
        return;
      }
      if (Set.copyOf(prompts).size() < 3) {
        problems.add(
            "The sham {{%s}} does not show in the prompts of paraphrase %s: its two values and its absence must differ."
                .formatted(scenario.sham().variable(), paraphrase));
      }
      String where = "paraphrase %s, condition %s with the sham".formatted(paraphrase, condition);
      for (String prompt : prompts.subList(1, 3)) {
        conditions(prompt, condition, where, query);
      }
    }

    /**
     * The scenario with each value of a condition replaced by its name, unless it is empty, or is
     * one by whose section the conditions may differ.
     */
    private Scenario withNeutralConditions() {
      List<Condition> neutral =
          scenario.conditions().stream()
              .map(condition -> new Condition(condition.name(), neutral(condition.values())))
              .toList();
      return scenario.withConditions(neutral);
    }

    private SortedMap<String, String> neutral(SortedMap<String, String> values) {
      SortedMap<String, String> neutral = new TreeMap<>();
      values.forEach(
          (name, value) -> {
            boolean isEmpty = value.isEmpty() || scenario.signals().sections().contains(name);
            neutral.put(name, isEmpty ? "" : "<" + name + ">");
          });
      return neutral;
    }

    /**
     * The levels to visit: first the reference, as an empty map, then every combination, or one
     * factor at a time where there are too many.
     */
    private List<SortedMap<String, String>> combinations() {
      List<SortedMap<String, String>> all = new ArrayList<>(List.of(new TreeMap<>()));
      long size = 1;
      for (ScenarioFactor factor : scenario.factors()) {
        size = Math.min(size * factor.levels().size(), MOST_COMBINATIONS + 1L);
      }
      for (ScenarioFactor factor : scenario.factors()) {
        List<SortedMap<String, String>> starts =
            size > MOST_COMBINATIONS ? List.of(new TreeMap<>()) : List.copyOf(all);
        for (Level level : factor.levels()) {
          if (!level.name().equals(factor.reference())) {
            for (SortedMap<String, String> start : starts) {
              SortedMap<String, String> combination = new TreeMap<>(start);
              combination.put(factor.name(), level.name());
              all.add(Sorted.copyOf(combination));
            }
          }
        }
      }
      return all;
    }
  }
}
