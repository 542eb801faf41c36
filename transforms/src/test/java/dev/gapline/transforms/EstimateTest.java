package dev.gapline.transforms;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Sorted;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.UnitTally;
import dev.gapline.transforms.statistics.Golden;
import dev.gapline.transforms.statistics.Multiplicity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimateTest {

  /** What rules measure. */
  private static final int MEASURES = new Samples().study().measures().size();

  @TempDir Path folder;

  private Leg leg(Study study) {
    return Samples.leg(RunFolder.at(folder), "001", study);
  }

  /** The tables of a study in which each of these sets of counts is a model of its own. */
  private Leg tables(Samples study, Map<String, List<CellTally.QueryTally>> byModel) {
    Leg leg = leg(study.models(List.copyOf(byModel.keySet())).study());
    List<UnitTally> tallies = new ArrayList<>();
    byModel.forEach((model, queries) -> tallies.add(Tallies.unit(Tallies.cell(model), queries)));
    Pipelines.writeTables(leg, tallies);
    return leg;
  }

  @Test
  void theRatesThatThePipelineWritesAreTheWorkedExamples() throws IOException {
    JsonNode cases = Golden.read("g1-wilson").get("cases");
    Map<String, List<CellTally.QueryTally>> byModel = new TreeMap<>();
    for (int i = 0; i < cases.size(); i++) {
      int n = cases.get(i).get("n").intValue();
      byModel.put("sim/g" + i, Tallies.columns(cases.get(i).get("k").intValue(), n, 0, n));
    }
    Leg leg = tables(new Samples(), byModel);
    for (int i = 0; i < cases.size(); i++) {
      JsonNode expected = cases.get(i);
      GenericRecord row = rate(leg, "sim/g" + i, "free", "compliance", "wilson");
      assertEquals(expected.get("n").longValue(), row.get("n"));
      assertEquals(expected.get("n").longValue(), row.get("planned"));
      assertEquals(2 * expected.get("k").longValue(), row.get("x2"));
      assertClose(expected.get("p").doubleValue(), number(row, "rate"), "rate");
      assertClose(expected.get("lo").doubleValue(), number(row, "ci_low"), "lower limit");
      assertClose(expected.get("hi").doubleValue(), number(row, "ci_high"), "upper limit");
    }
  }

  @Test
  void theUnpairedGapsThatThePipelineWritesAreTheWorkedExamples() throws IOException {
    JsonNode cases = Golden.read("g2-unpaired-gap");
    Map<String, List<CellTally.QueryTally>> byModel = new TreeMap<>();
    for (int i = 0; i < cases.size(); i++) {
      JsonNode counts = cases.get(i);
      byModel.put(
          "sim/g" + i,
          Tallies.columns(
              counts.get("x_free").intValue(),
              counts.get("n_free").intValue(),
              counts.get("x_paid").intValue(),
              counts.get("n_paid").intValue()));
    }
    Leg leg = tables(new Samples(), byModel);
    for (int i = 0; i < cases.size(); i++) {
      JsonNode expected = cases.get(i);
      GenericRecord newcombe = gap(leg, "sim/g" + i, "compliance", "newcombe");
      GenericRecord wald = gap(leg, "sim/g" + i, "compliance", "unpaired-wald");
      for (GenericRecord row : List.of(newcombe, wald)) {
        assertEquals(expected.get("n_free").longValue(), row.get("n_treatment"));
        assertEquals(2 * expected.get("x_paid").longValue(), row.get("x2_control"));
        assertClose(expected.get("gap").doubleValue(), number(row, "gap"), "gap");
        assertClose(expected.get("p_free").doubleValue(), number(row, "rate_treatment"), "free");
        assertClose(expected.get("p_paid").doubleValue(), number(row, "rate_control"), "paid");
        assertClose(
            expected.get("p_pooled_two_sided").doubleValue(), number(row, "p_superiority"), "p");
        assertEquals("parser=tags; missing=complete-case; weights=micro", row.get("conventions"));
      }
      assertInterval(
          expected.get("newcombe"), number(newcombe, "ci_low"), number(newcombe, "ci_high"), "n");
      assertClose(
          (expected.get("newcombe").get(1).doubleValue()
                  - expected.get("newcombe").get(0).doubleValue())
              / 2,
          number(newcombe, "half_width"),
          "half width");
      if (expected.get("se_wald").doubleValue() == 0) {
        assertNull(wald.get("se"));
        assertNull(wald.get("ci_low"));
        assertTrue(wald.get("flags").toString().contains("zero standard error"));
      } else {
        assertClose(expected.get("se_wald").doubleValue(), number(wald, "se"), "se");
        assertInterval(
            expected.get("wald"), number(wald, "ci_low"), number(wald, "ci_high"), "wald");
      }
    }
  }

  @Test
  void theClusteredGapsThatThePipelineWritesAreTheWorkedExamples() throws IOException {
    JsonNode cases = Golden.read("g4-clustered");
    Map<String, List<CellTally.QueryTally>> byModel = new TreeMap<>();
    for (int i = 0; i < cases.size(); i++) {
      byModel.put("sim/g" + i, Tallies.clustered(cases.get(i).get("input")));
    }
    Leg leg = tables(new Samples(), byModel);
    // Six queries are few: p is that of the exact sign-flip test, counted by hand.
    double[] p = {0.125, 0.375};
    for (int i = 0; i < cases.size(); i++) {
      JsonNode expected = cases.get(i).get("output");
      GenericRecord macro = gap(leg, "sim/g" + i, "compliance", "paired-cluster-macro");
      long queries = expected.get("G").longValue();
      long pairs = expected.get("macro_pairs").longValue();
      assertEquals(queries, macro.get("clusters"));
      assertEquals(pairs, macro.get("pairs"));
      assertEquals(queries - pairs, macro.get("unpaired_queries"));
      assertEquals(pairs - 1.0, macro.get("df"));
      assertClose(expected.get("gap_macro").doubleValue(), number(macro, "gap"), "gap");
      assertClose(expected.get("se_macro").doubleValue(), number(macro, "se"), "se");
      assertInterval(
          expected.get("ci_macro_t"), number(macro, "ci_low"), number(macro, "ci_high"), "macro");
      assertClose(p[i], number(macro, "p_superiority"), "p");
      assertClose(0.125, number(macro, "p_floor"), "smallest p");
      assertEquals("parser=tags; missing=complete-case; weights=macro", macro.get("conventions"));

      GenericRecord micro = gap(leg, "sim/g" + i, "compliance", "paired-cluster-micro");
      assertEquals(queries - 1.0, micro.get("df"));
      assertClose(expected.get("gap_micro").doubleValue(), number(micro, "gap"), "gap");
      assertClose(expected.get("se_cr1").doubleValue(), number(micro, "se"), "se");
      assertClose(expected.get("p_free").doubleValue(), number(micro, "rate_treatment"), "free");
      assertClose(expected.get("p_paid").doubleValue(), number(micro, "rate_control"), "paid");
      assertInterval(
          expected.get("ci_cr1_t"), number(micro, "ci_low"), number(micro, "ci_high"), "micro");
      GenericRecord wald = gap(leg, "sim/g" + i, "compliance", "unpaired-wald");
      assertClose(expected.get("se_naive_unpaired").doubleValue(), number(wald, "se"), "naive");
      assertTrue(wald.get("flags").toString().contains("rows_share_queries"));
    }
  }

  @Test
  void withEnoughQueriesPIsThatOfStudentsT() throws IOException {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      queries.add(Tallies.query(i, Tallies.of(i % 5, 4), Tallies.of(i % 3, 4)));
    }
    Leg leg = tables(new Samples(), Map.of("sim/g", queries));
    GenericRecord row = gap(leg, "sim/g", "compliance", "paired-cluster-macro");
    double t = number(row, "gap") / number(row, "se");
    assertClose(
        2 * TDistribution.of(19).survivalProbability(Math.abs(t)),
        number(row, "p_superiority"),
        "p");
    assertNull(row.get("p_floor"));
    assertEquals("uncontrolled", row.get("flags"));
  }

  @Test
  void everyWindowHasItsRowsAndSoHaveAllTogether() throws IOException {
    Leg leg = leg(new Samples().queries(6).windowQueries(2).study());
    CellKey cell = Tallies.cell("sim/subject");
    List<UnitTally> tallies =
        List.of(
            window(0, 0L, cell, Tallies.query(4, Tallies.of(1, 1), Tallies.of(0, 1))),
            window(0, 0L, cell, Tallies.query(1, Tallies.of(1, 1), Tallies.of(1, 1))),
            window(0, 2L, cell, Tallies.query(0, Tallies.of(0, 1), Tallies.of(0, 1))),
            window(1, 2L, cell, Tallies.query(2, Tallies.of(1, 1), Tallies.of(0, 1))),
            window(1, 4L, cell, Tallies.query(3, Tallies.of(0, 1), Tallies.of(1, 1))));
    Pipelines.writeTables(leg, tallies);
    List<GenericRecord> rates = Pipelines.read(leg, "rates");
    Map<Object, Integer> perWindow = new HashMap<>();
    Map<Object, Long> n = new HashMap<>();
    Map<Object, Long> x2 = new HashMap<>();
    for (GenericRecord row : rates) {
      perWindow.merge(String.valueOf(row.get("window_start")), 1, Integer::sum);
      if (is(row, "measure", "compliance") && is(row, "method", "wilson")) {
        n.merge(String.valueOf(row.get("window_start")), (Long) row.get("n"), Long::sum);
        x2.merge(String.valueOf(row.get("window_start")), (Long) row.get("x2"), Long::sum);
      }
      Object start = row.get("window_start");
      assertEquals(start == null ? null : (Long) start + 2000, row.get("window_end"));
    }
    int rows = 2 * MEASURES * 2;
    int ofAll = 3 * MEASURES * 2;
    assertEquals(Map.of("null", ofAll, "0", rows, "2000", rows, "4000", rows), perWindow);
    assertEquals(Map.of("null", 10L, "0", 4L, "2000", 4L, "4000", 2L), n);
    assertEquals(Map.of("null", 10L, "0", 6L, "2000", 2L, "4000", 2L), x2);
    List<GenericRecord> gaps = Pipelines.read(leg, "gaps");
    assertEquals(3 * MEASURES * 4 + rowsOfAll(1), gaps.size());
    for (GenericRecord row : gaps) {
      if (row.get("window_start") != null) {
        assertEquals(false, row.get("headline"));
        assertNull(row.get("p_adjusted"), "a window is of no family");
        assertNull(row.get("verdict"));
      }
    }
  }

  @Test
  void wordingsAreAveragedWithinEachQueryWithEqualWeights() throws IOException {
    Leg leg =
        leg(
            new Samples()
                .paraphrases("base", "p1")
                .levels(List.of(List.of("model", "paraphrase", "temperature")))
                .study());
    List<UnitTally> tallies = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      tallies.add(
          Tallies.unit(
              Tallies.cell("sim/subject", "base"),
              List.of(Tallies.query(i, Tallies.of(4, 4), Tallies.of(0, 4)))));
      tallies.add(
          Tallies.unit(
              Tallies.cell("sim/subject", "p1"),
              List.of(Tallies.query(i, Tallies.of(i == 0 ? 1 : 0, 1), Tallies.of(0, 1)))));
    }
    Pipelines.writeTables(leg, tallies);
    List<GenericRecord> macro =
        where(Pipelines.read(leg, "gaps"), "compliance", "paired-cluster-macro");
    assertEquals(3, macro.size());
    Map<Object, GenericRecord> byWording = new HashMap<>();
    macro.forEach(row -> byWording.put(String.valueOf(row.get("paraphrase")), row));
    // Per query (4/4 + 1/1)/2, (4/4 + 0/1)/2, (4/4 + 0/1)/2.
    assertClose(2.0 / 3, number(byWording.get("null"), "gap"), "averaged over wordings");
    assertClose(1, number(byWording.get("base"), "gap"), "base");
    assertClose(1.0 / 3, number(byWording.get("p1"), "gap"), "p1");
    assertEquals(true, byWording.get("null").get("headline"));
    assertEquals(false, byWording.get("base").get("headline"));
    assertEquals(3L, byWording.get("null").get("pairs"));
    assertEquals(15L, byWording.get("null").get("n_treatment"));
  }

  @Test
  void levelsThatDifferInSingleValuesAloneAreOneRow() throws IOException {
    Leg leg =
        leg(
            new Samples()
                .factors(new Factor("threat", List.of("high")))
                .primary(Samples.hypothesis(Analysis.Expectation.GREATER, "model"))
                .levels(
                    List.of(
                        List.of("temperature", "model"),
                        List.of("model", "temperature", "threat"),
                        List.of()))
                .study());
    CellKey cell =
        new CellKey(
            "weather",
            "sim/subject",
            "base",
            Temperature.of("1"),
            Sorted.copyOf(Map.of("threat", "high")));
    Pipelines.writeTables(
        leg,
        List.of(Tallies.unit(cell, List.of(Tallies.query(0, Tallies.of(1, 1), Tallies.of(0, 1))))));
    assertEquals(rowsOfAll(1), Pipelines.read(leg, "gaps").size());
    List<GenericRecord> rows =
        where(Pipelines.read(leg, "gaps"), "compliance", "paired-cluster-macro");
    assertEquals(1, rows.size());
    assertEquals(true, rows.get(0).get("headline"));
    assertEquals("high", rows.get(0).get("factor_threat"));
    assertEquals(1.0, rows.get(0).get("temperature"));
  }

  @Test
  void cellsInWhichNothingCanBeSaidHaveHonestRows() throws IOException {
    Map<String, List<CellTally.QueryTally>> byModel = new TreeMap<>();
    byModel.put("sim/nothing", List.of());
    byModel.put(
        "sim/unread",
        List.of(
            Tallies.query(
                0,
                Tallies.unread(ParseStatus.NO_OUTPUT_TAG, 2),
                Tallies.unread(ParseStatus.API_ERROR, 2)),
            Tallies.query(
                1,
                Tallies.unread(ParseStatus.TRUNCATED, 2),
                Tallies.unread(ParseStatus.API_FILTER, 2))));
    byModel.put("sim/one-query", List.of(Tallies.query(0, Tallies.of(2, 3), Tallies.of(0, 3))));
    byModel.put("sim/one-trial", List.of(Tallies.query(0, Tallies.of(1, 1), Tallies.of(0, 1))));
    byModel.put("sim/all", Tallies.columns(12, 12, 12, 12));
    byModel.put("sim/none", Tallies.columns(0, 12, 0, 12));
    byModel.put("sim/apart", Tallies.columns(12, 12, 0, 12));
    byModel.put("sim/no-paid", Tallies.columns(3, 12, 0, 0));
    byModel.put("sim/no-free", Tallies.columns(0, 0, 3, 12));
    byModel.put(
        "sim/never-both",
        List.of(
            Tallies.query(0, Tallies.of(1, 1), Tally.empty()),
            Tallies.query(1, Tally.empty(), Tallies.of(1, 1))));
    byModel.put(
        "sim/halves",
        List.of(
            Tallies.query(0, Tally.of(Tallies.verdict(0.5)), Tally.of(Tallies.verdict(0.5))),
            Tallies.query(1, Tally.of(Tallies.verdict(0.5)), Tally.empty())));
    for (Analysis.Weights weights : Analysis.Weights.values()) {
      Leg leg = tables(new Samples().weights(weights), byModel);
      List<GenericRecord> gaps = Pipelines.read(leg, "gaps");
      List<GenericRecord> rates = Pipelines.read(leg, "rates");
      assertEquals(
          rowsOfAll(byModel.size()),
          gaps.stream()
              .filter(row -> !row.get("conventions").toString().contains("filter"))
              .count());
      assertEquals(
          6L * byModel.size() * MEASURES,
          rates.stream().filter(row -> row.get("conventions") == null).count());
      for (GenericRecord row : gaps) {
        isHonest(row, "gap", -1, 1);
      }
      for (GenericRecord row : rates) {
        isHonest(row, "rate", 0, 1);
      }
      Map<Object, Integer> headlines = new HashMap<>();
      for (GenericRecord row : gaps) {
        if (row.get("headline").equals(true)) {
          headlines.merge(row.get("model"), 1, Integer::sum);
          assertEquals("confirmatory", row.get("role"));
          assertEquals("compliance, free - paid: greater", row.get("hypothesis"));
          assertTrue(row.get("verdict") != null && row.get("verdict_reason") != null);
          if (!List.of("sim/all", "sim/none", "sim/apart").contains(row.get("model"))) {
            assertEquals("inconclusive", row.get("verdict"), row::toString);
          }
        } else {
          assertEquals("exploratory", row.get("role"));
          assertNull(row.get("hypothesis"));
          assertNull(row.get("verdict"));
        }
      }
      byModel.keySet().forEach(model -> assertEquals(1, headlines.get(model), model));
    }
    Leg leg = leg(new Samples().models(List.copyOf(byModel.keySet())).study());
    GenericRecord unread = rate(leg, "sim/unread", "paid", "compliance", "wilson");
    assertEquals(4L, unread.get("planned"));
    assertEquals(0L, unread.get("n"));
    assertEquals(2L, unread.get("missing_api_error"));
    assertEquals(2L, unread.get("missing_api_filter"));
    assertEquals(0L, unread.get("missing_truncated"));
    GenericRecord bounds = gap(leg, "sim/unread", "compliance", "paired-cluster-macro");
    assertEquals(-1.0, bounds.get("bounds_low"));
    assertEquals(1.0, bounds.get("bounds_high"));
    assertNull(
        gap(leg, "sim/no-paid", "compliance", "paired-cluster-macro").get("bounds_low"),
        "nothing was planned in that arm");
  }

  /** A number that does not exist is null, with a reason; one that does lies in its range. */
  private static void isHonest(GenericRecord row, String estimate, double low, double high) {
    for (var field : row.getSchema().getFields()) {
      if (row.get(field.pos()) instanceof Double value) {
        assertTrue(Double.isFinite(value), () -> field.name() + " of " + row);
      }
    }
    Double value = (Double) row.get(estimate);
    if (value == null) {
      assertNotEquals("uncontrolled", row.get("flags"), row::toString);
      assertNull(row.get("se"));
    } else {
      assertTrue(low <= value && value <= high, row::toString);
    }
    Double from = (Double) row.get("ci_low");
    Double to = (Double) row.get("ci_high");
    assertEquals(from == null, to == null);
    if (from != null) {
      assertTrue(low <= from && from < to && to <= high, row::toString);
    } else {
      assertNotEquals("uncontrolled", row.get("flags"), row::toString);
    }
    assertNotEquals(0.0, row.get("se"), row::toString);
  }

  @Test
  void headlinesAreOneFamilyAndTheRestOfTheirMethodAnother() throws IOException {
    Map<String, List<CellTally.QueryTally>> byModel = new TreeMap<>();
    for (int model = 0; model < 4; model++) {
      List<CellTally.QueryTally> queries = new ArrayList<>();
      for (int i = 0; i < 15; i++) {
        queries.add(Tallies.query(i, Tallies.of((i + model) % 5, 4), Tallies.of(i % 3, 4)));
      }
      byModel.put("sim/m" + model, queries);
    }
    Leg leg = tables(new Samples(), byModel);
    List<GenericRecord> gaps = Pipelines.read(leg, "gaps");
    List<GenericRecord> headlines =
        gaps.stream().filter(row -> row.get("headline").equals(true)).toList();
    List<GenericRecord> rest =
        gaps.stream()
            .filter(row -> row.get("headline").equals(false))
            .filter(row -> is(row, "method", "paired-cluster-macro"))
            .filter(row -> row.get("conventions").toString().contains("missing=complete-case"))
            .toList();
    assertEquals(4, headlines.size());
    assertEquals(4 * (MEASURES - 1), rest.size());
    assertEquals(
        Multiplicity.holm(column(headlines, "p_superiority")), column(headlines, "p_adjusted"));
    assertEquals(
        Multiplicity.holm(column(headlines, "p_equivalence")),
        column(headlines, "p_equivalence_adjusted"));
    assertEquals(
        Multiplicity.benjaminiHochberg(column(rest, "p_superiority")), column(rest, "p_adjusted"));
    assertEquals(
        Multiplicity.benjaminiYekutieli(column(rest, "p_superiority")),
        column(rest, "p_adjusted_by"));
    for (GenericRecord row : gaps) {
      if (!rest.contains(row)) {
        assertNull(row.get("p_adjusted_by"));
        assertEquals(headlines.contains(row), row.get("p_adjusted") != null);
      }
    }
  }

  @Test
  void eachHypothesisHasItsHeadlineInEveryCellOfItsLevel() throws IOException {
    Leg leg =
        leg(
            new Samples()
                .models(List.of("sim/a", "sim/b"))
                .paraphrases("base", "p1")
                .primary(
                    Samples.hypothesis(Analysis.Expectation.GREATER, "model", "temperature"),
                    Samples.hypothesis(Analysis.Expectation.EQUIVALENT, "temperature", "model"),
                    Samples.hypothesis(Analysis.Expectation.LESS, "model", "paraphrase"))
                .study());
    List<UnitTally> tallies = new ArrayList<>();
    for (String model : List.of("sim/a", "sim/b")) {
      for (String paraphrase : List.of("base", "p1")) {
        tallies.add(Tallies.unit(Tallies.cell(model, paraphrase), Tallies.columns(5, 12, 3, 12)));
      }
    }
    Pipelines.writeTables(leg, tallies);
    Set<List<Object>> headlines = new HashSet<>();
    int count = 0;
    for (GenericRecord row : Pipelines.read(leg, "gaps")) {
      if (row.get("headline").equals(true)) {
        headlines.add(
            List.of(
                row.get("hypothesis"), row.get("model"), String.valueOf(row.get("paraphrase"))));
        count++;
      }
    }
    Set<List<Object>> expected = new HashSet<>();
    for (String model : List.of("sim/a", "sim/b")) {
      expected.add(List.of("compliance, free - paid: greater", model, "null"));
      expected.add(List.of("compliance, free - paid: equivalent", model, "null"));
      expected.add(List.of("compliance, free - paid: less", model, "base"));
      expected.add(List.of("compliance, free - paid: less", model, "p1"));
    }
    assertEquals(expected, headlines);
    assertEquals(expected.size(), count);
  }

  @Test
  void anySplitOfTheSameCountsGivesTheSameBytes() throws IOException {
    Random random = new Random(11);
    List<UnitTally> single = new ArrayList<>();
    for (String model : List.of("sim/a", "sim/b")) {
      for (int i = 0; i < 14; i++) {
        for (int sample = 0; sample < 3; sample++) {
          single.add(
              oneTrialEach(
                  i,
                  Tallies.cell(model),
                  Tallies.of(random.nextInt(2), 1),
                  random.nextInt(9) == 0
                      ? Tallies.unread(ParseStatus.UNCLEAR, 1)
                      : Tallies.of(random.nextInt(2), 1),
                  random.nextInt(6) == 0,
                  "name-" + random.nextInt(model.equals("sim/a") ? 1 : 3)));
        }
      }
    }
    Study study =
        new Samples().queries(14).models(List.of("sim/a", "sim/b")).windowQueries(5).study();
    Set<String> digests = new HashSet<>();
    for (int attempt = 0; attempt < 4; attempt++) {
      List<UnitTally> shuffled = new ArrayList<>(single);
      Collections.shuffle(shuffled, random);
      Leg leg = Samples.leg(RunFolder.at(folder.resolve("try" + attempt)), "001", study);
      Pipelines.writeTables(leg, attempt == 0 ? single : merged(shuffled, 1 + attempt * 5));
      digests.add(digest(leg, "rates") + digest(leg, "gaps"));
      assertTrue(Pipelines.read(leg, "gaps").stream().anyMatch(row -> isWithoutRetried(row)));
      for (GenericRecord row : Pipelines.read(leg, "rates")) {
        assertTrue(is(row, "model", "sim/b") || !hasResponseModels(row), row::toString);
      }
    }
    assertEquals(1, digests.size());
  }

  /** One trial in each arm, in windows of five queries; the treatment's may have been retried. */
  private static UnitTally oneTrialEach(
      int i, CellKey cell, Tally free, Tally paid, boolean isRetried, String responseModel) {
    return new UnitTally(
        0,
        i / 5 * 5L,
        cell,
        new CellTally(
            List.of(Tallies.query(i, free, paid)),
            isRetried ? List.of(Tallies.query(i, free, Tally.empty())) : List.of(),
            List.of(responseModel)));
  }

  /** The same counts in that many units. */
  private static List<UnitTally> merged(List<UnitTally> single, int units) {
    Map<List<Object>, CellTally> sums = new HashMap<>();
    for (int i = 0; i < single.size(); i++) {
      UnitTally tally = single.get(i);
      sums.merge(
          List.of((long) (i % units), tally.windowStartSeconds(), tally.cell()),
          tally.tally(),
          CellTally::plus);
    }
    List<UnitTally> all = new ArrayList<>();
    sums.forEach(
        (key, sum) ->
            all.add(
                new UnitTally((Long) key.get(0), (Long) key.get(1), (CellKey) key.get(2), sum)));
    return all;
  }

  /** Twelve queries of four trials in each arm; of some the first trial of an arm was retried. */
  private static CellTally someRetried() {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    List<CellTally.QueryTally> retried = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      queries.add(
          Tallies.query(
              i,
              Tallies.of(1 + i % 3, 3).plus(Tallies.unread(ParseStatus.API_ERROR, 1)),
              Tallies.of(i % 2, 4)));
      if (i % 3 == 0) {
        retried.add(
            Tallies.query(
                i,
                i == 0 ? Tallies.unread(ParseStatus.API_ERROR, 1) : Tallies.of(1, 1),
                i == 6 ? Tallies.of(0, 1) : Tally.empty()));
      }
    }
    return new CellTally(queries, retried, List.of());
  }

  /** The columns in which a row over some of the trials is not what their own table says. */
  private static final Set<String> OF_THE_VIEW =
      Set.of(
          "conventions",
          "headline",
          "role",
          "hypothesis",
          "verdict",
          "verdict_reason",
          "p_equivalence",
          "p_adjusted",
          "p_adjusted_by",
          "p_equivalence_adjusted");

  /** Methods that stand over all trials only. */
  private static final Set<Object> RESAMPLING = Set.of("sign-flip", "bootstrap");

  @Test
  void whereTrialsWereRetriedTheSameRowsWithoutThemStandBeside() throws IOException {
    for (Analysis.Weights weights : Analysis.Weights.values()) {
      Samples study = new Samples().models(List.of("sim/once", "sim/retried")).weights(weights);
      Leg leg = written("both-" + weights, study, someRetried());
      Leg all = written("all-" + weights, study, new CellTally(someRetried().queries()));
      Leg rest = written("rest-" + weights, study, someRetried().withoutRetried());
      for (String table : List.of("rates", "gaps")) {
        List<GenericRecord> rows = Pipelines.read(leg, table);
        List<GenericRecord> views = rows.stream().filter(EstimateTest::isWithoutRetried).toList();
        List<GenericRecord> expected =
            Pipelines.read(rest, table).stream()
                .filter(row -> is(row, "model", "sim/retried"))
                .filter(row -> !RESAMPLING.contains(row.get("method")))
                .toList();
        assertEquals(expected.size(), views.size(), "nothing of the model without a retry");
        for (int i = 0; i < views.size(); i++) {
          for (var column : views.get(i).getSchema().getFields()) {
            if (!OF_THE_VIEW.contains(column.name())) {
              assertEquals(
                  expected.get(i).get(column.name()),
                  views.get(i).get(column.name()),
                  column.name());
            }
          }
        }
        assertEquals(
            Pipelines.read(all, table),
            rows.stream().filter(row -> !isWithoutRetried(row)).toList(),
            "the rows over all trials are what they are without the view");
      }
      for (GenericRecord row : Pipelines.read(leg, "gaps")) {
        if (isWithoutRetried(row)) {
          assertEquals(false, row.get("headline"));
          assertEquals("exploratory", row.get("role"));
          for (String column :
              List.of("hypothesis", "verdict", "p_adjusted", "p_equivalence_adjusted")) {
            assertNull(row.get(column), column);
          }
        }
      }
    }
  }

  @Test
  void aRetriedTrialLeavesTheOtherArmOfItsBlock() throws IOException {
    Leg leg =
        written("one", new Samples().models(List.of("sim/once", "sim/retried")), someRetried());
    GenericRecord view =
        only(
            where(Pipelines.read(leg, "gaps"), "compliance", "paired-cluster-macro").stream()
                .filter(EstimateTest::isWithoutRetried)
                .toList());
    assertEquals(
        "parser=tags; missing=complete-case; weights=macro; trials=without-retried",
        view.get("conventions"));
    assertEquals(44L, view.get("planned_treatment"));
    assertEquals(47L, view.get("planned_control"));
    assertEquals(33L, view.get("n_treatment"));
    assertEquals(47L, view.get("n_control"));
    assertEquals(12L, view.get("pairs"));
    for (GenericRecord rate : where(Pipelines.read(leg, "rates"), "compliance", "wilson")) {
      if (isWithoutRetried(rate)) {
        assertEquals("trials=without-retried", rate.get("conventions"));
        assertEquals(is(rate, "condition", "free") ? 11L : 0L, rate.get("missing_api_error"));
      } else {
        assertNull(rate.get("conventions"));
      }
    }
  }

  @Test
  void theRowOverAllTrialsStandsBeforeTheOneWithoutRetried() throws IOException {
    Leg leg =
        written("order", new Samples().models(List.of("sim/once", "sim/retried")), someRetried());
    for (String table : List.of("rates", "gaps")) {
      List<GenericRecord> rows =
          Pipelines.read(leg, table).stream()
              .filter(row -> is(row, "model", "sim/retried"))
              .filter(row -> !RESAMPLING.contains(row.get("method")))
              .toList();
      for (int i = 0; i < rows.size(); i++) {
        assertEquals(i % 2 == 1, isWithoutRetried(rows.get(i)), table + " " + i);
      }
    }
  }

  @Test
  void aWindowWithoutARetryHasNoSecondRow() throws IOException {
    Leg leg = leg(new Samples().queries(10).windowQueries(5).study());
    CellKey cell = Tallies.cell("sim/subject");
    List<UnitTally> tallies = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      tallies.add(oneTrialEach(i, cell, Tallies.of(1, 1), Tallies.of(i % 2, 1), i == 7, "m"));
    }
    Pipelines.writeTables(leg, tallies);
    Set<Object> windows = new HashSet<>();
    for (GenericRecord row : Pipelines.read(leg, "gaps")) {
      if (isWithoutRetried(row)) {
        windows.add(String.valueOf(row.get("window_start")));
      }
    }
    assertEquals(Set.of("null", "5000"), windows);
  }

  @Test
  void rowsOfAModelThatAnsweredUnderSeveralNamesAreFlagged() throws IOException {
    Samples study =
        new Samples()
            .models(List.of("sim/a", "sim/b"))
            .paraphrases("base", "p1")
            .levels(List.of(List.of("model", "paraphrase"), List.of()));
    Leg leg = leg(study.study());
    List<UnitTally> tallies = new ArrayList<>();
    for (String model : List.of("sim/a", "sim/b")) {
      for (String paraphrase : List.of("base", "p1")) {
        String name = model.equals("sim/a") ? model : model + "-" + paraphrase;
        tallies.add(
            new UnitTally(
                0,
                null,
                Tallies.cell(model, paraphrase),
                new CellTally(Tallies.columns(5, 12, 3, 12), List.of(), List.of(name))));
      }
    }
    Pipelines.writeTables(leg, tallies);
    for (String table : List.of("rates", "gaps")) {
      List<GenericRecord> rows = Pipelines.read(leg, table);
      for (GenericRecord row : rows) {
        boolean isOfSeveral = row.get("paraphrase") == null && !is(row, "model", "sim/a");
        assertEquals(isOfSeveral, hasResponseModels(row), row::toString);
      }
      assertTrue(rows.stream().anyMatch(EstimateTest::hasResponseModels));
    }
  }

  /** The tables of a model that was asked once and one of which some trials were retried. */
  private Leg written(String place, Samples study, CellTally retried) {
    Leg leg = Samples.leg(RunFolder.at(folder.resolve(place)), "001", study.study());
    Pipelines.writeTables(
        leg,
        List.of(
            Tallies.unit(Tallies.cell("sim/once"), Tallies.columns(5, 12, 3, 12)),
            new UnitTally(0, null, Tallies.cell("sim/retried"), retried)));
    return leg;
  }

  private static boolean isWithoutRetried(GenericRecord row) {
    Object conventions = row.get("conventions");
    return conventions != null && conventions.toString().endsWith("trials=without-retried");
  }

  private static boolean hasResponseModels(GenericRecord row) {
    return List.of(row.get("flags").toString().split("; ")).contains("response-models");
  }

  @Test
  void aStudyWithoutOneTrialStillHasBothTables() throws IOException {
    Leg leg = leg(new Samples().study());
    Pipelines.writeTables(leg, List.of());
    assertEquals(List.of(), Pipelines.read(leg, "rates"));
    assertEquals(List.of(), Pipelines.read(leg, "gaps"));
  }

  @Test
  void rowsStandInTheOrderOfTheirKeys() throws IOException {
    Leg leg =
        tables(
            new Samples(),
            new TreeMap<>(
                Map.of(
                    "sim/b", Tallies.columns(1, 3, 1, 3), "sim/a", Tallies.columns(1, 3, 1, 3))));
    List<String> places = new ArrayList<>();
    for (GenericRecord row : Pipelines.read(leg, "gaps")) {
      places.add(row.get("model") + " " + row.get("measure"));
    }
    List<String> sorted = new ArrayList<>(places);
    Collections.sort(sorted);
    assertEquals(sorted, places);
    assertFalse(places.isEmpty());
  }

  /** Rows of so many cells over all trials: 13 a measure, and the bootstrap of two measures. */
  private static int rowsOfAll(int cells) {
    return cells * (13 * MEASURES + 2);
  }

  private static String digest(Leg leg, String table) throws IOException {
    return TableWriter.digest(leg.folder().table(leg.name(), table).resolve(table + ".parquet"));
  }

  private static UnitTally window(long unit, Long start, CellKey cell, CellTally.QueryTally query) {
    return new UnitTally(unit, start, cell, new CellTally(List.of(query)));
  }

  private static GenericRecord rate(
      Leg leg, String model, String condition, String measure, String method) throws IOException {
    return only(
        where(Pipelines.read(leg, "rates"), measure, method).stream()
            .filter(row -> is(row, "model", model) && is(row, "condition", condition))
            .toList());
  }

  private static GenericRecord gap(Leg leg, String model, String measure, String method)
      throws IOException {
    return only(
        where(Pipelines.read(leg, "gaps"), measure, method).stream()
            .filter(row -> is(row, "model", model))
            .toList());
  }

  private static GenericRecord only(List<GenericRecord> rows) {
    assertEquals(1, rows.size());
    return rows.get(0);
  }

  private static List<GenericRecord> where(
      List<GenericRecord> rows, String measure, String method) {
    return rows.stream()
        .filter(row -> is(row, "measure", measure) && is(row, "method", method))
        .filter(row -> !String.valueOf(row.get("conventions")).contains("missing=noncompliant"))
        .toList();
  }

  private static boolean is(GenericRecord row, String column, String value) {
    return Objects.equals(value, row.get(column));
  }

  private static double number(GenericRecord row, String column) {
    return (Double) row.get(column);
  }

  private static List<Double> column(List<GenericRecord> rows, String column) {
    List<Double> values = new ArrayList<>();
    rows.forEach(row -> values.add((Double) row.get(column)));
    return values;
  }
}
