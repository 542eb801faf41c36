package dev.gapline.pipeline.files;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import dev.gapline.schemas.Scenario;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What can be said of a scenario's templates before anything is rendered. */
final class TemplateCheck {

  private static final Mustache.Compiler MUSTACHE =
      Mustache.compiler().escapeHTML(false).emptyStringIsFalse(true);

  private TemplateCheck() {}

  /** The text of a template that compiles. */
  static String compiled(Value value) {
    String template = value.words("A template");
    try {
      MUSTACHE.compile(template);
    } catch (MustacheException e) {
      throw value.refuse("is not a template: %s. Mustache is valid.".formatted(e.getMessage()));
    }
    return template;
  }

  /** Refuses a variable that two parts of the scenario would set, and a canary in a prompt. */
  static void check(Scenario scenario, Fields fields) {
    refuseCollisions(scenario, fields);
    boolean leaks =
        scenario.queries().stream().anyMatch(query -> query.text().contains(scenario.canary()))
            || scenario.paraphrases().stream()
                .anyMatch(
                    wording -> (wording.system() + wording.user()).contains(scenario.canary()));
    if (leaks) {
      throw fields.refuse("canary", "the canary is part of a prompt. Text of its own is valid.");
    }
  }

  private static void refuseCollisions(Scenario scenario, Fields fields) {
    Map<String, String> setBy = new HashMap<>(Map.of("query", "the query", "condition", "Gapline"));
    scenario.factors().forEach(factor -> setBy.put(factor.name(), "the factor " + factor.name()));
    List<Map.Entry<String, Set<String>>> sources = new ArrayList<>();
    Set<String> conditions = new TreeSet<>();
    scenario.conditions().forEach(condition -> add(conditions, condition.values().keySet()));
    sources.add(Map.entry("conditions", conditions));
    scenario
        .factors()
        .forEach(
            factor -> {
              Set<String> levels = new TreeSet<>();
              factor.levels().forEach(level -> add(levels, level.values().keySet()));
              sources.add(Map.entry("factors", levels));
            });
    Set<String> queries = new TreeSet<>();
    scenario.queries().forEach(query -> add(queries, query.values().keySet()));
    sources.add(Map.entry("queries", queries));
    for (Map.Entry<String, Set<String>> source : sources) {
      for (String variable : source.getValue()) {
        String other = setBy.put(variable, source.getKey());
        if (other != null) {
          throw fields.refuse(
              source.getKey(),
              "the template variable \"%s\" is set by %s already. Another name is valid."
                  .formatted(variable, other));
        }
      }
    }
  }

  private static void add(Set<String> names, Collection<String> more) {
    names.addAll(more);
  }
}
