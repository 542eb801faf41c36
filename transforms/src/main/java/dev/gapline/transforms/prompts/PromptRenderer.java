package dev.gapline.transforms.prompts;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.gapline.schemas.CheckArm;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.OfferedTool;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Scenario.Condition;
import dev.gapline.schemas.Scenario.Level;
import dev.gapline.schemas.Scenario.ScenarioFactor;
import dev.gapline.schemas.Sorted;
import dev.gapline.schemas.Tool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Renders the messages of a trial from the templates of its scenario.
 *
 * <p>A template sees {@code query}, the values of the query, of the condition and of the factor
 * levels in force, and for every condition and factor level a section that is true for the one in
 * force: {@code {{#condition.free}}}, {@code {{#rlhf_info.full}}}. A name that nothing in the
 * scenario sets is rejected at once, also as a section; one that nothing in force sets, when it is
 * rendered. Text is inserted as it is, without escaping.
 *
 * <p>A system message or a beginning of the reply that is blank when it is rendered is none: a
 * factor may take it away.
 *
 * <p>Templates are compiled once. A message that does not depend on the query is rendered once per
 * wording, condition and factor levels, and then shared. Safe for use by several threads.
 */
public final class PromptRenderer {

  private static final String QUERY = "query";

  /** The role of texts that are no message of the script. */
  private static final String TOOL = "tool";

  private static final Mustache.Compiler COMPILER =
      Mustache.compiler().escapeHTML(false).emptyStringIsFalse(true).strictSections(true);

  private final Scenario scenario;
  private final Map<String, List<Part>> wordings = new LinkedHashMap<>();
  private final Map<String, Integer> followUps = new HashMap<>();
  private final Map<String, Condition> conditions = new LinkedHashMap<>();
  private final ConcurrentMap<Arm, Prepared> prepared = new ConcurrentHashMap<>();

  /**
   * Compiles the scenario's templates.
   *
   * @throws IllegalArgumentException when a template is malformed or uses a name that nothing sets,
   *     or two sources set the same name
   */
  public PromptRenderer(Scenario scenario) {
    this.scenario = scenario;
    TemplateNames names = new TemplateNames(scenario);
    for (Condition condition : scenario.conditions()) {
      conditions.put(condition.name(), condition);
    }
    for (Paraphrase paraphrase : scenario.paraphrases()) {
      List<Part> parts = new ArrayList<>();
      String of = "paraphrase " + paraphrase.id();
      if (paraphrase.system() != null) {
        parts.add(part(of, "system", paraphrase.system(), names));
      }
      parts.add(part(of, "user", paraphrase.user(), names));
      for (String followUp : paraphrase.followUps()) {
        parts.add(part(of, "user", followUp, names));
      }
      if (paraphrase.prefill() != null) {
        parts.add(part(of, "assistant", paraphrase.prefill(), names));
      }
      for (Tool tool : scenario.tools()) {
        parts.add(part("tool " + tool.name(), TOOL, tool.description(), names));
        for (Tool.Result result : tool.results()) {
          parts.add(part("tool " + tool.name(), TOOL, result.give(), names));
        }
      }
      followUps.put(paraphrase.id(), paraphrase.followUps().size());
      wordings.put(paraphrase.id(), List.copyOf(parts));
    }
  }

  /**
   * The messages of the first call: the system message, unless the wording has none, the user
   * message, and the beginning of the reply, if it is the last and the wording gives one.
   *
   * @param condition one of the scenario, or an arm that checks the instrument with its prompt
   * @param factors level by factor; a factor left out is at its reference level
   * @throws IllegalArgumentException when a name is unknown or a template uses one that nothing in
   *     force sets
   */
  public List<Message> render(
      String paraphrase, String condition, SortedMap<String, String> factors, Query query) {
    return conversation(paraphrase, condition, factors, query).first();
  }

  /**
   * The whole script.
   *
   * @param condition one of the scenario, or an arm that checks the instrument with its prompt
   * @param factors level by factor; a factor left out is at its reference level
   * @throws IllegalArgumentException when a name is unknown or a template uses one that nothing in
   *     force sets
   */
  public Conversation conversation(
      String paraphrase, String condition, SortedMap<String, String> factors, Query query) {
    List<Message> all = all(paraphrase, condition, factors, query);
    int end = all.size();
    while (all.get(end - 1).role().equals(TOOL)) {
      end--;
    }
    Tools tools = tools(all.subList(end, all.size()));
    boolean isPrefilled = all.get(end - 1).role().equals("assistant");
    int said = isPrefilled ? end - 1 : end;
    int later = said - followUps.get(paraphrase);
    boolean isBlank = all.get(0).role().equals("system") && all.get(0).content().isBlank();
    return later == all.size() && !isBlank
        ? new Conversation(all, List.of(), null, tools)
        : new Conversation(
            all.subList(isBlank ? 1 : 0, later),
            all.subList(later, said).stream().map(Message::content).toList(),
            isPrefilled && !all.get(said).content().isBlank() ? all.get(said).content() : null,
            tools);
  }

  /** Puts the rendered texts of the tools back in their places. */
  private Tools tools(List<Message> rendered) {
    if (rendered.isEmpty()) {
      return Tools.NONE;
    }
    List<OfferedTool> offered = new ArrayList<>();
    List<List<String>> results = new ArrayList<>();
    int next = 0;
    for (Tool tool : scenario.tools()) {
      offered.add(new OfferedTool(tool.name(), rendered.get(next++).content(), tool.parameters()));
      int end = next + tool.results().size();
      results.add(rendered.subList(next, end).stream().map(Message::content).toList());
      next = end;
    }
    return new Tools(offered, results, scenario.tools(), scenario.toolRounds());
  }

  private List<Message> all(
      String paraphrase, String condition, SortedMap<String, String> factors, Query query) {
    Prepared arm = prepared.get(new Arm(paraphrase, condition, factors));
    if (arm == null) {
      arm =
          prepared.computeIfAbsent(
              new Arm(paraphrase, condition, Sorted.copyOf(factors)), this::prepare);
    }
    if (arm.variables == null) {
      return arm.messages;
    }
    Map<String, Object> variables = new HashMap<>(arm.variables);
    variables.put(QUERY, query.text());
    variables.putAll(query.values());
    List<Message> messages = new ArrayList<>(arm.parts.size());
    for (int i = 0; i < arm.parts.size(); i++) {
      Message shared = arm.messages.get(i);
      messages.add(shared == null ? arm.parts.get(i).render(variables) : shared);
    }
    return List.copyOf(messages);
  }

  private Prepared prepare(Arm arm) {
    List<Part> parts = wordings.get(arm.paraphrase);
    if (parts == null) {
      throw unknown("paraphrase", arm.paraphrase, wordings.keySet());
    }
    String condition = CheckArm.conditionOf(arm.condition);
    Condition inForce = conditions.get(condition);
    if (inForce == null) {
      throw unknown("condition", condition, conditions.keySet());
    }
    Map<String, Object> variables = new HashMap<>(inForce.values());
    for (String name : conditions.keySet()) {
      variables.put(TemplateNames.section("condition", name), name.equals(condition));
    }
    if (scenario.sham() != null) {
      variables.put(scenario.sham().variable(), scenario.sham().valueIn(arm.condition));
    }
    Set<String> unused = new HashSet<>(arm.factors.keySet());
    for (ScenarioFactor factor : scenario.factors()) {
      unused.remove(factor.name());
      String level = arm.factors.getOrDefault(factor.name(), factor.reference());
      variables.putAll(level(factor, level).values());
      for (Level other : factor.levels()) {
        variables.put(
            TemplateNames.section(factor.name(), other.name()), other.name().equals(level));
      }
    }
    if (!unused.isEmpty()) {
      throw unknown(
          "factor",
          String.join(", ", unused),
          scenario.factors().stream().map(ScenarioFactor::name).toList());
    }
    List<Message> messages = new ArrayList<>();
    boolean allFixed = true;
    for (Part part : parts) {
      messages.add(part.fixed ? part.render(variables) : null);
      allFixed &= part.fixed;
    }
    return allFixed
        ? new Prepared(parts, List.copyOf(messages), null)
        : new Prepared(parts, messages, variables);
  }

  private Level level(ScenarioFactor factor, String name) {
    return factor.levels().stream()
        .filter(level -> level.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                unknown(
                    "level of factor " + factor.name(),
                    name,
                    factor.levels().stream().map(Level::name).toList()));
  }

  private IllegalArgumentException unknown(String kind, String name, Collection<String> valid) {
    return new IllegalArgumentException(
        "Unknown %s: %s. Scenario %s has %s."
            .formatted(
                kind, name, scenario.name(), valid.isEmpty() ? "none" : String.join(", ", valid)));
  }

  private Part part(String of, String role, String source, TemplateNames names) {
    String place = "scenario %s, %s, %s template".formatted(scenario.name(), of, role);
    if (source == null) {
      throw new IllegalArgumentException("There is no text: %s.".formatted(place));
    }
    try {
      Template template = COMPILER.compile(source);
      Set<String> used = TemplateNames.in(template);
      names.firstUnknown(used).ifPresent(name -> failOn(name, place));
      return new Part(role, template, place, names.areIndependentOfQuery(used));
    } catch (MustacheException e) {
      throw new IllegalArgumentException(
          "Malformed template: %s: %s".formatted(place, e.getMessage()), e);
    }
  }

  private static void failOn(String name, String place) {
    throw new IllegalArgumentException("Nothing sets {{%s}}: %s.".formatted(name, place));
  }

  /** One message's template; {@code fixed} when it depends on nothing of the query. */
  private record Part(String role, Template template, String place, boolean fixed) {

    Message render(Map<String, Object> variables) {
      try {
        return new Message(role, template.execute(variables));
      } catch (MustacheException.Context e) {
        throw new IllegalArgumentException(
            "Nothing in force sets {{%s}}: %s, line %d.".formatted(e.key, place, e.lineNo), e);
      }
    }
  }

  private record Arm(String paraphrase, String condition, SortedMap<String, String> factors) {}

  /**
   * An arm's messages, null where they depend on the query; the variables are null when none does.
   */
  private record Prepared(
      List<Part> parts, List<Message> messages, Map<String, Object> variables) {}
}
