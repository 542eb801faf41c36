package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class SimulatedProviderTest {

  private static final ModelSpec MODEL =
      Requests.model("sim/subject", null, null, Duration.ofSeconds(1));

  private final VirtualTime time = new VirtualTime();
  private final List<String> conditions = new ArrayList<>();

  private static Scenario scenario() {
    TreeMap<String, String> markers = new TreeMap<>();
    markers.put("free", "<tier>free</tier>");
    markers.put("paid", "<tier>paid</tier>");
    TreeMap<Behaviour, List<String>> texts = new TreeMap<>();
    texts.put(Behaviour.COMPLIES, List.of("A: {{query}}", "B: {{query}}"));
    texts.put(Behaviour.REFUSES, List.of("No & <no>."));
    return new Scenario(
        "animal-welfare",
        1,
        "title",
        "canary",
        "low",
        List.of(),
        List.<Contrast>of(),
        List.of(),
        new Signals(markers, new TreeMap<>(), new TreeMap<>()),
        List.of(),
        List.of(new Query("aw001", "Why <hens> & \"cows\"?", new TreeMap<>())),
        null,
        texts);
  }

  private SimulatedProvider provider(Subject subject) {
    return new SimulatedProvider(
        "sim/subject",
        7,
        (trial, query, paraphrase, condition, levels, temperature) -> {
          conditions.add(condition);
          return subject.draw(trial, query, paraphrase, condition, levels, temperature);
        },
        Set.of(),
        List.of(scenario()),
        time);
  }

  private static Subject always(boolean fails, Behaviour behaviour, double latencyMs) {
    return (trial, query, paraphrase, condition, levels, temperature) ->
        new Subject.Draw(fails, behaviour, latencyMs);
  }

  private static Request request(String trial, String... contents) {
    List<Message> messages = new ArrayList<>();
    for (String content : contents) {
      messages.add(new Message("user", content));
    }
    return Requests.request(MODEL, trial, messages);
  }

  @Test
  void theConditionIsReadFromAnyMessage() {
    SimulatedProvider provider = provider(always(false, Behaviour.REFUSES, 0));
    Completion first = provider.ask(request("t1", "<tier>free</tier>", "Hi")).join().completion();
    Completion second =
        provider.ask(request("t2", "Hi", "So: <tier>paid</tier>.")).join().completion();
    assertFalse(first.isFailure() || second.isFailure());
    assertEquals(List.of("free", "paid"), conditions);
  }

  @Test
  void aPromptWithNoMarkerOrWithSeveralTellsNoCondition() {
    SimulatedProvider provider = provider(always(false, Behaviour.REFUSES, 0));
    Completion none = provider.ask(request("t1", "Hi")).join().completion();
    Completion both =
        provider.ask(request("t2", "<tier>paid</tier>", "<tier>free</tier>")).join().completion();
    assertFalse(none.isFailure() || both.isFailure());
    assertNull(conditions.get(0));
    assertNull(conditions.get(1));
  }

  @Test
  void theAnswerIsTheScenariosTextWithTheQueryInIt() {
    SimulatedProvider provider = provider(always(false, Behaviour.COMPLIES, 0));
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Response response = provider.ask(request("t" + i, "12345678")).join().completion().response();
      texts.add(response.text());
      assertEquals("sim/subject", response.model());
      assertEquals(2L, response.promptTokens());
      assertEquals("stop", response.finishReason());
      assertNull(response.reasoning());
      assertEquals(
          response, provider.ask(request("t" + i, "12345678")).join().completion().response());
    }
    assertEquals(Set.of("A: Why <hens> & \"cows\"?", "B: Why <hens> & \"cows\"?"), texts);
  }

  @Test
  void aPlantedFailureIsAServerError() {
    SimulatedProvider provider = provider(always(true, Behaviour.COMPLIES, 0));
    Completion completion = provider.ask(request("t1", "Hi")).join().completion();
    assertEquals(FailureCategory.SERVER_ERROR, completion.failure().category());
    assertEquals("planted failure", completion.failure().message());
  }

  @Test
  void withoutLatencyTheAnswerIsThereAtOnceAndWithItLater() {
    assertTrue(provider(always(false, Behaviour.REFUSES, 0)).ask(request("t1", "Hi")).isDone());
    CompletableFuture<Attempt> slow =
        provider(always(false, Behaviour.REFUSES, 1.5)).ask(request("t1", "Hi"));
    time.pass(Duration.ofNanos(1_499_999));
    assertFalse(slow.isDone());
    time.pass(Duration.ofNanos(1));
    assertEquals("No & <no>.", slow.join().completion().response().text());
  }

  @Test
  void cancellingForgetsTheAlarm() {
    CompletableFuture<Attempt> slow =
        provider(always(false, Behaviour.REFUSES, 1000)).ask(request("t1", "Hi"));
    slow.cancel(true);
    assertEquals(0, time.alarms());
  }

  @Test
  void aBehaviourThatTheScenarioHasNoTextForIsNamed() {
    SimulatedProvider provider = provider(always(false, Behaviour.PARTIAL, 0));
    CompletableFuture<Attempt> asked = provider.ask(request("t1", "Hi"));
    String message = assertThrows(CompletionException.class, asked::join).getMessage();
    assertTrue(message.contains("animal-welfare"), message);
    assertTrue(message.contains("PARTIAL"), message);
  }
}
