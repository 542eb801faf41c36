package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.TrialId;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.providers.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that come one by one, through the whole stack, against a server in its own process. */
class AskerTest {

  private static ServerProcess server;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    server = ServerProcess.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ModelSpec model(String behaviour, int maxInFlight) {
    return new ModelSpec(
        "openai/" + behaviour,
        server.baseUrl(),
        null,
        maxInFlight,
        null,
        null,
        100,
        Duration.ofSeconds(10),
        new TreeMap<>(),
        null,
        null);
  }

  private static Request request(ModelSpec model, String trial) {
    return new Request(
        new TrialId(trial),
        "s",
        "q",
        "base",
        model.baseUrl(),
        model.name(),
        List.of(new Message("user", "Question " + trial)),
        Temperature.of("1"),
        model.maxTokens(),
        1,
        new TreeMap<>(),
        null);
  }

  /** One leg with a single line to one model. */
  private final class Line implements AutoCloseable {
    private final Leg leg;
    private final LegDesk desk;
    private final SingleCalls calls;
    private final ModelSpec model;

    Line(String name, ModelSpec model, Study study) throws IOException {
      this.model = model;
      this.leg = Samples.leg(RunFolder.at(folder), name, study);
      EarlierLegs.Summary unused = EarlierLegs.index(leg.folder(), name);
      this.desk = LegDesk.join(leg);
      this.calls =
          new SingleCalls(
              desk, UnitLedger.open(leg.folder(), name, new WorkUnit(0, 0, 1), desk.earlier()), 0);
    }

    Line(String name, ModelSpec model) throws IOException {
      this(name, model, new Samples().models(model).study());
    }

    CompletableFuture<Ledger.Entry> ask(String trial) {
      return calls.ask(desk.model(model.id()), request(model, trial));
    }

    @Override
    public void close() {
      calls.close();
      desk.leave();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"429-then-ok", "500-then-ok"})
  void whatPassesIsAskedAgainAndSaysWhatItMet(String behaviour) throws IOException {
    try (Line line = new Line("001", model(behaviour, 8))) {
      Ledger.Entry entry = line.ask("t-" + behaviour).join();
      assertEquals("At last.", entry.completion().response().text());
      assertEquals(2, entry.completion().attempts());
      assertEquals(
          List.of(
              behaviour.startsWith("429")
                  ? FailureCategory.RATE_LIMITED
                  : FailureCategory.SERVER_ERROR),
          entry.met());
    }
    EarlierLegs.Summary summary = EarlierLegs.index(RunFolder.at(folder), "002");
    assertEquals(2, summary.calls());
    assertEquals(1, summary.settled());
    assertEquals(0, summary.openIntents());
  }

  @ParameterizedTest
  @ValueSource(strings = {"401", "400-too-long", "content-filter-400", "content-filter-finish"})
  void whatIsFinalIsAskedOnce(String behaviour) throws IOException {
    try (Line line = new Line("001", model(behaviour, 8))) {
      assertEquals(1, line.ask("once").join().completion().attempts());
    }
    assertEquals(1, server.stats(behaviour).path("requests").asInt());
  }

  @Test
  void aThousandCallsAreEachAnsweredOnceAndNoMoreAreInFlightThanAllowed() throws IOException {
    String name = "gap+slow-5";
    int questions = 1000;
    try (Line line = new Line("001", model(name, 16))) {
      List<CompletableFuture<Ledger.Entry>> outcomes = new ArrayList<>();
      for (int i = 0; i < questions; i++) {
        outcomes.add(line.ask("t" + i));
      }
      assertTrue(outcomes.stream().noneMatch(entry -> entry.join().completion().isFailure()));
    }
    JsonNode stats = server.stats(name);
    assertEquals(questions, stats.path("answered").asInt());
    assertEquals(0, stats.path("repeated").asInt());
    int most = stats.path("max_in_flight").asInt();
    assertTrue(most > 1 && most <= 16, "in flight at once: " + most);
  }

  @Test
  void aClockThatJumpsBackChangesOnlyTheMomentOfSendingThatIsNoted() throws Exception {
    ModelSpec model = model("ok+slow-30", 2);
    Leg leg = Samples.leg(RunFolder.at(folder), "001", new Samples().models(model).study());
    EarlierLegs.Summary unused = EarlierLegs.index(leg.folder(), "001");
    LegDesk desk = LegDesk.join(leg);
    List<Ledger.Entry> entries = new ArrayList<>();
    try (UnitLedger ledger =
            UnitLedger.open(leg.folder(), "001", new WorkUnit(0, 0, 1), desk.earlier());
        Asker<Integer> asker = new Asker<>(desk, ledger, 0, call -> true, new FallingClock())) {
      for (int i = 0; i < 8; i++) {
        int number = i;
        asker.offer(
            new Asker.Group(), desk.model(model.id()), () -> request(model, "c" + number), number);
      }
      while (entries.size() < 8) {
        asker.round().forEach(call -> entries.add(call.entry()));
      }
    } finally {
      desk.leave();
    }
    for (Ledger.Entry entry : entries) {
      assertFalse(entry.completion().isFailure(), entry::toString);
      assertTrue(entry.latencyMillis() >= 25, entry::toString);
    }
    assertEquals(8, EarlierLegs.index(RunFolder.at(folder), "002").settled());
  }

  /** Every look at it finds it an hour earlier. */
  private static final class FallingClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      now = now.minus(Duration.ofHours(1));
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void whatIsSettledIsNotAskedAgainNotEvenInTheNextLeg() throws IOException {
    ModelSpec model = model("echo-seed", 2);
    Ledger.Entry first;
    try (Line line = new Line("001", model)) {
      first = line.ask("same").join();
      assertEquals(first, line.ask("same").join());
    }
    try (Line line = new Line("002", model)) {
      assertEquals(first, line.ask("same").join());
    }
    assertEquals(1, server.stats("echo-seed").path("requests").asInt());
  }

  @Test
  void aKeyThatIsRefusedTimeAfterTimeStopsTheLegBeforeEveryTrialIsBurnt() throws IOException {
    int unused = requestsBeforeTheStop("401+slow-1", "refuses the key");
  }

  @Test
  void aModelThatIsNotThereStopsTheLegAndIsAskedAgainByTheNext() throws IOException {
    String name = "404+slow-1";
    int requests = requestsBeforeTheStop(name, "is not there to be asked");
    try (Line line = new Line("002", model(name, 4))) {
      assertTrue(line.ask("t0").join().completion().isFailure());
    }
    assertEquals(requests + 1, server.stats(name).path("requests").asInt(), "it may be there now");
  }

  /** Of 200 calls, how many were sent until the leg stopped for that reason: few. */
  private int requestsBeforeTheStop(String name, String reason) throws IOException {
    try (Line line = new Line("001", model(name, 4))) {
      List<CompletableFuture<Ledger.Entry>> outcomes = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        outcomes.add(line.ask("t" + i));
      }
      assertThrows(CompletionException.class, () -> outcomes.get(199).join());
      assertTrue(line.desk.stop().isRaised());
      assertTrue(line.desk.stop().reason().orElseThrow().contains(reason));
    }
    int requests = server.stats(name).path("requests").asInt();
    assertTrue(requests < 20, "requests: " + requests);
    return requests;
  }

  @Test
  void aBudgetHoldsForSingleCallsToo() throws IOException {
    ModelSpec model = model("ok+slow-1", 4);
    Study study = new Samples().models(model).budgetTokens(2_000).study();
    try (Line line = new Line("001", model, study)) {
      List<CompletableFuture<Ledger.Entry>> outcomes = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        outcomes.add(line.ask("b" + i));
      }
      assertThrows(CompletionException.class, () -> outcomes.get(999).join());
      assertFalse(outcomes.get(0).join().completion().isFailure());
    }
    EarlierLegs.Summary summary = EarlierLegs.index(RunFolder.at(folder), "002");
    assertTrue(summary.charge().tokens() <= 2_000, summary::toString);
    assertTrue(summary.settled() > 0, summary::toString);
  }
}
