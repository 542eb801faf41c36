package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.Trial;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.Units;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunUnitsTest {

  @TempDir Path folder;

  private Leg leg(String name, Study study) {
    return Samples.leg(RunFolder.at(folder), name, study);
  }

  /** Some units of two models, one of which fails and is unreadable now and then. */
  private static Samples twoModels() {
    return new Samples()
        .queries(60)
        .samples(2)
        .paraphrases("base", "p1")
        .models(
            Samples.model("sim/steady", Samples.planted(0.4, 0, 0)),
            Samples.model("sim/failing", Samples.planted(0.4, 0.1, 0.2)));
  }

  @Test
  void everyPlannedTrialIsARowInItsPlaceFailuresIncluded() throws IOException {
    Leg leg = leg("001", twoModels().study());
    StudyPlan plan = StudyPlan.of(leg.study());
    RunState state = Pipelines.run(leg, 2);
    assertEquals(RunState.State.COMPLETE, state.state());
    assertEquals(960, state.planned());
    List<GenericRecord> rows = Pipelines.trials(leg);
    assertEquals(960, rows.size());
    long failed = 0;
    for (int i = 0; i < rows.size(); i++) {
      GenericRecord row = rows.get(i);
      Trial trial = plan.trial(i);
      assertEquals((long) i, row.get("order_index"));
      assertEquals(trial.id().text(), row.get("trial_id"));
      assertEquals(trial.blockId(), row.get("block_id"));
      assertEquals(trial.condition(), row.get("condition"));
      assertEquals(trial.sendOrder(), row.get("send_order"));
      assertEquals(3, row.get("rubric_version"));
      assertEquals(1, row.get("attempts"));
      assertEquals(false, row.get("reused"));
      if (row.get("failure_category") == null) {
        assertTrue(row.get("response_text") != null && row.get("parse_status") != null);
        assertNull(row.get("failure_message"));
      } else {
        failed++;
        assertEquals("sim/failing", row.get("model"));
        assertEquals("server_error", row.get("failure_category"));
        assertEquals("planted failure", row.get("failure_message"));
        assertEquals("api_error", row.get("parse_status"));
        assertNull(row.get("response_text"));
        assertNull(row.get("complied"));
      }
    }
    assertTrue(failed > 50, "about a fifth of 480");
    assertEquals(failed, state.failed());
    assertEquals(960, state.calls());
    assertEquals(0, state.reused());
    assertEquals(
        rows.stream().mapToLong(row -> orZero(row.get("prompt_tokens"))).sum(),
        state.promptTokens());
    assertEquals(
        rows.stream().mapToLong(row -> orZero(row.get("completion_tokens"))).sum(),
        state.completionTokens());
    assertEquals(
        rows.stream()
            .mapToDouble(row -> row.get("cost_usd") == null ? 0 : (Double) row.get("cost_usd"))
            .sum(),
        state.costUsd(),
        1e-12);
    ratesCountTheRows(leg, rows);
  }

  /** What the table of rates says was planned, read, missing and measured is in the trials. */
  private static void ratesCountTheRows(Leg leg, List<GenericRecord> rows) throws IOException {
    int checked = 0;
    for (GenericRecord rate : Pipelines.read(leg, "rates")) {
      if (!"wilson".equals(rate.get("method"))) {
        continue;
      }
      List<GenericRecord> cell =
          rows.stream()
              .filter(row -> row.get("model").equals(rate.get("model")))
              .filter(row -> row.get("condition").equals(rate.get("condition")))
              .filter(row -> within(row, rate))
              .toList();
      assertEquals((long) cell.size(), rate.get("planned"));
      assertEquals(
          cell.stream().filter(row -> row.get("parse_status").equals("api_error")).count(),
          rate.get("missing_api_error"));
      assertEquals(
          cell.stream().filter(row -> row.get("parse_status").equals("no_output_tag")).count(),
          rate.get("missing_no_output_tag"));
      if ("compliance".equals(rate.get("measure"))) {
        List<Double> values =
            cell.stream()
                .map(row -> (Double) row.get("complied"))
                .filter(Objects::nonNull)
                .toList();
        assertEquals((long) values.size(), rate.get("n"));
        assertEquals(values.stream().mapToLong(v -> Math.round(2 * v)).sum(), rate.get("x2"));
        checked++;
      }
    }
    assertTrue(checked >= 4);
  }

  private static boolean within(GenericRecord row, GenericRecord rate) {
    return rate.get("window_start") == null
        || rate.get("window_start").equals(row.get("window_start"));
  }

  @Test
  void windowsOfARunHoldTheirTrialsAndNoOther() throws IOException {
    Leg leg = leg("001", twoModels().windowQueries(25).study());
    Pipelines.run(leg, 3);
    List<GenericRecord> rows = Pipelines.trials(leg);
    ratesCountTheRows(leg, rows);
    Map<Object, Set<Object>> queries = new HashMap<>();
    for (GenericRecord row : rows) {
      assertEquals(25_000, (Long) row.get("window_end") - (Long) row.get("window_start"));
      queries
          .computeIfAbsent(row.get("window_start"), window -> new HashSet<>())
          .add(row.get("query_id"));
    }
    assertEquals(
        Set.of(0L, 25_000L, 50_000L, 75_000L, 100_000L, 125_000L),
        queries.keySet(),
        "two rounds of 60 queries");
    assertEquals(25, queries.get(75_000L).size());
    assertEquals(10, queries.get(125_000L).size());
    long planned = 0;
    for (GenericRecord rate : Pipelines.read(leg, "rates")) {
      if (rate.get("window_start") != null
          && "compliance".equals(rate.get("measure"))
          && "wilson".equals(rate.get("method"))) {
        planned += (Long) rate.get("planned");
      }
    }
    assertEquals(960, planned, "no count was late");
  }

  @Test
  void runningALegAgainGivesTheSameReceiptsWithoutACall() throws IOException {
    Leg leg = leg("001", twoModels().study());
    Pipelines.run(leg, 2);
    Units units = StudyPlan.of(leg.study()).units(2);
    List<Receipt> before = receipts(leg, units);
    long files = ledgerFiles(leg);
    TestPipeline again = Pipelines.forTest();
    PAssert.that(
            again
                .apply(Read.from(UnitSource.of(leg)))
                .apply(RunUnits.of(leg))
                .get(RunUnits.RECEIPTS))
        .containsInAnyOrder(before.stream().map(Receipt::withoutTallies).toList());
    again.run().waitUntilFinish();
    assertEquals(before, receipts(leg, units));
    assertEquals(files, ledgerFiles(leg), "no attempt was begun");
  }

  @Test
  void theNextLegTakesWhatWasPaidAndAsksTransientFailuresAgain() throws IOException {
    Study study = twoModels().study();
    RunState first = Pipelines.run(leg("001", study), 2);
    List<GenericRecord> before = Pipelines.trials(leg("001", study));
    RunState second = Pipelines.run(leg("002", study), 3);
    assertEquals(first.failed(), second.failed());
    assertEquals(960 - first.failed(), second.reused());
    assertEquals(first.failed(), second.calls(), "this leg's own");
    List<GenericRecord> after = Pipelines.trials(leg("002", study));
    for (int i = 0; i < before.size(); i++) {
      assertEquals(before.get(i).get("response_text"), after.get(i).get("response_text"));
      assertEquals(after.get(i).get("failure_category") == null, after.get(i).get("reused"));
    }
    for (String table : List.of("rates", "gaps")) {
      assertEquals(
          first.tables().get(table).get(0).sha256(), second.tables().get(table).get(0).sha256());
    }
  }

  @Test
  void aGrownStudyAsksOnlyWhatIsNew() throws IOException {
    Samples small =
        new Samples().queries(20).models(Samples.model("sim/a", Samples.planted(0.4, 0, 0)));
    Pipelines.run(leg("001", small.study()), 1);
    RunState grown =
        Pipelines.run(leg("002", small.samples(3).paraphrases("base", "p1").study()), 1);
    assertEquals(240, grown.stored());
    assertEquals(40, grown.reused());
    assertEquals(200, grown.calls());
  }

  @Test
  void aUnitWhoseFirstAttemptDiedTakesWhatThatSettled() throws Exception {
    Leg leg = leg("001", new Samples().queries(10).study());
    EarlierLegs.index(leg.folder(), "001");
    StudyPlan plan = StudyPlan.of(leg.study());
    WorkUnit unit = plan.units(1).unit(0);
    LegDesk desk = LegDesk.join(leg);
    try {
      try (UnitLedger died = UnitLedger.open(leg.folder(), "001", unit, desk.earlier())) {
        List<Ledger.Intent> calls = new ArrayList<>();
        for (int i : new int[] {0, 1, 2, 5}) {
          String key = desk.calls().request(plan.trial(i)).key();
          calls.add(new Ledger.Intent(key, new Charge(100, 0)));
        }
        died.intend(calls);
        for (int i : new int[] {0, 1, 5}) {
          Trial trial = plan.trial(i);
          died.settle(
              new Ledger.Entry(
                  desk.calls().request(trial).key(),
                  trial.id().text(),
                  Completion.of(
                      new Response("<O>of the first</O>", null, "stop", "m", 5L, 6L, null, 2)),
                  List.of(),
                  123,
                  4,
                  null,
                  new Charge(11, 0)));
        }
      }
      Receipt receipt = UnitWork.run(leg, plan, desk, Clock.systemUTC(), unit, () -> {});
      assertTrue(receipt.isWhole());
      assertEquals("u0000000-2.parquet", receipt.part());
      assertEquals(0, receipt.reused(), "it was paid in this leg");
      assertEquals(17 + 3 * 2, receipt.calls());
      List<GenericRecord> rows =
          Pipelines.read(leg.folder().table("001", "trials").resolve(receipt.part()), null);
      for (int i = 0; i < rows.size(); i++) {
        boolean isOfTheFirst = List.of(0, 1, 5).contains(i);
        assertEquals(isOfTheFirst, "<O>of the first</O>".equals(rows.get(i).get("response_text")));
        assertEquals(isOfTheFirst ? 2 : 1, rows.get(i).get("attempts"));
        assertEquals(isOfTheFirst, Objects.equals(123L, rows.get(i).get("sent_at")));
        assertEquals(false, rows.get(i).get("reused"));
      }
      assertEquals(20, desk.progress().settled());
      assertEquals(17 + 3, settledKeys(leg).size());
      assertEquals(
          receipt,
          UnitWork.run(leg, plan, desk, Clock.systemUTC(), unit, () -> {}),
          "the receipt stands");
    } finally {
      desk.leave();
    }
    assertEquals(Optional.empty(), LegDesk.of(leg), "the last to leave closes the desk");
  }

  @Test
  void aReceiptSaysWhatItsPartHolds() throws Exception {
    Leg leg = leg("001", twoModels().windowQueries(20).study());
    Pipelines.run(leg, 1);
    for (Receipt receipt : receipts(leg, StudyPlan.of(leg.study()).units(1))) {
      Path part = leg.folder().table("001", "trials").resolve(receipt.part());
      assertEquals(receipt.digest(), TableWriter.digest(part));
      List<GenericRecord> rows = Pipelines.read(part, null);
      assertEquals(receipt.rows(), rows.size());
      Tally total = Tally.empty();
      for (UnitTally tally : receipt.tallies()) {
        assertEquals(receipt.unit(), tally.unit());
        for (CellTally.QueryTally query : tally.tally().queries()) {
          total = query.arms().stream().reduce(total, Tally::plus);
        }
      }
      assertEquals(rows.size(), total.planned());
      assertEquals(receipt.failures(), total.of(ParseStatus.API_ERROR));
      assertEquals(
          rows.stream().filter(row -> row.get("complied") != null).count(),
          total.n(Measure.COMPLIANCE));
    }
  }

  @Test
  void aBudgetEndsARunAfterWholeBlocksAndIsNeverExceeded() throws IOException {
    Study study = new Samples().queries(100).samples(3).budgetTokens(4_000).study();
    Leg leg = leg("001", study);
    RunState state = Pipelines.run(leg, 2);
    assertEquals(RunState.State.PARTIAL, state.state());
    assertEquals("The budget of the study does not cover the next block.", state.stopped());
    long used = state.promptTokens() + state.completionTokens();
    assertTrue(used > 3_600 && used <= 4_000, () -> used + " tokens");
    assertTrue(state.stored() > 0 && state.stored() < 600);
    assertEquals(0, state.stored() % 2);
    assertEquals(state.stored(), Pipelines.trials(leg).size());
    StudyPlan plan = StudyPlan.of(study);
    Map<String, Integer> settled = new HashMap<>();
    Set<String> paid = settledTrials(leg);
    for (long i = 0; i < plan.trials(); i++) {
      Trial trial = plan.trial(i);
      settled.merge(trial.blockId(), paid.contains(trial.id().text()) ? 1 : 0, Integer::sum);
    }
    assertEquals(
        Set.of(0, 2), Set.copyOf(settled.values()), "no block was bought by half of its arms");
  }

  @Test
  void aLegThatMaySpendNothingMoreKeepsWhatEarlierLegsPaid() throws IOException {
    Study study = new Samples().queries(100).samples(6).budgetTokens(8_000).study();
    RunState first = Pipelines.run(leg("001", study), 1);
    Leg next =
        new Leg(
            RunFolder.at(folder),
            "002",
            study,
            "digest",
            4,
            new EarlierLegs.Summary(
                0,
                first.calls(),
                first.promptTokens(),
                first.completionTokens(),
                0,
                Receipt.Judging.NONE,
                new Charge(first.promptTokens() + first.completionTokens(), 0),
                0,
                List.of()),
            false,
            null);
    RunState second = Pipelines.run(next, 4);
    assertEquals(RunState.State.PARTIAL, second.state());
    assertTrue(second.stored() >= first.stored(), () -> first.stored() + " " + second.stored());
    assertTrue(
        second.promptTokens() + second.completionTokens() <= 8_000, "the ceiling is over all legs");
  }

  @Test
  void tooManyFailuresStopTheRunAndSayTheLastOne() throws IOException {
    Study study =
        new Samples()
            .queries(200)
            .models(Samples.model("sim/down", Samples.planted(0.5, 0, 1)))
            .maxFailureShare(0.05)
            .study();
    RunState state = Pipelines.run(leg("001", study), 1);
    assertEquals(RunState.State.PARTIAL, state.state());
    assertTrue(
        state
            .stopped()
            .matches(
                "1\\d\\d of 1\\d\\d trials failed, more than failures.max_share 0.05."
                    + " The last: planted failure"),
        state.stopped());
    assertTrue(state.calls() >= 100 && state.calls() <= 130, () -> state.calls() + " calls");
    assertTrue(state.stored() > 0 && state.stored() <= state.calls());
    assertEquals(state.stored(), state.failed());
  }

  @Test
  void fewFailuresAmongManyDoNotStop() throws IOException {
    Study study =
        new Samples()
            .queries(200)
            .models(Samples.model("sim/shaky", Samples.planted(0.5, 0, 0.1)))
            .maxFailureShare(0.3)
            .study();
    assertEquals(RunState.State.COMPLETE, Pipelines.run(leg("001", study), 1).state());
  }

  @Test
  void aLegThatWasStoppedBeforeItBeganSendsNothing() throws IOException {
    Leg leg = leg("001", new Samples().queries(200).study());
    Files.createDirectories(leg.folder().ledger("001"));
    new StopSignal(leg.folder(), "001").raise("Interrupted.");
    RunState state = Pipelines.run(leg, 2);
    assertEquals(RunState.State.PARTIAL, state.state());
    assertEquals("Interrupted.", state.stopped());
    assertEquals(0, state.calls());
    assertEquals(0, state.stored());
    assertEquals(0, ledgerFiles(leg));
  }

  @Test
  void anAttemptThatFailsLeavesNoPartAndKeepsNoPermit() throws Exception {
    Leg leg = leg("001", new Samples().queries(40).withoutPaidTier().study());
    EarlierLegs.index(leg.folder(), "001");
    StudyPlan plan = StudyPlan.of(leg.study());
    LegDesk desk = LegDesk.join(leg);
    try {
      assertThrows(
          IllegalArgumentException.class,
          () -> UnitWork.run(leg, plan, desk, Clock.systemUTC(), plan.units(1).unit(0), () -> {}));
      assertEquals(0, desk.model("sim/subject").gate().inFlight());
    } finally {
      desk.leave();
    }
    assertNoParts(leg);
  }

  @Test
  void aProviderThatBreaksItsPromiseIsAFaultAndKeepsNoPermit() throws Exception {
    Study sound = new Samples().queries(40).study();
    Leg leg = leg("001", withoutSimulatedAnswers(sound));
    EarlierLegs.index(leg.folder(), "001");
    StudyPlan plan = StudyPlan.of(leg.study());
    LegDesk desk = LegDesk.join(leg);
    try {
      assertThrows(
          CompletionException.class,
          () -> UnitWork.run(leg, plan, desk, Clock.systemUTC(), plan.units(1).unit(0), () -> {}));
      assertEquals(0, desk.model("sim/subject").gate().inFlight());
    } finally {
      desk.leave();
    }
    assertNoParts(leg);
  }

  private static Study withoutSimulatedAnswers(Study study) {
    dev.gapline.schemas.Scenario old = study.scenarios().get(0);
    dev.gapline.schemas.Scenario mute =
        new dev.gapline.schemas.Scenario(
            old.name(),
            old.version(),
            old.title(),
            old.canary(),
            old.hazard(),
            old.conditions(),
            old.contrasts(),
            old.factors(),
            old.signals(),
            old.paraphrases(),
            old.queries(),
            old.rubric(),
            new java.util.TreeMap<>());
    return new Study(
        study.name(),
        study.seed(),
        List.of(mute),
        study.models(),
        study.conditions(),
        study.contrasts(),
        study.queries(),
        study.paraphrases(),
        study.temperatures(),
        study.factors(),
        study.samples(),
        study.order(),
        study.analysis(),
        study.windowQueries(),
        study.budgetUsd(),
        study.budgetTokens(),
        study.maxFailureShare(),
        study.hazard());
  }

  private static void assertNoParts(Leg leg) throws IOException {
    try (Stream<Path> parts = Files.list(leg.folder().table("001", "trials"))) {
      assertEquals(List.of(), parts.toList());
    }
    assertFalse(Files.exists(leg.folder().receipt("001", new WorkUnit(0, 0, 1))));
  }

  private static List<Receipt> receipts(Leg leg, Units units) throws IOException {
    List<Receipt> receipts = new ArrayList<>();
    for (long number = 0; number < units.count(); number++) {
      receipts.add(Receipts.read(leg.folder(), leg.name(), units.unit(number)).orElseThrow());
    }
    return receipts;
  }

  private static long ledgerFiles(Leg leg) throws IOException {
    try (Stream<Path> files = Files.walk(leg.folder().ledger(leg.name()))) {
      return files.filter(file -> file.toString().endsWith(".avro")).count();
    }
  }

  private static Set<String> settledKeys(Leg leg) throws IOException {
    return settled(leg, "key");
  }

  private static Set<String> settledTrials(Leg leg) throws IOException {
    return settled(leg, "trial_id");
  }

  private static Set<String> settled(Leg leg, String field) throws IOException {
    Set<String> all = new HashSet<>();
    List<Path> segments;
    try (Stream<Path> files = Files.walk(leg.folder().ledger(leg.name()))) {
      segments = files.filter(file -> file.toString().endsWith(".avro")).toList();
    }
    for (Path segment : segments) {
      try (LedgerBlocks blocks = LedgerBlocks.open(segment)) {
        for (var block = blocks.next(); block.isPresent(); block = blocks.next()) {
          for (GenericRecord row : block.get().rows()) {
            if (!LedgerEntries.isIntent(row)) {
              assertTrue(all.add(LedgerEntries.text(row, field)), "settled twice");
            }
          }
        }
      }
    }
    return all;
  }

  private static long orZero(Object count) {
    return count == null ? 0 : (Long) count;
  }
}
