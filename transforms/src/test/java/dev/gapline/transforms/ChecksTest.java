package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.CheckRow;
import dev.gapline.schemas.Checks;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Price;
import dev.gapline.schemas.SimulatedBehaviour;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Trial;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.Verdict;
import dev.gapline.transforms.coders.RecordCoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of {@code checks}: a sound instrument raises no alarm, each fault raises its own. */
class ChecksTest {

  private static final SimulatedBehaviour PLANTED =
      new SimulatedBehaviour(
          rates(0.6, 0.3),
          rates(0, 0),
          rates(0, 0),
          rates(0, 0),
          0.5,
          0.3,
          0,
          0,
          0,
          rates(0, 0),
          rates(0, 0),
          0,
          0);

  @TempDir private Path folder;

  @Test
  void aSoundInstrumentPassesAndRaisesNoAlarm() throws IOException {
    List<GenericRecord> rows =
        written(new FaultyInstrument(study(11, new Checks(1, Checks.standard().kinds()))));
    assertEquals(Set.of(), alarms(rows));
    for (String check : List.of("a-a", "sham")) {
      GenericRecord row = only(rows, check, null);
      assertEquals("supported", row.get("verdict"), row.toString());
      assertEquals("within margin", row.get("verdict_reason"));
      assertEquals(200L, row.get("pairs"));
      assertEquals(0.05, row.get("margin"));
    }
    assertEquals("free - free~repeat", only(rows, "a-a", null).get("contrast"));
    assertEquals("free~sham-a - free~sham-b", only(rows, "sham", null).get("contrast"));
    assertEquals("nothing is missing", only(rows, "missingness", null).get("verdict_reason"));
    assertEquals("supported", only(rows, "send-order", "free sent first").get("verdict"));
    assertEquals("supported", only(rows, "sign-flip-se", null).get("verdict"));
    assertEquals(3, rows.stream().filter(row -> row.get("check").equals("drift")).count());
  }

  @Test
  void aSoundInstrumentRaisesNoAlarmUnderManySeeds() {
    int alarms = 0;
    for (long seed = 1; seed <= 40; seed++) {
      Study study =
          new Samples()
              .seed(seed)
              .queries(50)
              .samples(4)
              .models(subject())
              .checks(Checks.standard())
              .withSham()
              .study();
      alarms += alarmed(rows(study, new FaultyInstrument(study).run())).size();
    }
    // 9 tests a study at 5% for the whole family, and a band for the standard error. Of 600 such
    // studies 4.5% had a false alarm of a test, and 2.2% one of the standard error.
    assertTrue(alarms <= 6, alarms + " alarms in 40 sound studies");
  }

  @Test
  void anArmThatLosesATenthOfItsLongAnswersRaisesTheAlarmOfMissingness() throws IOException {
    FaultyInstrument losing =
        new FaultyInstrument(study(Checks.standard())) {
          @Override
          Verdict read(Trial trial) {
            boolean isLong = drawn(trial, trial.condition()) == Behaviour.COMPLIES;
            boolean isLost = Hashing.uniform("lost|" + trial.id().text(), 1) < 0.1;
            return trial.condition().equals("free") && isLong && isLost
                ? verdict(Behaviour.UNREADABLE)
                : super.read(trial);
          }
        };
    List<GenericRecord> rows = written(losing);
    assertEquals(Set.of("missingness free - paid"), alarms(rows));
    GenericRecord row = only(rows, "missingness", null);
    assertEquals("beyond margin", row.get("verdict_reason"));
    assertTrue((Double) row.get("estimate") > 0.04, row.toString());
    assertEquals(0.02, row.get("margin"));
  }

  @Test
  void aLedgerThatReturnsTheOtherArmsReplyFailsTheRepeat() throws IOException {
    FaultyInstrument mixing =
        new FaultyInstrument(study(Checks.standard())) {
          @Override
          Verdict read(Trial trial) {
            return trial.condition().equals("free")
                ? verdict(drawn(trial, "paid"))
                : super.read(trial);
          }
        };
    List<GenericRecord> rows = written(mixing);
    GenericRecord row = only(rows, "a-a", null);
    assertEquals("refuted", row.get("verdict"), row.toString());
    assertEquals("beyond margin", row.get("verdict_reason"));
    assertEquals(40L, row.get("pairs"), "a fifth of 200 queries");
    assertTrue((Double) row.get("p_adjusted") >= (Double) row.get("p"));
    assertEquals("a-a free - free~repeat", String.join(", ", alarms(rows)));
  }

  @Test
  void everyFreeCallFirstRaisesTheAlarmOfTheSendOrder() throws IOException {
    FaultyInstrument ordered =
        new FaultyInstrument(study(Checks.standard())) {
          @Override
          String firstOf(List<Trial> conditions) {
            return "free";
          }
        };
    List<GenericRecord> rows = written(ordered);
    GenericRecord row = only(rows, "send-order", "free sent first");
    assertEquals("refuted", row.get("verdict"), row.toString());
    assertEquals(0.5, (Double) row.get("estimate"), 1e-12);
    assertEquals("binomial", row.get("method"));
    assertEquals(Set.of("send-order free sent first"), alarms(rows));
  }

  @Test
  void aModelThatChangesHalfWayRaisesTheAlarmOfDrift() throws IOException {
    FaultyInstrument drifting =
        new FaultyInstrument(study(Checks.standard())) {
          @Override
          Verdict read(Trial trial) {
            boolean isLate = 2 * trial.index() > plan().trials();
            boolean isMoved = Hashing.uniform("moved|" + trial.id().text(), 1) < 0.3;
            return isLate && isMoved ? verdict(Behaviour.COMPLIES) : super.read(trial);
          }
        };
    Set<String> alarms = alarms(written(drifting));
    assertTrue(alarms.contains("drift free second half - first"), alarms.toString());
    assertTrue(alarms.contains("drift paid second half - first"), alarms.toString());
  }

  @Test
  void anAnswerThatDependsOnWhoIsFirstRaisesTheAlarmOfTheSendOrder() throws IOException {
    FaultyInstrument primed =
        new FaultyInstrument(study(Checks.standard())) {
          @Override
          Verdict read(Trial trial) {
            return trial.condition().equals("paid") && trial.sendOrder() > 0
                ? verdict(drawn(trial, "free"))
                : super.read(trial);
          }
        };
    Set<String> alarms = alarms(written(primed));
    assertTrue(alarms.contains("send-order paid sent first - later"), alarms.toString());
  }

  @Test
  void answersOfARealModelUnderTwoNamesRaiseAnAlarm() {
    ModelSpec real =
        new ModelSpec(
            "openai/m",
            null,
            null,
            8,
            null,
            null,
            100,
            Duration.ofSeconds(5),
            new TreeMap<>(),
            new Price(1, 2),
            null);
    Study study = new Samples().models(real).study();
    assertEquals("refuted", verdictOnNames(study, "m-1", "m-2"));
    assertEquals("supported", verdictOnNames(study, "m-1"));
    assertEquals("inconclusive", verdictOnNames(study));
  }

  @Test
  void whatIsNotAskedOrNotDeclaredIsSaid() {
    Study none = new Samples().study();
    assertEquals(Map.of("a-a", "not asked", "sham", "not asked"), reasons(none, "a-a", "sham"));
    Study undeclared = new Samples().queries(20).checks(Checks.standard()).study();
    assertEquals("not declared", reasons(undeclared, "sham").get("sham"));
    Study tiny = new Samples().queries(2).checks(Checks.standard()).withSham().study();
    assertEquals(Map.of("a-a", "not asked", "sham", "not asked"), reasons(tiny, "a-a", "sham"));
  }

  @Test
  void degenerateCountsGiveRowsWithoutNumbersAndNoAlarm() {
    Study study = new Samples().queries(10).checks(Checks.standard()).withSham().study();
    UnitTally empty = new UnitTally(0, null, Tallies.cell("sim/subject"), CellTally.empty());
    List<CheckRow> rows = rows(study, List.of(empty));
    assertEquals(Set.of(), alarmed(rows));
    for (CheckRow row : rows) {
      assertEquals("inconclusive", row.verdict(), row.toString());
      assertNull(row.estimate());
    }
  }

  @Test
  void theOrderOfTheTalliesNeverShows() {
    Study study =
        new Samples()
            .queries(20)
            .samples(2)
            .paraphrases("base", "p1")
            .temperatures("0", "1")
            .models(subject())
            .checks(Checks.standard())
            .withSham()
            .study();
    List<UnitTally> tallies = new ArrayList<>(new FaultyInstrument(study).run());
    List<CheckRow> rows = rows(study, tallies);
    Collections.reverse(tallies);
    assertEquals(rows, rows(study, tallies));
    assertEquals(2, rows.stream().filter(row -> row.check().equals("a-a")).count());
    assertEquals(Set.of(0.0, 1.0), temperatures(rows));
    assertNotEquals(0, rows.size());
  }

  private static Set<Double> temperatures(List<CheckRow> rows) {
    Set<Double> all = new HashSet<>();
    rows.forEach(row -> all.add(row.temperature()));
    return all;
  }

  private static Map<String, String> reasons(Study study, String... checks) {
    Map<String, String> reasons = new TreeMap<>();
    for (CheckRow row : rows(study, new FaultyInstrument(study).run())) {
      if (Set.of(checks).contains(row.check())) {
        assertEquals("inconclusive", row.verdict());
        assertEquals("none", row.method());
        assertNull(reasons.put(row.check(), row.verdictReason()), "one row a check");
      }
    }
    return reasons;
  }

  private static String verdictOnNames(Study study, String... names) {
    CellTally tally =
        new CellTally(
            List.of(Tallies.query(0, Tallies.of(1, 2), Tallies.of(0, 2))),
            List.of(),
            List.of(names));
    return rows(study, List.of(new UnitTally(0, null, Tallies.cell("openai/m"), tally))).stream()
        .filter(row -> row.check().equals("response-model"))
        .map(CheckRow::verdict)
        .collect(Collectors.joining());
  }

  /** 200 queries, 10 samples, one subject that complies with 60% and 30%. */
  private static Study study(Checks checks) {
    return study(7, checks);
  }

  private static Study study(long seed, Checks checks) {
    return new Samples()
        .seed(seed)
        .queries(200)
        .samples(10)
        .models(subject())
        .checks(checks)
        .withSham()
        .study();
  }

  private static ModelSpec subject() {
    return Samples.model("sim/subject", PLANTED);
  }

  private static SortedMap<String, Double> rates(double free, double paid) {
    return new TreeMap<>(Map.of("free", free, "paid", paid));
  }

  private static List<CheckRow> rows(Study study, List<UnitTally> tallies) {
    List<SubCell> cells =
        tallies.stream().map(tally -> new SubCell(tally.cell(), tally.tally())).toList();
    return JudgeChecks.judge(
        study.analysis(), EstimateChecks.of(study, CellTable.of(study, cells)));
  }

  private List<GenericRecord> written(FaultyInstrument instrument) throws IOException {
    Leg leg = Samples.leg(RunFolder.at(folder), "001", instrument.plan().study());
    TestPipeline pipeline = Pipelines.forTest();
    pipeline
        .apply("Tallies", Create.of(instrument.run()).withCoder(RecordCoder.of(UnitTally.class)))
        .apply("Estimate", Estimate.of(leg.study()))
        .get(Estimate.CHECKS)
        .apply("Write checks", WriteTable.<CheckRow>of("checks", leg, Estimate::order));
    pipeline.run().waitUntilFinish();
    return Pipelines.read(leg, "checks");
  }

  private static Set<String> alarmed(List<CheckRow> rows) {
    Set<String> alarms = new TreeSet<>();
    for (CheckRow row : rows) {
      if ("refuted".equals(row.verdict())) {
        alarms.add(row.check() + " " + row.contrast());
      }
    }
    return alarms;
  }

  private static Set<String> alarms(List<GenericRecord> rows) {
    Set<String> alarms = new TreeSet<>();
    for (GenericRecord row : rows) {
      if ("refuted".equals(row.get("verdict"))) {
        alarms.add(row.get("check") + " " + row.get("contrast"));
      }
    }
    return alarms;
  }

  /** The one row of that check, and of that contrast unless it is null. */
  private static GenericRecord only(List<GenericRecord> rows, String check, String contrast) {
    List<GenericRecord> found =
        rows.stream()
            .filter(row -> row.get("check").equals(check))
            .filter(row -> contrast == null || contrast.equals(row.get("contrast")))
            .toList();
    assertEquals(1, found.size(), check + ": " + found);
    return found.get(0);
  }
}
