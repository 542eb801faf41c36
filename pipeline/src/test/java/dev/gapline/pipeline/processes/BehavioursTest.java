package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server does becomes a row of trials and a count in rates; nothing is dropped. */
class BehavioursTest {

  private static final int SAMPLES = 2;
  private static final List<String> CONDITIONS = List.of("free", "paid");

  /**
   * What becomes of a behaviour of the server.
   *
   * @param category of the failure; null for an answer
   * @param fewestAttempts calls at least
   * @param timeout of the model; retries end after four times that
   */
  private record Case(
      String behaviour, String category, String parseStatus, int fewestAttempts, String timeout) {

    static Case answered(String behaviour, String parseStatus, int fewestAttempts) {
      return new Case(behaviour, null, parseStatus, fewestAttempts, "60s");
    }

    static Case failedAtOnce(String behaviour, String category, String parseStatus) {
      return new Case(behaviour, category, parseStatus, 1, "60s");
    }

    static Case failedAgainAndAgain(String behaviour, String category) {
      return new Case(behaviour, category, "api_error", 2, "2s");
    }

    String model() {
      return "openai/" + behaviour;
    }

    boolean isProviderFailure() {
      return category != null && !category.equals("content_filter");
    }

    String yaml(ServerProcess server) {
      return "  - {id: %s, base_url: \"%s\", key_env: none, timeout: %s}\n"
          .formatted(model(), server.baseUrl(), timeout);
    }

    @Override
    public String toString() {
      return behaviour;
    }
  }

  private static final List<Case> CASES =
      List.of(
          Case.answered("subject", "ok", 1),
          Case.answered("ok", "no_output_tag", 1),
          Case.answered("reasoning", "no_output_tag", 1),
          Case.answered("wrong-model-name", "no_output_tag", 1),
          Case.answered("429-then-ok", "no_output_tag", 2),
          Case.answered("500-then-ok", "no_output_tag", 2),
          Case.answered("null-content", "empty", 1),
          Case.failedAtOnce("400-too-long", "bad_request", "api_error"),
          Case.failedAtOnce("content-filter-400", "content_filter", "api_filter"),
          Case.failedAtOnce("content-filter-finish", "content_filter", "api_filter"),
          Case.failedAgainAndAgain("429-always", "rate_limited"),
          Case.failedAgainAndAgain("rate-limit-in-200", "rate_limited"),
          Case.failedAgainAndAgain("500-always", "server_error"),
          Case.failedAgainAndAgain("malformed-body", "malformed"),
          Case.failedAgainAndAgain("html-body", "malformed"),
          Case.failedAgainAndAgain("error-in-200", "malformed"),
          Case.failedAgainAndAgain("invalid-utf8", "malformed"),
          Case.failedAgainAndAgain("empty-body", "empty"),
          Case.failedAgainAndAgain("empty-choices", "empty"),
          Case.failedAgainAndAgain("no-choices", "empty"),
          Case.failedAgainAndAgain("drop", "connection"),
          Case.failedAgainAndAgain("reset", "connection"),
          new Case("hang", "timeout", "timeout", 1, "500ms"),
          new Case("trickle", "timeout", "timeout", 1, "500ms"));

  @TempDir private static Path folder;
  private static ServerProcess server;
  private static GaplineProcess.Ended ended;
  private static Output output;

  @BeforeAll
  static void runAllBehavioursInOneStudy() throws IOException {
    server = ServerProcess.start();
    Path study =
        Studies.ofModels(
            folder,
            SAMPLES,
            CASES.stream().map(one -> one.yaml(server)).collect(Collectors.joining()));
    output = new Output(folder.resolve("out"));
    ended = GaplineProcess.run("run", study, "--out", output.path());
  }

  @AfterAll
  static void endServer() {
    server.close();
  }

  @Test
  void theRunIsCompleteAndEveryTrialIsThereOnce() {
    assertEquals(0, ended.status(), ended.stderr());
    RunState state = output.state();
    assertEquals(RunState.State.COMPLETE, state.state());
    int trials = CASES.size() * SAMPLES * CONDITIONS.size();
    assertEquals(trials, state.planned());
    assertEquals(trials, output.trials().size());
    long failures = CASES.stream().filter(Case::isProviderFailure).count();
    assertEquals(failures * SAMPLES * CONDITIONS.size(), state.failed(), "without filtered ones");
  }

  static Stream<Case> cases() {
    return CASES.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aBehaviourIsARowWithItsCategory(Case one) {
    List<GenericRecord> trials =
        output.trials().stream().filter(row -> row.get("model").equals(one.model())).toList();
    assertEquals(SAMPLES * CONDITIONS.size(), trials.size());
    for (GenericRecord trial : trials) {
      assertEquals(one.category(), trial.get("failure_category"), trial::toString);
      assertEquals(one.parseStatus(), trial.get("parse_status"), trial::toString);
      assertTrue((Integer) trial.get("attempts") >= one.fewestAttempts(), trial::toString);
      if (one.category() == null) {
        assertNotNull(trial.get("response_text"));
        assertNull(trial.get("failure_message"));
      } else {
        assertNull(trial.get("response_text"));
        assertTrue(trial.get("failure_message").toString().length() > 10, trial::toString);
        assertNull(trial.get("complied"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsMissingIsCountedForEachCondition(Case one) {
    List<GenericRecord> rates =
        output.rows("rates").stream()
            .filter(row -> one.model().equals(row.get("model")))
            .filter(row -> row.get("measure").equals("compliance"))
            .filter(row -> row.get("method").equals("wilson-cluster"))
            .filter(row -> row.get("conventions") == null)
            .toList();
    assertEquals(
        CONDITIONS, rates.stream().map(row -> row.get("condition")).map(Object::toString).toList());
    for (GenericRecord rate : rates) {
      assertEquals((long) SAMPLES, rate.get("planned"));
      Map<String, Long> missing =
          rate.getSchema().getFields().stream()
              .map(field -> field.name())
              .filter(name -> name.startsWith("missing_"))
              .collect(Collectors.toMap(name -> name.substring(8), name -> (Long) rate.get(name)));
      boolean isRead = one.parseStatus().equals("ok");
      assertEquals(isRead ? (long) SAMPLES : 0L, rate.get("n"));
      missing.forEach(
          (status, count) ->
              assertEquals(
                  !isRead && status.equals(one.parseStatus()) ? (long) SAMPLES : 0L,
                  count,
                  status));
      assertEquals(isRead, rate.get("rate") != null, rate::toString);
    }
  }

  @Test
  void whatTheModelThoughtAndWhoAnsweredIsKept() {
    assertEquals("provider", firstOf("reasoning").get("reasoning_source"));
    assertEquals("Two and two.", firstOf("reasoning").get("reasoning_text"));
    assertEquals(7L, firstOf("reasoning").get("reasoning_tokens"));
    assertEquals("another-2025-01-01", firstOf("wrong-model-name").get("response_model"));
    assertEquals("other-model", firstOf("wrong-model-name").get("flags"));
    assertEquals("subject", firstOf("subject").get("response_model"));
    assertNull(firstOf("subject").get("flags"));
  }

  private static GenericRecord firstOf(String behaviour) {
    return output.trials().stream()
        .filter(row -> Objects.equals(row.get("model"), "openai/" + behaviour))
        .findFirst()
        .orElseThrow();
  }
}
