package dev.gapline.pipeline.files;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario.Condition;
import dev.gapline.schemas.Scenario.Level;
import dev.gapline.schemas.Scenario.ScenarioFactor;
import dev.gapline.schemas.Sham;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names that templates may use, and what can be said of one before it is rendered. */
final class TemplateCheck {

  /** Keeps the nesting of sections, on which Mustache recurses, far below any stack. */
  private static final int MAX_TAGS = 500;

  private static final Mustache.Compiler MUSTACHE =
      Mustache.compiler().escapeHTML(false).emptyStringIsFalse(true);

  private final Set<String> names;

  private TemplateCheck(Set<String> names) {
    this.names = Set.copyOf(names);
  }

  /** Of what a simulated subject says: it knows the query. */
  static TemplateCheck ofAnswers() {
    return new TemplateCheck(Set.of("query"));
  }

  /** Of prompts; a name that two parts of the scenario would set is refused. */
  static TemplateCheck ofPrompts(
      Fields scenario,
      List<Condition> conditions,
      List<ScenarioFactor> factors,
      List<Query> queries,
      Sham sham) {
    Map<String, String> setBy = new TreeMap<>(Map.of("query", "the query"));
    set(scenario, setBy, "conditions", conditions.stream().map(Condition::values));
    for (ScenarioFactor factor : factors) {
      set(scenario, setBy, "factors", factor.levels().stream().map(Level::values));
    }
    set(scenario, setBy, "queries", queries.stream().map(Query::values));
    if (sham != null) {
      set(scenario, setBy, "sham", Stream.of(Map.of(sham.variable(), sham.one())));
    }
    Set<String> names = new HashSet<>(setBy.keySet());
    conditions.forEach(condition -> names.add("condition." + condition.name()));
    for (ScenarioFactor factor : factors) {
      factor.levels().forEach(level -> names.add(factor.name() + "." + level.name()));
    }
    return new TemplateCheck(names);
  }

  private static void set(
      Fields scenario,
      Map<String, String> setBy,
      String part,
      Stream<? extends Map<String, String>> sources) {
    Set<String> names =
        sources.map(Map::keySet).flatMap(Collection::stream).collect(Collectors.toSet());
    for (String name : names) {
      String other = setBy.putIfAbsent(name, part);
      if (other != null) {
        throw scenario.refuse(
            part,
            "the template variable \"%s\" is set by %s already. Another name is valid."
                .formatted(name, other));
      }
    }
  }

  /** The text of a template that compiles and names nothing unknown. */
  String template(Value value) {
    String text = value.words("A template");
    if (text.contains("{{=")) {
      throw value.refuse("changes the template's brackets. {{ and }} are valid.");
    }
    if (text.split("\\{\\{", MAX_TAGS + 2).length > MAX_TAGS + 1) {
      throw value.refuse("has too many tags. At most %d are valid.".formatted(MAX_TAGS));
    }
    compiled(value, text).visit(new Names(value));
    return text;
  }

  private static Template compiled(Value value, String text) {
    try {
      return MUSTACHE.compile(text);
    } catch (MustacheException e) {
      throw value.refuse(
          "is not a template: %s. Mustache is valid.".formatted(Value.sentence(e.getMessage())));
    } catch (IndexOutOfBoundsException e) { // what this version says of a tag without a name
      throw value.refuse("has a tag without a name. A tag such as {{query}} is valid.");
    }
  }

  /** Refuses what no part of the scenario sets, and brackets that never close. */
  private final class Names implements Mustache.Visitor {

    private final Value value;

    Names(Value value) {
      this.value = value;
    }

    @Override
    public void visitText(String text) {
      if (text.contains("{{")) {
        throw value.refuse("has a tag that does not close. A tag such as {{query}} is valid.");
      }
    }

    @Override
    public void visitVariable(String name) {
      if (!names.contains(name)) {
        throw value.refuseUnseen(
            "the template names \"%s\", which nothing sets. %sValid: %s."
                .formatted(
                    Value.clipped(name),
                    Suggestion.of(name, names),
                    names.stream().sorted().collect(Collectors.joining(", "))));
      }
    }

    @Override
    public boolean visitSection(String name) {
      visitVariable(name);
      return true;
    }

    @Override
    public boolean visitInvertedSection(String name) {
      return visitSection(name);
    }

    @Override
    public boolean visitInclude(String name) {
      throw value.refuseUnseen(
          "the template includes \"%s\". Text written out in full is valid."
              .formatted(Value.clipped(name)));
    }

    @Override
    public boolean visitParent(String name) {
      return visitInclude(name);
    }

    @Override
    public boolean visitBlock(String name) {
      return visitInclude(name);
    }
  }
}
