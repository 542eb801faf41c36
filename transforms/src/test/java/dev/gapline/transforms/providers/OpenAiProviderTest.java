package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Response;
import dev.gapline.testing.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client of OpenAI's chat completions against a server in another process. */
class OpenAiProviderTest {

  private static final String KEY = "sk-test-0123456789abcdef";
  private static final Duration LONG = Duration.ofSeconds(20);

  private static ServerProcess server;
  private static SystemTime time;

  @BeforeAll
  static void start() {
    server = ServerProcess.start();
    time = new SystemTime("test");
  }

  @AfterAll
  static void stop() {
    server.close();
    time.close();
  }

  private static ModelSpec model(String behaviour, Duration timeout) {
    return Requests.model("openai/" + behaviour, server.baseUrl(), "TEST_KEY", timeout);
  }

  private static HttpProvider open(ModelSpec model, UnaryOperator<String> environment) {
    return new HttpProvider(model, ChatCompletions.of(model), environment, time);
  }

  private static Attempt attempt(ModelSpec model, Request request) {
    try (HttpProvider provider = open(model, Map.of("TEST_KEY", KEY)::get)) {
      return provider.ask(request).join();
    }
  }

  private static Completion ask(String behaviour) {
    ModelSpec model = model(behaviour, LONG);
    return attempt(model, Requests.request(model, "t1", "Two and two?")).completion();
  }

  private static Failure failureOf(String behaviour) {
    Completion completion = ask(behaviour);
    assertTrue(completion.isFailure(), () -> behaviour + " was answered: " + completion);
    return completion.failure();
  }

  @Test
  void anAnswerCarriesEverythingTheServerSaid() {
    Response response = ask("reasoning").response();
    assertEquals("Four.", response.text());
    assertEquals("Two and two.", response.reasoning());
    assertEquals("stop", response.finishReason());
    assertEquals("reasoning", response.model());
    assertTrue(response.promptTokens() > 0);
    assertEquals(1L, response.completionTokens());
    assertEquals(7L, response.reasoningTokens());
    assertEquals(1, response.attempts());
  }

  @Test
  void whatTheServerLeavesOutIsNull() {
    Response response = ask("ok").response();
    assertNull(response.reasoning());
    assertNull(response.reasoningTokens());
  }

  @Test
  void theModelThatTheServerNamesIsKeptEvenWhenItIsAnother() {
    assertEquals("another-2025-01-01", ask("wrong-model-name").response().model());
  }

  @Test
  void aNullContentThatEndedByItselfIsAnEmptyAnswer() {
    assertEquals("", ask("null-content").response().text());
  }

  @Test
  void messagesTemperatureSeedAndParametersAreSentAsTheyAre() throws IOException {
    ModelSpec model =
        Requests.model(
            "openai/echo-seed",
            server.baseUrl(),
            "TEST_KEY",
            LONG,
            Map.of("top_p", "0.950", "stop", "\"END\"", "echo", "true"));
    List<Message> messages =
        List.of(new Message("system", "Be brief.\n"), new Message("user", "Größe? \"日本\" 🙂"));
    Completion completion = attempt(model, Requests.request(model, "t1", messages)).completion();

    JsonNode last = server.last("echo-seed");
    JsonNode headers = last.path("headers");
    assertEquals("Bearer " + KEY, headers.path("Authorization").path(0).asText());
    assertEquals("application/json", headers.path("Content-type").path(0).asText());
    String body = last.path("body").asText();
    assertTrue(body.contains("\"temperature\":0.7,"), body);
    assertTrue(body.contains("\"top_p\":0.950"), body);
    JsonNode json = new JsonMapper().readTree(body);
    assertEquals("echo-seed", json.path("model").asText());
    assertEquals("END", json.path("stop").asText());
    assertTrue(json.path("echo").booleanValue());
    assertFalse(json.has("logprobs"));
    assertEquals(256, json.path("max_tokens").asInt());
    assertFalse(json.has("max_completion_tokens"));
    assertEquals("Größe? \"日本\" 🙂", json.at("/messages/1/content").asText());
    assertEquals("Be brief.\n", json.at("/messages/0/content").asText());
    assertEquals(0xcafef00dL & Integer.MAX_VALUE, json.path("seed").asLong());
    assertEquals(json.path("seed").asText(), completion.response().text());
  }

  @Test
  void openAiItselfIsToldTheTokenLimitByItsNewName() throws IOException {
    ModelSpec model = model("ok", LONG);
    byte[] body = ChatRequest.bytesOf(Requests.request(model, "t1", "Hi"), "max_completion_tokens");
    assertEquals(256, new JsonMapper().readTree(body).path("max_completion_tokens").asInt());
  }

  @Test
  void logProbabilitiesAreAskedForAndKeptTokenByToken() throws IOException {
    ModelSpec model = model("ok", LONG).asked(null, ModelSpec.Mode.DIRECT, 2);
    byte[] body = ChatRequest.bytesOf(Requests.request(model, "t1", "Hi"), "max_tokens");
    JsonNode json = new JsonMapper().readTree(body);
    assertTrue(json.path("logprobs").booleanValue());
    assertEquals(2, json.path("top_logprobs").asInt());
    String answer =
        """
        {"model":"ok","choices":[{"message":{"content":"Yes."},"finish_reason":"stop","logprobs":{"content":[
        {"token":"Yes","logprob":-0.5,"bytes":[89,101,115],"top_logprobs":[{"token":"Yes","logprob":-0.5},{"token":"No","logprob":-1.25}]},
        {"token":".","logprob":0.0,"top_logprobs":[]}]}}]}
        """;
    assertEquals(
        "[[\"Yes\",-0.5,[[\"Yes\",-0.5],[\"No\",-1.25]]],[\".\",0.0,[]]]",
        ChatReply.read(200, answer.getBytes(StandardCharsets.UTF_8)).response().logprobs());
  }

  @Test
  void aServerWithoutKeysIsSentNone() {
    ModelSpec model = Requests.model("openai/ok+slow-1", server.baseUrl(), null, LONG);
    Attempt unused = attempt(model, Requests.request(model, "t1", "Hi"));
    assertTrue(server.last("ok+slow-1").path("headers").path("Authorization").isMissingNode());
  }

  @ParameterizedTest
  @CsvSource({
    "401, AUTH, invalid_api_key",
    "400-too-long, BAD_REQUEST, 4096 tokens",
    "404, NO_MODEL, No such model",
    "429-always, RATE_LIMITED, Too many requests",
    "429-no-quota, AUTH, no credit is left",
    "500-always, SERVER_ERROR, HTTP 500",
    "malformed-body, MALFORMED, is not JSON",
    "html-body, MALFORMED, Bad gateway",
    "error-in-200, MALFORMED, Something is off",
    "rate-limit-in-200, RATE_LIMITED, Slow down",
    "empty-choices, EMPTY, no choice",
    "no-choices, EMPTY, no choice",
    "content-filter-400, CONTENT_FILTER, content filter",
    "content-filter-finish, CONTENT_FILTER, withheld",
    "invalid-utf8, MALFORMED, UTF-8",
    "huge, TOO_LARGE, larger than 2097152 bytes",
    "reset, CONNECTION, No answer from",
    "drop, CONNECTION, No answer from",
  })
  void whateverAServerDoesHasACategory(String behaviour, FailureCategory category, String says) {
    Failure failure = failureOf(behaviour);
    assertEquals(category, failure.category(), failure.message());
    assertTrue(failure.message().contains(says), failure.message());
    assertEquals(1, failure.attempts());
  }

  @Test
  void aServerThatIsNotThereIsAConnectionFailure() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    ModelSpec model =
        Requests.model("openai/ok", "http://127.0.0.1:%d/v1".formatted(port), null, LONG);
    Failure failure = attempt(model, Requests.request(model, "t1", "Hi")).completion().failure();
    assertEquals(FailureCategory.CONNECTION, failure.category());
    assertTrue(failure.message().contains("127.0.0.1:" + port), failure.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hang", "trickle"})
  void silenceAndAnEndlessAnswerAreTimeouts(String behaviour) {
    ModelSpec model = model(behaviour, Duration.ofMillis(200));
    Completion completion = attempt(model, Requests.request(model, "t1", "Hi")).completion();
    assertEquals(FailureCategory.TIMEOUT, completion.failure().category());
    assertEquals("No answer within 200 ms.", completion.failure().message());
  }

  @Test
  void aTimeoutBreaksTheCallOffAtTheServerToo() {
    ModelSpec model = model("trickle+slow-2", Duration.ofMillis(200));
    Attempt unused = attempt(model, Requests.request(model, "t1", "Hi"));
    untilBroken("trickle+slow-2");
  }

  @Test
  void cancellingTheFutureBreaksTheCallOffAtTheServerToo() {
    ModelSpec model = model("trickle+slow-3", LONG);
    try (HttpProvider provider = open(model, Map.of("TEST_KEY", KEY)::get)) {
      CompletableFuture<Attempt> call = provider.ask(Requests.request(model, "t1", "Hi"));
      while (server.stats("trickle+slow-3").path("in_flight").asInt() == 0) {
        Thread.onSpinWait();
      }
      assertTrue(call.cancel(true));
      untilBroken("trickle+slow-3");
    }
  }

  private static void untilBroken(String model) {
    while (server.stats(model).path("broken").asInt() == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void everyCallOfARequestCarriesTheSameKeyOfItsTrial() {
    ModelSpec model = model("500-then-ok+slow-1", LONG);
    Request request = Requests.request(model, "t1", "Hi");
    Attempt broken = attempt(model, request);
    assertTrue(broken.completion().isFailure());
    String first = server.last("500-then-ok+slow-1").at("/headers/Idempotency-key/0").asText();
    assertEquals(request.key(), first);
    assertFalse(attempt(model, request).completion().isFailure());
    assertEquals(
        first, server.last("500-then-ok+slow-1").at("/headers/Idempotency-key/0").asText());
  }

  @Test
  void warmingSendsTheProviderNothing() {
    ModelSpec model = model("ok+slow-4", LONG);
    try (HttpProvider provider = open(model, Map.of("TEST_KEY", KEY)::get)) {
      provider.warm();
      assertEquals(0, server.stats("ok+slow-4").path("requests").asInt());
      assertFalse(
          provider.ask(Requests.request(model, "t1", "Hi")).join().completion().isFailure());
    }
    assertEquals(1, server.stats("ok+slow-4").path("requests").asInt());
  }

  @Test
  void closingEndsTheCallsInFlight() {
    ModelSpec model = model("hang", LONG);
    HttpProvider provider = open(model, Map.of("TEST_KEY", KEY)::get);
    CompletableFuture<Attempt> call = provider.ask(Requests.request(model, "t1", "Hi"));
    provider.close();
    assertEquals(FailureCategory.CONNECTION, call.join().completion().failure().category());
  }

  @Test
  void theServersWishToBeLeftAloneIsPassedOn() {
    ModelSpec model = model("429-always", LONG);
    Attempt attempt = attempt(model, Requests.request(model, "t1", "Hi"));
    assertEquals(Duration.ofMillis(50), attempt.retryAfter().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"401", "echo-key", "400-too-long", "malformed-body", "reset"})
  void theKeyIsInNoMessage(String behaviour) {
    ModelSpec model = model(behaviour, LONG);
    Attempt attempt = attempt(model, Requests.request(model, "t1", "Hi"));
    assertFalse(attempt.toString().contains("sk-test"), attempt.toString());
  }

  @Test
  void theKeyIsInNoTextFormOfTheProvider() {
    ModelSpec model = model("ok", LONG);
    try (HttpProvider provider = open(model, Map.of("TEST_KEY", KEY)::get)) {
      assertEquals(
          server.baseUrl() + "/chat/completions with the key in TEST_KEY", provider.toString());
    }
  }

  @Test
  void aMissingKeyIsAnAuthFailureThatNamesItsVariable() {
    ModelSpec model = model("ok", LONG);
    try (HttpProvider provider = open(model, name -> null)) {
      Failure failure =
          provider.ask(Requests.request(model, "t1", "Hi")).join().completion().failure();
      assertEquals(FailureCategory.AUTH, failure.category());
      assertTrue(failure.message().contains("TEST_KEY"), failure.message());
    }
  }

  @Test
  void aKeyThatNoHeaderCanCarryIsNotQuotedInTheComplaint() {
    ModelSpec model = model("ok", LONG);
    String broken = "sk-one\nsk-two";
    try (HttpProvider provider = open(model, name -> broken)) {
      Failure failure =
          provider.ask(Requests.request(model, "t1", "Hi")).join().completion().failure();
      assertEquals(FailureCategory.AUTH, failure.category());
      assertFalse(failure.message().contains("sk-"), failure.message());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"temperature", "seed", "stream", "max_tokens"})
  void aParameterThatTheStudySetsElsewhereIsRefused(String parameter) {
    ModelSpec model =
        Requests.model("openai/ok", server.baseUrl(), null, LONG, Map.of(parameter, "1"));
    Exception thrown =
        assertThrows(IllegalArgumentException.class, () -> ChatCompletions.of(model));
    assertTrue(thrown.getMessage().contains(parameter), thrown.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:8080/v1", "ftp://host/v1", "http://", "http://ho st/v1"})
  void anAddressThatIsNoneIsRefusedInASentence(String baseUrl) {
    ModelSpec model = Requests.model("openai/ok", baseUrl, null, LONG);
    Exception thrown =
        assertThrows(IllegalArgumentException.class, () -> ChatCompletions.of(model));
    assertTrue(thrown.getMessage().contains(baseUrl), thrown.getMessage());
  }

  @Test
  void manyCallsAtOnceAreAllInFlightAtOnce() {
    ModelSpec model = model("ok+slow-300", LONG);
    try (HttpProvider provider = open(model, Map.of("TEST_KEY", KEY)::get)) {
      List<CompletableFuture<Attempt>> calls =
          IntStream.range(0, 64)
              .mapToObj(i -> provider.ask(Requests.request(model, "t" + i, "Question " + i)))
              .toList();
      calls.forEach(call -> assertFalse(call.join().completion().isFailure()));
    } catch (CompletionException e) {
      throw new AssertionError("A call ended in a fault of ours.", e);
    }
    JsonNode stats = server.stats("ok+slow-300");
    assertEquals(64, stats.path("answered").asInt());
    assertEquals(0, stats.path("repeated").asInt());
  }
}
