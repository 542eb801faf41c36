package dev.gapline.transforms.prompts;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Scenario.Condition;
import dev.gapline.schemas.Scenario.Level;
import dev.gapline.schemas.Scenario.ScenarioFactor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names that a scenario's templates may use, and who sets each; a name has one source alone.
 */
final class TemplateNames {

  private static final String OF_QUERY = "the query";

  private final Map<String, String> sources = new HashMap<>();
  private final String scenario;

  TemplateNames(Scenario scenario) {
    this.scenario = scenario.name();
    set("query", OF_QUERY);
    for (Query query : scenario.queries()) {
      query.values().keySet().forEach(name -> set(name, OF_QUERY));
    }
    for (Condition condition : scenario.conditions()) {
      condition.values().keySet().forEach(name -> set(name, "the condition"));
      set(section("condition", condition.name()), "the condition");
    }
    if (scenario.sham() != null) {
      set(scenario.sham().variable(), "the sham");
    }
    for (ScenarioFactor factor : scenario.factors()) {
      for (Level level : factor.levels()) {
        level.values().keySet().forEach(name -> set(name, "factor " + factor.name()));
        set(section(factor.name(), level.name()), "factor " + factor.name());
      }
    }
  }

  /** The name of the section that is true when that level of that axis is in force. */
  static String section(String axis, String level) {
    return axis + "." + level;
  }

  /** The first of those names, in their natural order, that nothing sets. */
  Optional<String> firstUnknown(Set<String> names) {
    return names.stream().filter(name -> !sources.containsKey(name)).sorted().findFirst();
  }

  /** Whether no query sets any of those names: what uses these alone is equal for all queries. */
  boolean areIndependentOfQuery(Set<String> names) {
    return names.stream().noneMatch(name -> OF_QUERY.equals(sources.get(name)));
  }

  /** The names that a template uses. */
  static Set<String> in(Template template) {
    Set<String> names = new HashSet<>();
    template.visit(
        new Mustache.Visitor() {
          @Override
          public void visitText(String text) {}

          @Override
          public void visitVariable(String name) {
            names.add(name);
          }

          @Override
          public boolean visitInclude(String name) {
            names.add("> " + name);
            return false; // there is no other template to visit
          }

          @Override
          public boolean visitSection(String name) {
            names.add(name);
            return true;
          }

          @Override
          public boolean visitInvertedSection(String name) {
            names.add(name);
            return true;
          }
        });
    return names;
  }

  private void set(String name, String source) {
    String other = sources.putIfAbsent(name, source);
    if (other != null && !other.equals(source)) {
      throw new IllegalArgumentException(
          "Invalid name in scenario %s: both %s and %s set {{%s}}."
              .formatted(scenario, other, source, name));
    }
  }
}
