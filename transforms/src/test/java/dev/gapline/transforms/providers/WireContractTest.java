package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.OfferedTool;
import dev.gapline.schemas.ReasoningForm;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.ToolCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every provider of the catalogue keeps to, against servers that speak its wire format. */
class WireContractTest {

  private static final String KEY = "dummy-key-0123456789";
  private static final Map<String, String> NO_HEADERS = Map.of();

  private static SystemTime time;

  @BeforeAll
  static void start() {
    time = new SystemTime("test");
  }

  @AfterAll
  static void stop() {
    time.close();
  }

  private static ModelSpec model(Dialect dialect, ScriptedServer server, Map<String, String> more) {
    return Requests.model(dialect.model, server.baseUrl(), "TEST_KEY", Duration.ofSeconds(20), more)
        .asked(dialect.api(), ModelSpec.Mode.DIRECT, null);
  }

  private static Provider open(ModelSpec model) {
    return Providers.open(model, (Study) null, time, Map.of("TEST_KEY", KEY)::get, null);
  }

  private static Attempt ask(
      Dialect dialect, int status, Map<String, String> headers, String body) {
    try (ScriptedServer server = new ScriptedServer(status, headers, body);
        Provider provider = open(model(dialect, server, Map.of()))) {
      ModelSpec model = model(dialect, server, Map.of());
      return provider.ask(Requests.request(model, "t1", "Two and two?")).join();
    }
  }

  private static Completion ask(Dialect dialect, String body) {
    return ask(dialect, 200, NO_HEADERS, body).completion();
  }

  @Test
  void everyProviderOfTheCatalogueHasADialectHere() {
    Set<String> named = new TreeSet<>(Set.of("replay", "sim"));
    Set<String> apis = new TreeSet<>();
    for (Dialect dialect : Dialect.values()) {
      String provider = dialect.model.substring(0, dialect.model.indexOf('/'));
      named.add(provider);
      if (dialect.api() != null) {
        apis.add(dialect.api());
      }
    }
    assertEquals(Providers.apis("openai"), apis);
    assertEquals(Providers.names(), named);
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerCarriesWhatTheServerSaidAndAnUnknownFieldIsNoMatter(Dialect dialect) {
    Response response =
        ask(dialect, dialect.answer("Four, in \\u00fcber 2 words.", dialect.stopped)).response();
    assertNotNull(response);
    assertEquals("Four, in \u00fcber 2 words.", response.text());
    assertEquals(dialect.stopped, response.finishReason());
    assertFalse(response.isTruncated());
    assertEquals(11L, response.promptTokens());
    assertEquals(7L, response.completionTokens());
    assertNull(response.reasoning());
    assertNull(response.reasoningForm());
    assertEquals(List.of(), response.toolCalls());
    String asked = dialect.model.substring(dialect.model.indexOf('/') + 1);
    assertTrue(response.model().startsWith(asked), response.model());
    assertFalse(ReportedModel.isOther(asked, response.model()));
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatStoppedAtTheLimitIsTruncated(Dialect dialect) {
    assertTrue(ask(dialect, dialect.answer("Fo", dialect.cutOff)).response().isTruncated());
  }

  @ParameterizedTest
  @EnumSource
  void countsThatAreNotSentAreUnknown(Dialect dialect) {
    Response response = ask(dialect, dialect.withoutUsage()).response();
    assertEquals("Yes.", response.text());
    assertNull(response.promptTokens());
    assertNull(response.completionTokens());
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatAFilterWithheldIsNoFailureOfTheProvider(Dialect dialect) {
    Completion completion = ask(dialect, dialect.answer("", dialect.filtered));
    assertEquals(FailureCategory.CONTENT_FILTER, completion.failure().category());
    assertFalse(completion.isTransient());
  }

  @ParameterizedTest
  @EnumSource
  void everyStatusHasItsCategoryAndItsSentence(Dialect dialect) {
    Dialect.statuses()
        .forEach(
            (status, category) -> {
              String said = "Number " + status + " it is.";
              Attempt attempt = ask(dialect, status, NO_HEADERS, dialect.error("some_error", said));
              assertEquals(category, attempt.completion().failure().category(), said);
              assertTrue(attempt.completion().failure().message().contains(said), said);
              assertEquals(Set.of(429, 503, 529).contains(status), attempt.isRefusal(), said);
            });
  }

  @ParameterizedTest
  @EnumSource
  void aRetryAfterIsHeard(Dialect dialect) {
    Attempt attempt =
        ask(dialect, 429, Map.of("Retry-After", "7"), dialect.error("rate_limit_error", "Slow."));
    assertEquals(Duration.ofSeconds(7), attempt.retryAfter().orElseThrow());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotOfTheProtocolIsMalformedOrEmptyAndMayBeAskedAgain(Dialect dialect) {
    for (String body : List.of("", "{}", "[]", "<html>Wait</html>", "{\"content\":7}", "null")) {
      Completion completion = ask(dialect, body);
      assertTrue(completion.isFailure(), body);
      assertTrue(completion.isTransient(), body);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theKeyIsSentInItsHeaderAloneAndNeverSaid(Dialect dialect) {
    String echo = dialect.error("authentication_error", "The key " + KEY + " is wrong.");
    try (ScriptedServer server = new ScriptedServer(401, NO_HEADERS, echo);
        Provider provider = open(model(dialect, server, Map.of()))) {
      ModelSpec model = model(dialect, server, Map.of());
      Attempt attempt = provider.ask(Requests.request(model, "t1", "Two?")).join();
      assertEquals(FailureCategory.AUTH, attempt.completion().failure().category());
      assertFalse(attempt.toString().contains(KEY), attempt.toString());
      ScriptedServer.Seen seen = server.seen().get(0);
      assertEquals(dialect.path, seen.path());
      assertEquals(dialect.keyValue, seen.headers().get(dialect.keyHeader));
      assertFalse((seen.path() + seen.body()).contains(KEY));
      assertEquals(
          1, seen.headers().values().stream().filter(value -> value.contains(KEY)).count());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSentIsExactlyTheRequest(Dialect dialect) throws IOException {
    String name = dialect.name().toLowerCase(Locale.ROOT);
    try (ScriptedServer server =
            new ScriptedServer(200, NO_HEADERS, dialect.answer("Yes.", dialect.stopped));
        Provider provider = open(model(dialect, server, Map.of("top_p", "0.95")))) {
      ModelSpec model = model(dialect, server, Map.of("top_p", "0.95"));
      List<Message> messages =
          List.of(
              new Message("system", "Be \"brief\".\n"),
              new Message("user", "Look it up: \u00e9t\u00e9 <b>"),
              new Message(
                  "assistant",
                  "I will.",
                  List.of(new ToolCall("c1", "search", "{\"q\":\"x\"}")),
                  null,
                  null),
              new Message("tool", "Nothing found.", List.of(), "c1", null),
              new Message("assistant", "<OUTPUT>"));
      assertFalse(
          provider.ask(Requests.request(model, "t1", messages)).join().completion().isFailure());
      assertGolden(name + "-request", server);
      assertEquals(1, server.seen().size(), "one call, and none repeated");
    }
  }

  @ParameterizedTest
  @EnumSource
  void warmingSendsTheProviderNothing(Dialect dialect) {
    try (ScriptedServer server = new ScriptedServer(200, NO_HEADERS, "{}");
        Provider provider = open(model(dialect, server, Map.of()))) {
      provider.warm();
      assertEquals(List.of(), server.seen());
    }
  }

  @Test
  void thinkingIsKeptApartAndItsFormIsSaid() {
    String thought =
        Dialect.ANTHROPIC
            .answer("Four.", "end_turn")
            .replace(
                "[{\"type\":\"text\"",
                "[{\"type\":\"thinking\",\"thinking\":\"Two and two.\",\"signature\":\"s\"},{\"type\":\"text\"");
    Response response = ask(Dialect.ANTHROPIC, thought).response();
    assertEquals("Four.", response.text());
    assertEquals("Two and two.", response.reasoning());
    assertEquals(ReasoningForm.SUMMARY, response.reasoningForm());
    assertEquals(
        ReasoningForm.FULL,
        ask(Dialect.ANTHROPIC, thought.replace("claude-test", "claude-3-7-sonnet"))
            .response()
            .reasoningForm());
    Response withheld =
        ask(
                Dialect.ANTHROPIC,
                thought.replaceFirst(
                    "\\{\"type\":\"thinking\".*?\\}",
                    "{\"type\":\"redacted_thinking\",\"data\":\"x\"}"))
            .response();
    assertNull(withheld.reasoning());
    assertEquals(ReasoningForm.REDACTED, withheld.reasoningForm());
    Response ofGoogle =
        ask(
                Dialect.GOOGLE,
                Dialect.GOOGLE
                    .answer("Four.", "STOP")
                    .replace(
                        "[{\"text\":\"Four",
                        "[{\"text\":\"Two and two.\",\"thought\":true},{\"text\":\"Four")
                    .replace(
                        "\"candidatesTokenCount\":7",
                        "\"candidatesTokenCount\":3,\"thoughtsTokenCount\":4"))
            .response();
    assertEquals("Four.", ofGoogle.text());
    assertEquals("Two and two.", ofGoogle.reasoning());
    assertEquals(ReasoningForm.SUMMARY, ofGoogle.reasoningForm());
    assertEquals(4L, ofGoogle.reasoningTokens());
    assertEquals(7L, ofGoogle.completionTokens(), "thoughts are billed as output");
  }

  @Test
  void reasoningOfResponsesIsASummaryUnlessItsContentCame() {
    String plain = Dialect.RESPONSES.answer("Four.", "completed");
    String said = "{\"type\":\"summary_text\",\"text\":\"Sums.\"}";
    for (String[] one :
        new String[][] {
          {"\"summary\":[]", null, "REDACTED"},
          {"\"summary\":[" + said + "]", "Sums.", "SUMMARY"},
          {
            "\"summary\":["
                + said
                + "],\"content\":[{\"type\":\"reasoning_text\",\"text\":\"2+2\"}]",
            "2+2",
            "FULL"
          }
        }) {
      Response response =
          ask(
                  Dialect.RESPONSES,
                  plain.replace(
                      "\"output\":[", "\"output\":[{\"type\":\"reasoning\"," + one[0] + "},"))
              .response();
      assertEquals("Four.", response.text());
      assertEquals(one[1], response.reasoning());
      assertEquals(ReasoningForm.valueOf(one[2]), response.reasoningForm());
    }
  }

  @ParameterizedTest
  @EnumSource(names = "ANTHROPIC", mode = EnumSource.Mode.EXCLUDE)
  void logProbabilitiesAreAskedForAndReadInOneForm(Dialect dialect) throws IOException {
    String answer = dialect.answer("Yes.", dialect.stopped);
    String tokens =
        "[{\"token\":\"Yes\",\"logprob\":-0.5,\"top_logprobs\":[{\"token\":\"Yes\",\"logprob\":-0.5},{\"token\":\"No\",\"logprob\":-1.25}]},"
            + "{\"token\":\".\",\"logprob\":0.0}]";
    String with =
        switch (dialect) {
          case OPENAI ->
              answer.replace(
                  "\"finish_reason\"",
                  "\"logprobs\":{\"content\":" + tokens + "},\"finish_reason\"");
          case RESPONSES -> answer.replace("\"annotations\":[]", "\"logprobs\":" + tokens);
          case GOOGLE ->
              answer.replace(
                  "\"finishReason\"",
                  "\"logprobsResult\":{\"chosenCandidates\":[{\"token\":\"Yes\",\"tokenId\":3,\"logProbability\":-0.5},{\"token\":\".\",\"logProbability\":0.0}],"
                      + "\"topCandidates\":[{\"candidates\":[{\"token\":\"Yes\",\"logProbability\":-0.5},{\"token\":\"No\",\"logProbability\":-1.25}]},{}]},\"finishReason\"");
          case ANTHROPIC -> throw new AssertionError();
        };
    try (ScriptedServer server = new ScriptedServer(200, NO_HEADERS, with)) {
      ModelSpec model =
          model(dialect, server, Map.of()).asked(dialect.api(), ModelSpec.Mode.DIRECT, 2);
      try (Provider provider = open(model)) {
        Completion read = provider.ask(Requests.request(model, "t1", "Two?")).join().completion();
        assertEquals(
            "[[\"Yes\",-0.5,[[\"Yes\",-0.5],[\"No\",-1.25]]],[\".\",0.0,[]]]",
            read.response().logprobs());
        assertEquals(List.of(), read.response().notes());
      }
      String body = server.seen().get(0).body();
      String asked =
          switch (dialect) {
            case OPENAI -> "\"logprobs\":true,\"top_logprobs\":2";
            case RESPONSES -> "\"include\":[\"message.output_text.logprobs\"],\"top_logprobs\":2";
            default -> "\"responseLogprobs\":true,\"logprobs\":2";
          };
      assertTrue(body.contains(asked), body);
    }
  }

  /** A reply that calls a tool twice, with what the provider wants back unchanged. */
  private static String callingTools(Dialect dialect) {
    return switch (dialect) {
      case OPENAI ->
          dialect
              .answer("", "tool_calls")
              .replace(
                  "\"content\":\"\"",
                  "\"content\":null,\"reasoning_content\":\"Hm.\",\"tool_calls\":["
                      + "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"search\",\"arguments\":\"{\\\"q\\\":\\\"x\\\"}\"}},"
                      + "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"search\",\"arguments\":\"{}\"}}]");
      case ANTHROPIC ->
          dialect
              .answer("", "tool_use")
              .replace(
                  "{\"type\":\"text\",\"text\":\"\"}",
                  "{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"s1\"},"
                      + "{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"search\",\"input\":{\"q\":\"x\"}},"
                      + "{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"search\",\"input\":{}}");
      case RESPONSES ->
          dialect
              .answer("", "completed")
              .replace(
                  "\"output\":[",
                  "\"output\":[{\"type\":\"reasoning\",\"id\":\"r1\",\"summary\":[],\"encrypted_content\":\"s1\"},"
                      + "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"search\",\"arguments\":\"{\\\"q\\\":\\\"x\\\"}\"},"
                      + "{\"type\":\"function_call\",\"call_id\":\"c2\",\"name\":\"search\",\"arguments\":\"{}\"},");
      case GOOGLE ->
          dialect
              .answer("", "STOP")
              .replace(
                  "{\"text\":\"\"}",
                  "{\"functionCall\":{\"id\":\"c1\",\"name\":\"search\",\"args\":{\"q\":\"x\"}},\"thoughtSignature\":\"s1\"},"
                      + "{\"functionCall\":{\"id\":\"c2\",\"name\":\"search\"}}");
    };
  }

  @ParameterizedTest
  @EnumSource
  void aReplyThatCallsToolsIsSentBackAsItCameWithAllResults(Dialect dialect) throws IOException {
    Response reply = ask(dialect, callingTools(dialect)).response();
    assertEquals(
        List.of(new ToolCall("c1", "search", "{\"q\":\"x\"}"), new ToolCall("c2", "search", "{}")),
        reply.toolCalls());
    List<Message> messages =
        List.of(
            new Message("user", "Look it up."),
            new Message("assistant", reply.text(), reply.toolCalls(), null, reply.verbatim()),
            new Message("tool", "Nothing found.", List.of(), "c1", null),
            new Message("tool", "No query.", List.of(), "c2", null));
    OfferedTool tool =
        new OfferedTool(
            "search",
            "Searches.",
            "{\"type\": \"object\", \"properties\": {\"q\": {\"type\": \"string\"}}}");
    try (ScriptedServer server =
            new ScriptedServer(200, NO_HEADERS, dialect.answer("Yes.", dialect.stopped));
        Provider provider = open(model(dialect, server, Map.of()))) {
      Request request = Requests.request(model(dialect, server, Map.of()), messages, List.of(tool));
      assertFalse(provider.ask(request).join().completion().isFailure());
      assertGolden(dialect.name().toLowerCase(Locale.ROOT) + "-tools-request", server);
    }
  }

  private static void assertGolden(String name, ScriptedServer server) throws IOException {
    JsonMapper json = new JsonMapper();
    try (InputStream golden =
        WireContractTest.class.getResourceAsStream("/wire/" + name + ".json")) {
      assertNotNull(golden, name);
      String expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(
          json.readTree(expected).toPrettyString(),
          json.readTree(server.seen().get(0).body()).toPrettyString());
    }
  }

  @Test
  void aPromptThatGoogleBlocksIsFilteredAndAWrongKeyOfItsIsTheKeys() {
    assertEquals(
        FailureCategory.CONTENT_FILTER,
        ask(Dialect.GOOGLE, "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"}}")
            .failure()
            .category());
    String wrongKey =
        "{\"error\":{\"code\":400,\"message\":\"API key not valid.\",\"status\":\"INVALID_ARGUMENT\","
            + "\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}";
    assertEquals(
        FailureCategory.AUTH,
        ask(Dialect.GOOGLE, 400, NO_HEADERS, wrongKey).completion().failure().category());
  }
}
