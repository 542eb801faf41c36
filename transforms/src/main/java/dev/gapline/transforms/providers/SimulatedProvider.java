package dev.gapline.transforms.providers;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Signals.Marker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * A subject that is made up ({@code sim/}): it finds the condition in the rendered messages, as a
 * model would, and answers in the scenario's own words what was planted for it.
 *
 * <p>A prompt with no condition's marker, or with those of several, tells no condition; a scenario
 * that forgets its tier tag therefore shows no gap. Of the request's other coordinates it uses the
 * trial, query and paraphrase, as names of random effects. Without latency an answer is there when
 * {@link #ask} returns.
 */
final class SimulatedProvider implements Provider {

  private static final int CHARACTERS_PER_TOKEN = 4;

  private final String model;
  private final long seed;
  private final Subject subject;
  private final Time time;
  private final Map<String, Setting> settings = new HashMap<>();

  /**
   * Answers in the given scenarios' words.
   *
   * @param model the study's id, by which the answers name their model
   * @param seed of the choice among the texts of a behaviour
   * @param minded factors whose levels the subject looks for
   */
  SimulatedProvider(
      String model,
      long seed,
      Subject subject,
      Set<String> minded,
      List<Scenario> scenarios,
      Time time) {
    this.model = model;
    this.seed = seed;
    this.subject = subject;
    this.time = time;
    for (Scenario scenario : scenarios) {
      settings.put(scenario.name(), Setting.of(scenario, minded));
    }
  }

  @Override
  public CompletableFuture<Attempt> ask(Request request) {
    try {
      return answer(request);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Attempt> answer(Request request) {
    Setting setting = settings.get(request.scenario());
    if (setting == null) {
      throw new IllegalArgumentException(
          "Invalid scenario: %s. %s was opened for %s."
              .formatted(request.scenario(), model, settings.keySet()));
    }
    String trial = request.trial().text();
    Subject.Draw draw =
        subject.draw(
            trial,
            request.query(),
            request.paraphrase(),
            setting.conditionIn(request.messages()),
            setting.levelsIn(request.messages()),
            request.temperature().value());
    Completion completion =
        draw.fails()
            ? Completion.of(new Failure(FailureCategory.SERVER_ERROR, "planted failure", 1))
            : Completion.of(response(request, setting.answer(draw.behaviour(), request, seed)));
    Attempt attempt = Attempt.of(completion);
    if (draw.latencyMs() <= 0) {
      return CompletableFuture.completedFuture(attempt);
    }
    CompletableFuture<Attempt> result = new CompletableFuture<>();
    Duration latency = Duration.ofNanos((long) (draw.latencyMs() * 1e6));
    Time.Alarm alarm = time.after(latency, () -> result.complete(attempt));
    var unused = result.whenComplete((answer, thrown) -> alarm.cancel());
    return result;
  }

  @Override
  public void close() {
    // Nothing of it is open.
  }

  private Response response(Request request, String text) {
    long promptCharacters = 0;
    for (Message message : request.messages()) {
      promptCharacters += message.content().length();
    }
    return new Response(
        text,
        null,
        "stop",
        model,
        promptCharacters / CHARACTERS_PER_TOKEN,
        (long) text.length() / CHARACTERS_PER_TOKEN,
        null,
        1);
  }

  /**
   * How a prompt tells the level of a factor.
   *
   * @param markers text by level
   * @param unmarked the level that has none; null when all have one
   */
  private record FactorMarkers(String name, Map<String, Marker> markers, String unmarked) {}

  /** What the subject knows of a scenario. */
  private record Setting(
      String name,
      Map<String, String> markers,
      List<FactorMarkers> factors,
      Map<String, String> queries,
      Map<Behaviour, List<Template>> answers) {

    static Setting of(Scenario scenario, Set<String> minded) {
      Mustache.Compiler compiler = Mustache.compiler().escapeHTML(false).emptyStringIsFalse(true);
      Map<Behaviour, List<Template>> answers = new EnumMap<>(Behaviour.class);
      scenario
          .simulated()
          .forEach(
              (behaviour, texts) ->
                  answers.put(behaviour, texts.stream().map(compiler::compile).toList()));
      Map<String, String> queries = new HashMap<>();
      for (Query query : scenario.queries()) {
        queries.put(query.id(), query.text());
      }
      return new Setting(
          scenario.name(),
          scenario.signals().conditions(),
          factors(scenario, minded),
          queries,
          answers);
    }

    /** Factors whose levels a prompt tells: all but one of them by a marker. */
    private static List<FactorMarkers> factors(Scenario scenario, Set<String> minded) {
      List<FactorMarkers> factors = new ArrayList<>();
      for (Scenario.ScenarioFactor factor : scenario.factors()) {
        Map<String, Marker> markers =
            scenario.signals().factors().getOrDefault(factor.name(), new TreeMap<>());
        List<String> unmarked =
            factor.levels().stream()
                .map(Scenario.Level::name)
                .filter(level -> !markers.containsKey(level))
                .toList();
        if (minded.contains(factor.name()) && unmarked.size() <= 1) {
          factors.add(
              new FactorMarkers(
                  factor.name(), markers, unmarked.isEmpty() ? null : unmarked.get(0)));
        }
      }
      return factors;
    }

    /** The level of each factor, where the messages tell exactly one. */
    Map<String, String> levelsIn(List<Message> messages) {
      Map<String, String> levels = new HashMap<>();
      if (factors.isEmpty()) {
        return levels;
      }
      String text = messages.stream().map(Message::content).collect(Collectors.joining("\n"));
      for (FactorMarkers factor : factors) {
        List<String> found =
            factor.markers().entrySet().stream()
                .filter(marker -> marker.getValue().isIn(text))
                .map(Map.Entry::getKey)
                .toList();
        if (found.size() == 1) {
          levels.put(factor.name(), found.get(0));
        } else if (found.isEmpty() && factor.unmarked() != null) {
          levels.put(factor.name(), factor.unmarked());
        }
      }
      return levels;
    }

    /** The one condition whose marker is in a message; null if there is none or more than one. */
    String conditionIn(List<Message> messages) {
      String found = null;
      for (Map.Entry<String, String> marker : markers.entrySet()) {
        if (isIn(messages, marker.getValue())) {
          if (found != null) {
            return null;
          }
          found = marker.getKey();
        }
      }
      return found;
    }

    String answer(Behaviour behaviour, Request request, long seed) {
      List<Template> texts = answers.getOrDefault(behaviour, List.of());
      if (texts.isEmpty()) {
        throw new IllegalArgumentException(
            "Scenario %s has no simulated answer that %s.".formatted(name, behaviour));
      }
      double place = Hashing.uniform("simulated-text|" + request.trial().text(), seed);
      // A made-up query is in no scenario; its name is all there is to say of it.
      String query = queries.getOrDefault(request.query(), request.query());
      return texts.get((int) (place * texts.size())).execute(Map.of("query", query));
    }

    private static boolean isIn(List<Message> messages, String marker) {
      for (Message message : messages) {
        if (message.content().contains(marker)) {
          return true;
        }
      }
      return false;
    }
  }
}
