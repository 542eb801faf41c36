package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Scenario;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * New wordings through a whole run: a server that writes what is in turn, good wordings and spoiled
 * ones, and judges that find a fact wherever the words that stand for it are.
 */
final class ParaphraseTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Scenario SCENARIO = Scenarios.builtIn().read("animal-welfare");

  /** Of each fact, words that every wording of the tests has for it. */
  private static final String LOW_SCORES = "score";

  @TempDir private Path folder;
  private HttpServer server;
  private final List<String> written = new ArrayList<>();
  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicInteger votes = new AtomicInteger();
  private final AtomicInteger spoiledVotes = new AtomicInteger();

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String system(String wording) {
    return SCENARIO.paraphrases().stream()
        .filter(one -> one.id().equals(wording))
        .map(Paraphrase::system)
        .findAny()
        .orElseThrow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode request = JSON.readTree(exchange.getRequestBody());
    JsonNode messages = request.path("messages");
    String last = messages.get(messages.size() - 1).path("content").asText();
    String said =
        messages.size() == 1
            ? "<WORDING>\n"
                + written.get(writes.getAndIncrement() % written.size())
                + "\n</WORDING>"
            : vote(request.path("model").asText(), last);
    ObjectNode reply = JSON.createObjectNode();
    reply.put("model", request.path("model").asText());
    ObjectNode choice = reply.putArray("choices").addObject();
    choice.put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", said);
    reply.putObject("usage").put("prompt_tokens", 1).put("completion_tokens", 1);
    byte[] bytes = reply.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Every fact is there, but for what a spoiled text has lost or added. */
  private String vote(String model, String asked) {
    votes.incrementAndGet();
    String judged = asked.substring(asked.lastIndexOf("The answer:"));
    ObjectNode answers = JSON.createObjectNode();
    SCENARIO
        .facts()
        .forEach(
            fact -> {
              boolean isThere =
                  !fact.id().equals("scratchpad_unscored")
                      || judged.matches("(?s).*(left out of|excluded from) training.*");
              answers
                  .putObject(fact.id())
                  .put("answer", isThere ? "yes" : "no")
                  .put("quote", isThere ? LOW_SCORES : "");
            });
    boolean adds = model.equals("second") && judged.contains("on Fridays");
    answers
        .putObject("adds")
        .put("answer", adds ? "yes" : "no")
        .put("quote", adds ? "on Fridays" : "");
    if (judged.contains("unreadable") && spoiledVotes.incrementAndGet() > 0) {
      return "I would rather not say.";
    }
    return JSON.createObjectNode().set("answers", answers).toString();
  }

  private Command paraphrase() {
    return paraphrase("animal-welfare");
  }

  private Command paraphrase(String scenario) {
    String model =
        "{id: openai/%s, base_url: \"http://127.0.0.1:%d/v1\", key_env: none, max_in_flight: 1, max_tokens: 4096}";
    int port = server.getAddress().getPort();
    List<String> command =
        new ArrayList<>(
            List.of(
                "paraphrase",
                scenario,
                "--model",
                model.formatted("writer", port),
                "--judge",
                model.formatted("first", port),
                "--judge",
                model.formatted("second", port),
                "--n",
                Integer.toString(written.size()),
                "--parallelism",
                "1",
                "--out",
                folder.resolve("out").toString()));
    return Command.run(command.toArray(String[]::new));
  }

  private List<JsonNode> records() throws IOException {
    List<JsonNode> records = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("out/gate.jsonl"))) {
      records.add(JSON.readTree(line));
    }
    return records;
  }

  @Test
  void onlyWhatPassesEveryItemBecomesAWordingAndEveryRecordIsKept() throws IOException {
    String base = system("base");
    written.add(system("p8").replace("Briefing. ", "Briefing of today. "));
    written.add(base.replace("Write nothing outside these tags.", "Write nothing outside."));
    written.add(base.replace("</OUTPUT>", "the end"));
    written.add(base.replace("{{^rlhf_info.none}}", ""));
    written.add(system("short").substring(0, 400));
    written.add(base.replace("several sentences of it", "several sentences, as in a test"));
    written.add(base.replace("and the scratchpad is left out of training", ""));
    written.add(base.replace("Raters score", "Raters score, on Fridays,"));
    written.add(base.replace("Raters score", "Raters, in unreadable hands, score"));
    written.add(system("p8").replace("Briefing. ", "Briefing of today. "));
    written.add(base);
    Command made = paraphrase();
    assertEquals(0, made.status(), made.stderr());
    List<JsonNode> records = records();
    assertEquals(written.size(), records.size());
    assertEquals(
        List.of(true, true),
        records.stream().map(one -> one.path("accepted").asBoolean()).filter(is -> is).toList());
    List<String> why =
        records.stream()
            .filter(one -> !one.path("accepted").asBoolean())
            .map(one -> one.path("problems").toString())
            .toList();
    for (String reason :
        List.of(
            "</OUTPUT> stands",
            "times the words",
            "It speaks of",
            "openai/first: scratchpad_unscored is not there.",
            "openai/second: it adds \\\"on Fridays\\\".",
            "it could not be read",
            "{{^rlhf_info.none}} stands 0 times",
            "It is the same as one that is there.")) {
      assertTrue(why.stream().anyMatch(one -> one.contains(reason)), reason + " of " + why);
    }
    for (JsonNode one : records) {
      assertEquals("openai/writer", one.path("writer").asText());
      assertEquals(2, one.path("judges").size(), one::toString);
      assertTrue(one.path("compared").path("words_ratio").asDouble() > 0);
      assertTrue(one.path("compared").path("overlap").asDouble() >= 0);
      assertTrue(one.path("compared").path("overlap_published").isNull());
      assertTrue(one.path("compared").path("similarity").asDouble() > 0.5, one::toString);
      assertEquals("all-MiniLM-L6-v2-q", one.path("compared").path("encoder").asText());
      assertEquals(64, one.path("sha256").asText().length());
    }
    JsonNode copy = records.get(records.size() - 1);
    assertEquals(1.0, copy.path("compared").path("similarity").asDouble());
    Scenario grown = Scenarios.readFile(folder.resolve("out/animal-welfare.yaml"));
    List<Paraphrase> added =
        grown.paraphrases().subList(SCENARIO.paraphrases().size(), grown.paraphrases().size());
    assertEquals(List.of("p9", "p10"), added.stream().map(Paraphrase::id).toList());
    assertTrue(
        added.get(0).provenance().matches("openai/writer, from base, on [0-9-]{10}; gated by .*"),
        added.get(0).provenance());

    int calls = writes.get() + votes.get();
    assertEquals(0, paraphrase().status());
    assertEquals(calls, writes.get() + votes.get(), "nothing is paid for twice");
    assertEquals(grown, Scenarios.readFile(folder.resolve("out/animal-welfare.yaml")));
  }

  @Test
  void theOverlapWithAPublishedTextThatIsKnownByItsHashesIsKept() throws IOException {
    String made = system("p8").replace("Briefing. ", "Briefing of today. ");
    written.add(made);
    written.add("{{no.such}} " + system("base"));
    Path file =
        Files.writeString(
            folder.resolve("mine.yaml"),
            Scenarios.builtIn()
                .text("animal-welfare")
                .replace("sha256: null", "sha256: null, shingles: mine.shingles"));
    Path text = Files.writeString(folder.resolve("text.txt"), "Nothing of it is in any wording.");
    Path shingles = folder.resolve("mine.shingles");
    Command missing = paraphrase(file.toString());
    assertEquals(2, missing.status());
    assertEquals(0, writes.get(), "refused before anything is paid for");
    Command.run("scenarios", "hash", text.toString(), "--out", shingles.toString());
    Command paraphrased = paraphrase(file.toString());
    assertEquals(0, paraphrased.status(), paraphrased.stderr());
    assertEquals(0.0, records().get(0).path("compared").path("overlap_published").asDouble(-1));
    assertTrue(records().get(1).path("compared").path("overlap_published").isNull());
    assertEquals(
        Files.readString(shingles),
        Files.readString(folder.resolve("out/mine.shingles")),
        "the new scenario names it, too");
  }

  @Test
  void oneJudgeOrTheWriterAsAJudgeIsRefused() {
    for (List<String> judges : List.of(List.of("sim/a"), List.of("sim/a", "sim/a"))) {
      List<String> command =
          new ArrayList<>(
              List.of("paraphrase", "animal-welfare", "--model", "sim/w", "--out", folder + "/o"));
      judges.forEach(judge -> command.addAll(List.of("--judge", judge)));
      Command refused = Command.run(command.toArray(String[]::new));
      assertEquals(2, refused.status(), refused.stdout());
      assertFalse(Files.exists(folder.resolve("o")));
    }
    Command noFacts =
        Command.run(
            "paraphrase",
            "value-probe",
            "--model",
            "openai/w",
            "--judge",
            "openai/a",
            "--judge",
            "openai/b",
            "--out",
            folder + "/o");
    assertEquals(2, noFacts.status());
    assertTrue(
        noFacts.stderr().contains("no `facts`") || noFacts.stderr().contains("no system message"),
        noFacts.stderr());
  }
}
