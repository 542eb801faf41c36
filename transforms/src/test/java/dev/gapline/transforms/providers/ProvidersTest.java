package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.testing.ServerProcess;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decorators as they are composed, against a server in another process. */
class ProvidersTest {

  private static final Map<String, String> ENVIRONMENT = Map.of("TEST_KEY", "sk-test-0123456789");

  private static ServerProcess server;

  @BeforeAll
  static void start() {
    server = ServerProcess.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ModelSpec model(String behaviour) {
    return Requests.model(
        "openai/" + behaviour, server.baseUrl(), "TEST_KEY", Duration.ofSeconds(30));
  }

  private static Completion ask(ModelSpec model) {
    Gate gate = new Gate(8, null, new VirtualTime());
    try (Provider provider = Providers.open(model, null, gate, ENVIRONMENT::get)) {
      return provider.ask(Requests.request(model, "t1", "Hi")).join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"429-then-ok", "500-then-ok"})
  void whatPassesIsAskedAgainAndAnswered(String behaviour) {
    Completion completion = ask(model(behaviour));
    assertEquals("At last.", completion.response().text());
    assertEquals(2, completion.attempts());
    assertEquals(2, server.stats(behaviour).path("requests").asInt());
  }

  @ParameterizedTest
  @ValueSource(strings = {"401", "400-too-long", "content-filter-400", "content-filter-finish"})
  void whatIsFinalIsAskedOnce(String behaviour) {
    assertEquals(1, ask(model(behaviour)).attempts());
    assertEquals(1, server.stats(behaviour).path("requests").asInt());
  }

  @Test
  void aThousandQuestionsThroughAGateAreEachAnsweredOnceAndNoMoreAreInFlightThanAllowed()
      throws InterruptedException {
    ModelSpec model = model("gap+slow-5");
    int questions = 1000;
    Gate gate = new Gate(16, null, new VirtualTime());
    AtomicInteger next = new AtomicInteger();
    ConcurrentLinkedQueue<Completion> completions = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(questions);
    try (Provider provider = Providers.open(model, null, gate, ENVIRONMENT::get)) {
      new Object() {
        void ask() {
          while (next.get() < questions) {
            if (!gate.tryAcquire()) {
              gate.onFree(this::ask);
              return;
            }
            int question = next.getAndIncrement();
            if (question >= questions) {
              gate.release();
              return;
            }
            CompletableFuture<Completion> answer =
                provider.ask(Requests.request(model, "t" + question, "Question " + question));
            var unused =
                answer.whenComplete(
                    (completion, thrown) -> {
                      completions.add(completion);
                      gate.release();
                      done.countDown();
                    });
          }
        }
      }.ask();
      done.await();
    }
    assertEquals(questions, completions.size());
    assertTrue(completions.stream().noneMatch(Completion::isFailure));
    JsonNode stats = server.stats("gap+slow-5");
    assertEquals(questions, stats.path("answered").asInt());
    assertEquals(0, stats.path("repeated").asInt());
    int most = stats.path("max_in_flight").asInt();
    assertTrue(most > 1 && most <= 16, "in flight at once: " + most);
    assertEquals(0, gate.inFlight());
  }

  @Test
  void anUnknownProviderIsRefusedWithTheKnownOnes() {
    ModelSpec model = Requests.model("opnai/m", null, null, Duration.ofSeconds(1));
    Exception thrown =
        assertThrows(
            IllegalArgumentException.class, () -> Providers.check(model, ENVIRONMENT::get));
    assertEquals("Unknown provider: opnai/m. Valid are openai, sim.", thrown.getMessage());
  }

  @Test
  void aMissingKeyIsFoundBeforeTheFirstCall() {
    Providers.check(model("ok"), ENVIRONMENT::get);
    Exception thrown =
        assertThrows(
            IllegalArgumentException.class, () -> Providers.check(model("ok"), name -> null));
    assertTrue(thrown.getMessage().contains("TEST_KEY"), thrown.getMessage());
    assertFalse(thrown.getMessage().contains("sk-"), thrown.getMessage());
    assertEquals(0, server.stats("never").path("requests").asInt());
  }
}
