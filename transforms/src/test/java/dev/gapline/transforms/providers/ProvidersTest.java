package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.testing.ServerProcess;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

  @Test
  void aProviderMakesOneCallAndNeverRepeatsIt() {
    ModelSpec model = model("429-then-ok");
    try (Provider provider =
        Providers.open(model, null, new VirtualTime(), ENVIRONMENT::get, null)) {
      Attempt attempt = provider.ask(Requests.request(model, "t1", "Hi")).join();
      assertTrue(attempt.isRefusal());
      assertEquals(FailureCategory.RATE_LIMITED, attempt.completion().failure().category());
    }
    assertEquals(1, server.stats("429-then-ok").path("requests").asInt());
  }

  @Test
  void anUnknownProviderIsRefusedWithTheKnownOnes() {
    ModelSpec model = Requests.model("opnai/m", null, null, Duration.ofSeconds(1));
    Exception thrown =
        assertThrows(
            IllegalArgumentException.class, () -> Providers.check(model, ENVIRONMENT::get));
    assertEquals(
        "Unknown provider: opnai/m. Valid are anthropic, google, openai, replay, sim.",
        thrown.getMessage());
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
