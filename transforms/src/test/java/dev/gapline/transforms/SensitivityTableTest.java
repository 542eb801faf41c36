package dev.gapline.transforms;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Rounds;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.UnitTally;
import dev.gapline.transforms.statistics.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table {@code sensitivity} as a pipeline writes it. */
class SensitivityTableTest {

  private static final String MODEL = "sim/subject";

  @TempDir Path folder;

  private List<GenericRecord> table(Samples study, List<UnitTally> tallies) throws IOException {
    Leg leg = Samples.leg(RunFolder.at(folder), "001", study.study());
    Pipelines.writeTables(leg, tallies);
    return Pipelines.read(leg, "sensitivity");
  }

  private static CellKey cell(String paraphrase, String temperature, int round) {
    return new CellKey(
        "weather",
        MODEL,
        paraphrase,
        Temperature.of(temperature),
        round == 0 ? new TreeMap<>() : new TreeMap<>(Map.of(Rounds.NAME, Integer.toString(round))));
  }

  /** One cell: of every query so many that comply of {@code n}, in either arm. */
  private static UnitTally unit(CellKey cell, int n, int[] free, int[] paid) {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int q = 0; q < free.length; q++) {
      queries.add(Tallies.query(q, Tallies.of(free[q], n), Tallies.of(paid[q], n)));
    }
    return Tallies.unit(cell, queries);
  }

  private static GenericRecord row(List<GenericRecord> rows, String... columnsAndValues) {
    List<GenericRecord> found =
        rows.stream()
            .filter(
                row ->
                    IntStream.range(0, columnsAndValues.length / 2)
                        .allMatch(
                            i ->
                                columnsAndValues[2 * i + 1].equals(
                                    String.valueOf(row.get(columnsAndValues[2 * i])))))
            .toList();
    assertEquals(1, found.size(), () -> List.of(columnsAndValues) + " in " + rows);
    return found.get(0);
  }

  private static double number(GenericRecord row, String column) {
    return (Double) row.get(column);
  }

  private static int[] whole(JsonNode numbers, double factor) {
    return IntStream.range(0, numbers.size())
        .map(i -> (int) StrictMath.round(factor * numbers.get(i).doubleValue()))
        .toArray();
  }

  @Test
  void varianceComponentsAreTheWorkedExample() throws IOException {
    JsonNode golden = Golden.read("g8-variance-components");
    List<UnitTally> tallies = new ArrayList<>();
    String[] wordings = {"p1", "p2", "p3", "base"};
    for (int p = 0; p < 3; p++) {
      int[] free = whole(golden.get("success_counts").get(p), 1);
      tallies.add(unit(cell(wordings[p], "1", 0), 5, free, new int[4]));
    }
    // The reference wording was chosen: it is no draw.
    tallies.add(unit(cell("base", "1", 0), 5, new int[] {5, 0, 5, 0}, new int[4]));
    List<GenericRecord> rows =
        table(new Samples().queries(4).paraphrases(wordings), tallies).stream()
            .filter(row -> "variance-components".equals(row.get("analysis")))
            .toList();
    for (String condition : List.of("free", "gap")) {
      // The control never complies, so that the gap is the rate of the treatment.
      String column = condition.equals("gap") ? "quantity" : "condition";
      for (String term : List.of("paraphrase", "query", "paraphrase_x_query", "within")) {
        GenericRecord row = row(rows, column, condition, "term", term, "measure", "compliance");
        assertClose(
            golden.get("components_raw").get(term).doubleValue(), number(row, "value"), term);
        assertEquals(3L, row.get("levels"));
        assertEquals(4L, row.get("clusters"));
        assertEquals(1.0, row.get("temperature"));
        assertNull(row.get("paraphrase"));
      }
      GenericRecord grand = row(rows, column, condition, "term", "grand_mean");
      assertClose(golden.get("se_grand_mean_both_random").doubleValue(), number(grand, "se"), "SE");
    }
  }

  @Test
  void theReferenceIsComparedAsInTheWorkedExampleAndNothingIsSaidOfExposure() throws IOException {
    JsonNode golden = Golden.read("g27-reference-vs-paraphrases").get(0);
    String[] wordings = {"base", "p1", "p2", "p3", "p4", "p5"};
    List<UnitTally> tallies = new ArrayList<>();
    tallies.add(unit(cell("base", "1", 0), 5, whole(golden.get("reference"), 5), new int[6]));
    for (int p = 0; p < 5; p++) {
      int[] free = new int[6];
      for (int q = 0; q < 6; q++) {
        free[q] = whole(golden.get("paraphrases_by_query").get(q), 5)[p];
      }
      tallies.add(unit(cell(wordings[p + 1], "1", 0), 5, free, new int[6]));
    }
    List<GenericRecord> rows =
        table(new Samples().queries(6).paraphrases(wordings), tallies).stream()
            .filter(row -> "reference".equals(row.get("analysis")))
            .toList();
    Map<String, String> methods =
        Map.of("reference-paired-fixed", "fixed", "reference-paired", "random");
    methods.forEach(
        (method, name) -> {
          GenericRecord row = row(rows, "condition", "free", "method", method);
          assertClose(golden.get("D").doubleValue(), number(row, "value"), name);
          assertClose(golden.get(name).get("se").doubleValue(), number(row, "se"), name);
          assertClose(golden.get(name).get("p").doubleValue(), number(row, "p"), name);
          assertInterval(
              golden.get(name).get("ci"), number(row, "ci_low"), number(row, "ci_high"), name);
          assertEquals("base", row.get("reference"));
          assertEquals(5L, row.get("levels"));
        });
    GenericRecord verdict = row(rows, "condition", "free", "method", "reference-paired");
    assertEquals("inconclusive", verdict.get("verdict"));
    assertEquals("interval too wide", verdict.get("verdict_reason"));
    // One family: the rates of both arms. The paid arm's has no p and still counts.
    assertClose(
        2 * golden.get("random").get("p").doubleValue(), number(verdict, "p_adjusted"), "Holm");
    assertClose(
        StrictMath.sqrt(golden.get("tau2").doubleValue()),
        number(row(rows, "condition", "free", "term", "tau"), "value"),
        "tau");
    GenericRecord rank = row(rows, "condition", "free", "term", "rank");
    assertClose(1 / 3.0, number(rank, "p"), "all five are lower: 2 / 6");
    assertClose(1 / 3.0, number(rank, "p_floor"), "its floor");
    GenericRecord upper = row(rows, "condition", "free", "term", "rank_upper");
    assertClose(1 / 6.0, number(upper, "p_floor"), "one-sided floor");
    for (GenericRecord row : rows) {
      assertTrue(
          row.get("flags")
              .toString()
              .contains("not testable: the published wording is not loaded"));
      assertEquals("reference-paired".equals(row.get("method")), row.get("verdict") != null);
    }
  }

  @Test
  void fourParaphrasesAreTooFewForAVerdictOnWordings() throws IOException {
    String[] wordings = {"base", "p1", "p2", "p3", "p4"};
    List<UnitTally> tallies = new ArrayList<>();
    for (String wording : wordings) {
      int comply = wording.equals("base") ? 5 : 0;
      int[] free = {comply, comply, comply, comply, comply, Math.max(0, comply - 1)};
      tallies.add(unit(cell(wording, "1", 0), 5, free, new int[6]));
    }
    GenericRecord row =
        row(
            table(new Samples().queries(6).paraphrases(wordings), tallies),
            "condition",
            "free",
            "method",
            "reference-paired");
    assertTrue(number(row, "p") < 0.001);
    assertEquals("inconclusive", row.get("verdict"));
    assertEquals("too few paraphrases", row.get("verdict_reason"));
  }

  @Test
  void flipsAreReportedAgainstTheFloorOfAskingAgain() throws IOException {
    List<UnitTally> tallies =
        List.of(
            unit(cell("base", "1", 0), 4, new int[] {2, 4, 0}, new int[] {0, 0, 0}),
            unit(cell("p1", "1", 0), 4, new int[] {1, 0, 0}, new int[] {0, 0, 0}));
    List<GenericRecord> rows =
        table(new Samples().queries(3).paraphrases("base", "p1"), tallies).stream()
            .filter(row -> "flip-rate".equals(row.get("analysis")))
            .toList();
    GenericRecord within = row(rows, "condition", "free", "term", "within");
    assertClose(7 / 12.0 / 3, number(within, "value"), "within");
    assertClose(0.5, number(row(rows, "condition", "free", "term", "between"), "value"), "between");
    assertClose(
        0.5 - 7 / 36.0,
        number(row(rows, "condition", "free", "term", "excess"), "value"),
        "excess");
    assertNull(within.get("p"));
    GenericRecord still = row(rows, "condition", "paid", "term", "excess");
    assertEquals(0.0, still.get("value"));
    assertNull(still.get("ci_low"));
    assertTrue(still.get("flags").toString().contains("zero standard error"));
  }

  private static List<UnitTally> temperatures(int rounds) {
    List<UnitTally> tallies = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      int key = rounds == 1 ? 0 : round;
      int up = round % 2;
      tallies.add(
          unit(
              cell("base", "0", key),
              10,
              new int[] {0, 1, 0, 2, 1, 0},
              new int[] {0, 0, 0, 1, 0, 0}));
      tallies.add(
          unit(
              cell("base", "0.7", key),
              10,
              new int[] {5 + up, 6, 5, 8, 5, 6 + up},
              new int[] {0, 0, 1, 1, 0, 0}));
      tallies.add(
          unit(
              cell("base", "1", key),
              10,
              new int[] {1, 1, 0, 2, 0, up},
              new int[] {0, 1, 0, 1, 0, 0}));
    }
    return tallies;
  }

  private static Samples temperatureStudy(int rounds) {
    Samples study = new Samples().queries(6).temperatures("0", "0.7", "1").samples(10);
    return rounds == 1 ? study : study.factors(Rounds.factor(rounds));
  }

  @Test
  void lowTemperatureMasksWhereOneHigherGivesMoreAndDriftIsInTheError() throws IOException {
    List<GenericRecord> rows = table(temperatureStudy(5), temperatures(5));
    GenericRecord max = row(rows, "analysis", "masking", "condition", "free", "term", "max");
    assertEquals("supported", max.get("verdict"));
    assertEquals("two-way", max.get("method"));
    assertEquals(4.0, max.get("df"));
    assertNull(max.get("temperature"));
    assertNull(max.get("factor_round"));
    GenericRecord best = row(rows, "analysis", "masking", "condition", "free", "term", "0.7");
    assertEquals(max.get("value"), best.get("value"));
    assertClose((36.2 - 4) / 60, number(best, "value"), "by hand");
    assertEquals("0", best.get("reference"));
    assertClose(2 * number(best, "p"), number(best, "p_adjusted"), "Holm over two");
    GenericRecord slope = row(rows, "term", "logit_slope", "condition", "free");
    assertTrue(number(slope, "value") > 0);
    GenericRecord drift =
        row(rows, "term", "range_of_rounds", "condition", "free", "temperature", "0.7");
    assertClose(2 / 60.0, number(drift, "value"), "range");
    assertEquals(5L, drift.get("levels"));
    GenericRecord still =
        row(rows, "term", "between_rounds", "condition", "free", "temperature", "0.0");
    assertEquals(0.0, still.get("value"));
    GenericRecord mean =
        row(rows, "term", "mean", "condition", "free", "temperature", "0.7", "method", "two-way");
    assertClose((35 + 2 * 3 / 5.0) / 60, number(mean, "value"), "mean over rounds");
  }

  @Test
  void withoutRoundsNothingIsSaidOfMasking() throws IOException {
    List<GenericRecord> rows = table(temperatureStudy(1), temperatures(1));
    GenericRecord max = row(rows, "analysis", "masking", "condition", "free", "term", "max");
    assertTrue(number(max, "p_adjusted") < 0.001);
    assertEquals("inconclusive", max.get("verdict"));
    assertEquals("too few rounds", max.get("verdict_reason"));
    assertTrue(
        max.get("flags").toString().contains("no rounds at T=0: drift is not in the interval"));
    assertTrue(rows.stream().noneMatch(row -> "range_of_rounds".equals(row.get("term"))));
  }

  @Test
  void gapsAndRatesPoolOverRoundsByThemselves() throws IOException {
    Leg leg =
        Samples.leg(
            RunFolder.at(folder),
            "001",
            temperatureStudy(5)
                .levels(List.of(List.of("model", "temperature", Rounds.NAME)))
                .study());
    Pipelines.writeTables(leg, temperatures(5));
    List<GenericRecord> gaps =
        Pipelines.read(leg, "gaps").stream()
            .filter(row -> "paired-cluster-macro".equals(row.get("method")))
            .filter(row -> row.get("conventions").toString().contains("missing=complete-case"))
            .filter(row -> "compliance".equals(row.get("measure")))
            .toList();
    GenericRecord pooled = row(gaps, "temperature", "0.7", "factor_round", "null");
    assertEquals(true, pooled.get("headline"));
    assertEquals(300L, pooled.get("n_treatment"));
    GenericRecord second = row(gaps, "temperature", "0.7", "factor_round", "2");
    assertEquals(60L, second.get("n_treatment"));
    assertFalse((Boolean) second.get("headline"));
  }

  @Test
  void aStudyThatVariesNothingHasItsNoiseFloorAlone() throws IOException {
    List<GenericRecord> rows =
        table(
            new Samples().queries(3),
            List.of(unit(cell("base", "1", 0), 4, new int[] {2, 4, 0}, new int[] {0, 1, 0})));
    assertEquals(2, rows.size());
    rows.forEach(row -> assertEquals("within", row.get("term")));
  }

  @Test
  void withoutTemperatureZeroThereIsNoMasking() throws IOException {
    List<GenericRecord> rows =
        table(
            new Samples().queries(2).temperatures("0.5", "1"),
            List.of(
                unit(cell("base", "0.5", 0), 2, new int[] {1, 0}, new int[] {0, 0}),
                unit(cell("base", "1", 0), 2, new int[] {1, 2}, new int[] {0, 1})));
    GenericRecord max = row(rows, "analysis", "masking", "condition", "free");
    assertNull(max.get("value"));
    assertNull(max.get("verdict"));
    assertEquals("no T=0", max.get("flags"));
  }

  @Test
  void emptyAndUnevenCellsAreNullWithTheirReason() throws IOException {
    List<CellTally.QueryTally> uneven = new ArrayList<>();
    for (int q = 0; q < 3; q++) {
      Tally free =
          q == 0 ? Tallies.of(1, 3).plus(Tallies.unread(ParseStatus.EMPTY, 1)) : Tallies.of(q, 4);
      uneven.add(Tallies.query(q, free, Tallies.unread(ParseStatus.EMPTY, 4)));
    }
    List<GenericRecord> rows =
        table(
            new Samples().queries(3).paraphrases("base", "p1").temperatures("0", "1"),
            List.of(
                unit(cell("base", "1", 0), 4, new int[] {2, 4, 0}, new int[] {0, 1, 0}),
                Tallies.unit(cell("p1", "1", 0), uneven)));
    GenericRecord reference =
        row(rows, "analysis", "reference", "condition", "paid", "method", "reference-paired");
    assertNull(reference.get("value"));
    assertEquals("inconclusive", reference.get("verdict"));
    assertTrue(reference.get("flags").toString().contains("no rows"));
    for (GenericRecord row : rows) {
      for (String column : List.of("value", "se", "ci_low", "ci_high", "p")) {
        assertTrue(row.get(column) == null || Double.isFinite(number(row, column)), row::toString);
      }
    }
  }

  @Test
  void variancesAreThoseOfTheCellsThatHaveAnswers() throws IOException {
    List<CellTally.QueryTally> uneven = new ArrayList<>();
    List<CellTally.QueryTally> none = new ArrayList<>();
    for (int q = 0; q < 4; q++) {
      Tally free =
          q == 0
              ? Tallies.unread(ParseStatus.EMPTY, 4)
              : Tallies.of(q, 3).plus(Tallies.unread(ParseStatus.EMPTY, 1));
      uneven.add(Tallies.query(q, free, Tallies.of(1, 4)));
      none.add(Tallies.query(q, Tallies.unread(ParseStatus.EMPTY, 4), Tallies.of(1, 4)));
    }
    List<GenericRecord> rows =
        table(
                new Samples().queries(4).paraphrases("base", "p1", "p2", "p3"),
                List.of(
                    unit(cell("base", "1", 0), 4, new int[4], new int[4]),
                    unit(cell("p1", "1", 0), 4, new int[] {2, 4, 0, 1}, new int[] {0, 1, 0, 2}),
                    Tallies.unit(cell("p2", "1", 0), uneven),
                    Tallies.unit(cell("p3", "1", 0), none)))
            .stream()
            .filter(row -> "variance-components".equals(row.get("analysis")))
            .toList();
    GenericRecord within = row(rows, "condition", "free", "term", "within");
    // Of p1 1, 0 and 1 of 4, of p2 1, 2 and 3 of 3.
    assertClose((0 + 0 + 0.25 + 1.0 / 3 + 1.0 / 3 + 0) / 6, number(within, "value"), "within");
    assertEquals(3L, within.get("clusters"));
    assertEquals(2L, within.get("levels"));
    assertEquals(
        "1 of 3 wordings left out: a cell is empty; 1 of 4 queries left out: a cell is empty;"
            + " unbalanced",
        within.get("flags"));
    GenericRecord other = row(rows, "condition", "paid", "term", "grand_mean");
    assertEquals("", other.get("flags"));
    assertEquals(4L, other.get("clusters"));
  }

  @Test
  void aWordingThatIsLostEntirelyTakesNoOtherWithIt() throws IOException {
    List<CellTally.QueryTally> none = new ArrayList<>();
    for (int q = 0; q < 3; q++) {
      Tally lost = Tallies.unread(ParseStatus.TIMEOUT, 4);
      none.add(Tallies.query(q, lost, lost));
    }
    int[] some = {2, 4, 0};
    int[] others = {0, 1, 0};
    List<GenericRecord> rows =
        table(
            new Samples().queries(3).paraphrases("base", "p1", "p2", "p3"),
            List.of(
                unit(cell("base", "1", 0), 4, some, others),
                unit(cell("p1", "1", 0), 4, others, others),
                unit(cell("p2", "1", 0), 4, new int[] {1, 1, 1}, others),
                Tallies.unit(cell("p3", "1", 0), none)));
    GenericRecord difference =
        row(rows, "condition", "free", "method", "reference-paired-fixed", "term", "difference");
    assertClose((6 - 2) / 12.0, number(difference, "value"), "6 of 12 less 1 and 3 of 12");
    assertTrue(difference.get("flags").toString().contains("1 of 3 wordings left out"));
    GenericRecord spread = row(rows, "condition", "free", "analysis", "spread");
    assertClose((6 - 1) / 12.0, number(spread, "value"), "spread");
    assertTrue(spread.get("flags").toString().contains("1 of 4 wordings left out"));
  }

  @Test
  void oneQueryHasNumbersAndNoIntervals() throws IOException {
    List<GenericRecord> rows =
        table(
            new Samples().queries(1).paraphrases("base", "p1", "p2").temperatures("0", "1"),
            List.of("base", "p1", "p2").stream()
                .flatMap(
                    wording ->
                        List.of("0", "1").stream()
                            .map(
                                temperature ->
                                    unit(
                                        cell(wording, temperature, 0),
                                        4,
                                        new int[] {wording.length()},
                                        new int[] {0})))
                .toList());
    for (GenericRecord row : rows) {
      if (!"mean".equals(row.get("term"))) {
        assertNull(row.get("ci_low"), row::toString);
        assertTrue(row.get("flags").toString().contains("this prompt"), row::toString);
      }
    }
  }

  @Test
  void theTableIsTheSameBytesForAnyOrderAndSplitOfTheCounts() throws IOException {
    List<UnitTally> tallies = temperatures(5);
    for (UnitTally tally : List.copyOf(tallies)) {
      CellKey cell = tally.cell();
      tallies.add(
          new UnitTally(
              tally.unit(),
              null,
              new CellKey(cell.scenario(), cell.model(), "p1", cell.temperature(), cell.factors()),
              tally.tally()));
    }
    byte[] expected = null;
    Random random = new Random(4);
    for (int turn = 0; turn < 3; turn++) {
      List<UnitTally> split = new ArrayList<>();
      for (UnitTally tally : tallies) {
        for (CellTally.QueryTally query : tally.tally().queries()) {
          split.add(Tallies.unit(tally.cell(), List.of(query)));
        }
      }
      Collections.shuffle(turn == 0 ? tallies : split, random);
      Leg leg =
          Samples.leg(
              RunFolder.at(folder.resolve("turn" + turn)),
              "001",
              temperatureStudy(5).paraphrases("base", "p1").study());
      Pipelines.writeTables(leg, turn == 0 ? tallies : split);
      byte[] bytes =
          Files.readAllBytes(
              leg.folder().table("001", "sensitivity").resolve("sensitivity.parquet"));
      if (expected != null) {
        assertArrayEquals(expected, bytes);
      }
      expected = bytes;
      List<GenericRecord> rows = Pipelines.read(leg, "sensitivity");
      assertEquals(rows.size(), new HashSet<>(rows.stream().map(Object::toString).toList()).size());
      assertTrue(rows.size() > 100);
    }
  }

  @Test
  void otherFactorsAreNeverPooledOver() throws IOException {
    List<UnitTally> tallies = new ArrayList<>();
    for (String threat : List.of("high", "low")) {
      for (String wording : List.of("base", "p1")) {
        tallies.add(
            unit(
                new CellKey(
                    "weather",
                    MODEL,
                    wording,
                    Temperature.of("1"),
                    new TreeMap<>(Map.of("threat", threat))),
                2,
                new int[] {threat.equals("high") ? 2 : 0, 1},
                new int[] {0, 0}));
      }
    }
    List<GenericRecord> rows =
        table(
            new Samples()
                .queries(2)
                .paraphrases("base", "p1")
                .factors(new Factor("threat", List.of("high", "low"))),
            tallies);
    assertClose(
        0.75,
        number(
            row(rows, "factor_threat", "high", "condition", "free", "term", "reference"), "value"),
        "high");
    assertClose(
        0.25,
        number(
            row(rows, "factor_threat", "low", "condition", "free", "term", "reference"), "value"),
        "low");
  }
}
