package dev.gapline.transforms;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.UnitTally;
import dev.gapline.transforms.statistics.Golden;
import dev.gapline.transforms.statistics.Multiplicity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContrastsTableTest {

  private static final JsonNode EXAMPLES = Golden.read("g26-contrasts");

  @TempDir Path folder;

  @Test
  void theDifferenceOfTwoModelsGapsIsTheWorkedExample() throws IOException {
    JsonNode expected = EXAMPLES.get("difference_of_differences");
    List<GenericRecord> rows =
        contrasts(
            new Samples().queries(8).models(List.of("sim/a", "sim/b")).study(),
            List.of(
                Tallies.unit(Tallies.cell("sim/a"), Tallies.clustered(expected.get("A"))),
                Tallies.unit(Tallies.cell("sim/b"), Tallies.clustered(expected.get("B")))));
    GenericRecord row = only(rows, "model", "diff-of-diffs", "compliance");
    assertEquals("weather", row.get("scenario"));
    assertNull(row.get("model"));
    assertEquals(1.0, row.get("temperature"));
    assertEquals("sim/a", row.get("level_a"));
    assertEquals("sim/b", row.get("level_b"));
    assertEquals("gap", row.get("quantity"));
    assertEquals("free - paid", row.get("contrast"));
    assertEquals(8L, row.get("clusters_a"));
    assertEquals(7L, row.get("clusters_b"));
    assertEquals(expected.get("pairs").longValue(), row.get("pairs"));
    assertClose(expected.get("estimate").doubleValue(), number(row, "estimate"), "estimate");
    assertClose(expected.get("se").doubleValue(), number(row, "se"), "se");
    assertInterval(expected.get("ci"), number(row, "ci_low"), number(row, "ci_high"), "interval");
    assertClose(expected.get("sign_flip_p").doubleValue(), number(row, "p_superiority"), "p");
    assertEquals(row.get("p_superiority"), row.get("p_adjusted"), "a family of one");
    assertEquals(0.05, row.get("margin"));
    assertNull(row.get("p_equivalence"), "not evaluated with too few queries");
    assertEquals("inconclusive", row.get("verdict"));
    assertEquals("too few queries", row.get("verdict_reason"));
    assertEquals("few_clusters", row.get("flags"));
    assertEquals("exploratory", row.get("role"));
    assertEquals("parser=tags; missing=complete-case; weights=macro", row.get("conventions"));
  }

  @Test
  void theRatioOfTwoModelsRatesIsTheWorkedExample() throws IOException {
    JsonNode bounded = EXAMPLES.get("ratio_of_rates").get(2);
    JsonNode unbounded = EXAMPLES.get("ratio_of_rates").get(4);
    assertEquals("macro", bounded.get("weights").textValue());
    Study study = new Samples().queries(8).models(List.of("sim/a", "sim/b")).study();
    List<GenericRecord> rows =
        contrasts(
            study,
            List.of(
                Tallies.unit(Tallies.cell("sim/a"), arms(bounded, unbounded, "a")),
                Tallies.unit(Tallies.cell("sim/b"), arms(bounded, unbounded, "b"))));
    GenericRecord log = only(rows, "model", "ratio-log", "compliance");
    assertEquals("free", log.get("condition"));
    assertEquals("rate", log.get("quantity"));
    assertClose(bounded.get("ratio").doubleValue(), number(log, "estimate"), "ratio");
    assertClose(bounded.get("se_log").doubleValue(), number(log, "se"), "se");
    assertInterval(bounded.get("ci"), number(log, "ci_low"), number(log, "ci_high"), "interval");
    assertClose(bounded.get("p").doubleValue(), number(log, "p_superiority"), "p");
    assertNull(log.get("margin"));
    GenericRecord fieller = only(rows, "model", "fieller", "compliance");
    assertEquals("paid", fieller.get("condition"));
    assertClose(unbounded.get("ratio").doubleValue(), number(fieller, "estimate"), "ratio");
    assertClose(unbounded.get("fieller").get(0).doubleValue(), number(fieller, "ci_low"), "low");
    assertNull(fieller.get("ci_high"));
    assertNull(fieller.get("half_width"));
    assertTrue(fieller.get("flags").toString().contains("unbounded"));
    assertEquals(
        Multiplicity.holm(List.of(number(log, "p_superiority"), number(fieller, "p_superiority"))),
        List.of(number(log, "p_adjusted"), number(fieller, "p_adjusted")),
        "ratios are one family, whichever their interval");
    assertEquals("supported", log.get("verdict"));
  }

  @Test
  void theJointTestOfThreeTemperaturesIsTheWorkedExample() throws IOException {
    JsonNode expected = EXAMPLES.get("interaction_wald");
    List<UnitTally> tallies = new ArrayList<>();
    String[] temperatures = {"0", "0.5", "1"};
    for (int level = 0; level < 3; level++) {
      List<CellTally.QueryTally> queries = new ArrayList<>();
      for (int i = 0; i < expected.get("queries").intValue(); i++) {
        double gap = expected.get("levels").get(level).get(i).doubleValue();
        int fifths = (int) Math.round(5 * gap);
        queries.add(
            Tallies.query(
                i, Tallies.of(Math.max(fifths, 0), 5), Tallies.of(Math.max(-fifths, 0), 5)));
      }
      tallies.add(Tallies.unit(cell("sim/subject", "base", temperatures[level]), queries));
    }
    List<GenericRecord> rows =
        contrasts(new Samples().queries(8).temperatures(temperatures).study(), tallies);
    GenericRecord joint = only(rows, "temperature", "wald-interaction", "compliance");
    assertEquals(3L, joint.get("levels"));
    assertNull(joint.get("temperature"));
    assertEquals("sim/subject", joint.get("model"));
    assertClose(expected.get("F").doubleValue(), number(joint, "statistic"), "F");
    assertEquals(2.0, joint.get("df"));
    assertEquals(6.0, joint.get("df2"));
    List<GenericRecord> pairs = all(rows, "temperature", "diff-of-diffs", "compliance");
    assertEquals(
        List.of("0 0.5", "0 1", "0.5 1"),
        pairs.stream().map(row -> row.get("level_a") + " " + row.get("level_b")).toList());
    List<Double> p = pairs.stream().map(row -> number(row, "p_superiority")).toList();
    assertEquals(
        Multiplicity.holm(p), pairs.stream().map(row -> number(row, "p_adjusted")).toList());
    assertEquals(
        Collections.min(Multiplicity.holm(p)),
        number(joint, "p_superiority"),
        "with few queries the joint p is Holm's of the pairs");
  }

  @Test
  void aThreeTierStudyTellsWhichPartOfTheGapIsLarger() throws IOException {
    Study study =
        withContrasts(
            new Samples().queries(20).study(),
            List.of("free", "pro", "enterprise"),
            List.of(new Contrast("free", "pro"), new Contrast("pro", "enterprise")));
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      queries.add(
          new CellTally.QueryTally(
              Samples.query(i),
              List.of(Tallies.of(8 + i % 2, 10), Tallies.of(3 + i % 3, 10), Tallies.of(3, 10))));
    }
    List<GenericRecord> rows =
        contrasts(study, List.of(Tallies.unit(Tallies.cell("sim/subject"), queries)));
    GenericRecord row = only(rows, "contrast", "diff-of-diffs", "compliance");
    assertEquals("free - pro", row.get("level_a"));
    assertEquals("pro - enterprise", row.get("level_b"));
    assertNull(row.get("contrast"));
    assertEquals("sim/subject", row.get("model"));
    // Twice 3 + i mod 3 is on average 2 * 3.95; free 8.5, enterprise 3.
    assertClose(0.85 - 2 * 0.395 + 0.3, number(row, "estimate"), "free - 2 pro + enterprise");
    assertClose(0.85 - 0.395, number(row, "estimate_a"), "free - pro");
    assertClose(0.395 - 0.3, number(row, "estimate_b"), "pro - enterprise");
    assertEquals("supported", row.get("verdict"));
    assertEquals("beyond threshold", row.get("verdict_reason"));
    assertEquals(4, where(rows, "axis", "condition", "quantity", "rate").size());
    assertEquals(2, where(rows, "axis", "condition", "quantity", "complement").size());
  }

  @Test
  void theRelativeGapIsTheRatioOfNoncompliance() throws IOException {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      queries.add(Tallies.query(i, Tallies.of(6 + i % 2, 10), Tallies.of(1 + i % 3, 10)));
    }
    List<GenericRecord> rows =
        contrasts(
            new Samples().queries(20).study(),
            List.of(Tallies.unit(Tallies.cell("sim/subject"), queries)));
    GenericRecord rate = where(rows, "measure", "compliance", "quantity", "rate").get(0);
    assertEquals("free", rate.get("level_a"));
    assertEquals("paid", rate.get("level_b"));
    assertClose(0.65 / 0.195, number(rate, "estimate"), "free / paid");
    GenericRecord left = where(rows, "measure", "compliance", "quantity", "complement").get(0);
    assertEquals("paid", left.get("level_a"));
    assertEquals("free", left.get("level_b"));
    assertClose((1 - 0.195) / (1 - 0.65), number(left, "estimate"), "paid / free");
    assertEquals("ratio-log", left.get("method"));
    assertEquals("supported", left.get("verdict"));
    assertEquals(List.of(), where(rows, "axis", "model", "quantity", "gap"), "one model");
  }

  @Test
  void equalGapsAreRefutedToDifferWithinTheMargin() throws IOException {
    List<UnitTally> tallies = new ArrayList<>();
    for (String model : List.of("sim/a", "sim/b")) {
      List<CellTally.QueryTally> queries = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int shift = model.equals("sim/a") ? i % 2 : (i + 1) % 2;
        queries.add(Tallies.query(i, Tallies.of(50 + shift, 100), Tallies.of(20, 100)));
      }
      tallies.add(Tallies.unit(Tallies.cell(model), queries));
    }
    List<GenericRecord> rows =
        contrasts(new Samples().queries(40).models(List.of("sim/a", "sim/b")).study(), tallies);
    GenericRecord row = only(rows, "model", "diff-of-diffs", "compliance");
    assertEquals("refuted", row.get("verdict"));
    assertEquals("within margin", row.get("verdict_reason"));
    assertTrue(number(row, "p_equivalence_adjusted") < 0.05);
    GenericRecord unmargined = only(rows, "model", "diff-of-diffs", "af_mean");
    assertNull(unmargined.get("margin"));
    assertEquals("inconclusive", unmargined.get("verdict"));
    assertEquals("few_clusters; no pairs", unmargined.get("flags"));
  }

  @Test
  void levelsOfAFactorAndWordingsAreComparedWithinTheOtherCoordinates() throws IOException {
    Study study =
        new Samples()
            .queries(12)
            .models(List.of("sim/a", "sim/b"))
            .paraphrases("base", "p1")
            .factors(new Factor("info", List.of("full", "none")))
            .primary(
                Samples.hypothesis(Analysis.Expectation.GREATER, "model", "temperature", "info"))
            .study();
    List<GenericRecord> rows = contrasts(study, random(study, new Random(1)));
    List<GenericRecord> byFactor = all(rows, "info", "diff-of-diffs", "compliance");
    assertEquals(
        List.of("sim/a", "sim/b"), byFactor.stream().map(row -> row.get("model")).toList());
    for (GenericRecord row : byFactor) {
      assertNull(row.get("factor_info"));
      assertNull(row.get("paraphrase"), "averaged over within each query");
    }
    List<GenericRecord> byWording = all(rows, "paraphrase", "diff-of-diffs", "compliance");
    assertEquals(4, byWording.size());
    for (GenericRecord row : byWording) {
      assertNotNull(row.get("model"));
      assertNotNull(row.get("factor_info"));
      assertEquals("base", row.get("level_a"));
      assertEquals("p1", row.get("level_b"));
    }
    assertEquals(2, all(rows, "model", "diff-of-diffs", "compliance").size());
  }

  @Test
  void scenariosAreComparedByTheQueriesThatTheyShare() throws IOException {
    Study one = new Samples().queries(12).study();
    Scenario first = one.scenarios().get(0);
    Scenario same = renamed(first, "storm", query -> query);
    Scenario other =
        renamed(
            first,
            "frost",
            query -> new Query(query.id(), "Else: " + query.text(), query.values()));
    Study study = withScenarios(one, List.of(first, same, other));
    List<GenericRecord> rows = contrasts(study, random(study, new Random(2)));
    Map<String, GenericRecord> byLevels = new TreeMap<>();
    all(rows, "scenario", "diff-of-diffs", "compliance")
        .forEach(row -> byLevels.put(row.get("level_a") + " " + row.get("level_b"), row));
    assertEquals(3, byLevels.size());
    assertEquals(12L, byLevels.get("weather storm").get("pairs"));
    assertEquals("", byLevels.get("weather storm").get("flags"));
    for (String levels : List.of("weather frost", "storm frost")) {
      GenericRecord row = byLevels.get(levels);
      assertEquals(0L, row.get("pairs"), "their queries bear the same ids but ask something else");
      assertEquals("no shared queries", row.get("flags"));
      assertTrue(number(row, "df") > 11 && number(row, "df") <= 22, "Welch");
      assertNull(row.get("scenario"));
    }
    GenericRecord joint = only(rows, "scenario", "wald-interaction", "compliance");
    assertNull(joint.get("p_superiority"));
    assertTrue(joint.get("flags").toString().contains("no pairs"));
  }

  @Test
  void ofManyValuesEachIsComparedWithTheFirst() throws IOException {
    List<String> models = IntStream.range(10, 24).mapToObj(i -> "sim/m" + i).toList();
    Study study = new Samples().queries(20).models(models).study();
    List<GenericRecord> rows = contrasts(study, random(study, new Random(3)));
    List<GenericRecord> pairs = all(rows, "model", "diff-of-diffs", "compliance");
    assertEquals(13, pairs.size());
    for (GenericRecord row : pairs) {
      assertEquals("sim/m10", row.get("level_a"));
      assertTrue(row.get("flags").toString().contains("against_first_value_only"));
    }
    GenericRecord joint = only(rows, "model", "wald-interaction", "compliance");
    assertEquals(14L, joint.get("levels"));
    assertEquals(13.0, joint.get("df"));
    assertEquals(7.0, joint.get("df2"));
  }

  @Test
  void unreadAnswersGiveRowsWithoutEstimates() throws IOException {
    Study study = new Samples().queries(3).models(List.of("sim/a", "sim/b")).study();
    List<UnitTally> tallies = new ArrayList<>();
    for (String model : List.of("sim/a", "sim/b")) {
      List<CellTally.QueryTally> queries = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Tally unread = Tallies.unread(ParseStatus.EMPTY, 2);
        queries.add(Tallies.query(i, unread, unread));
      }
      tallies.add(Tallies.unit(Tallies.cell(model), queries));
    }
    List<GenericRecord> rows = contrasts(study, tallies);
    assertTrue(rows.size() > 4);
    for (GenericRecord row : rows) {
      assertNull(row.get("estimate"));
      assertNull(row.get("p_superiority"));
      assertEquals("inconclusive", row.get("verdict"));
      assertEquals("too few queries", row.get("verdict_reason"));
      assertTrue(row.get("flags").toString().contains("no pairs"));
    }
  }

  @Test
  void theOrderInWhichCountsArriveDoesNotShow() throws IOException {
    Study study =
        new Samples()
            .queries(12)
            .models(List.of("sim/a", "sim/b", "sim/c"))
            .temperatures("0", "1")
            .study();
    List<UnitTally> tallies = new ArrayList<>(random(study, new Random(4)));
    List<String> rows = contrasts(study, tallies).stream().map(Object::toString).toList();
    Collections.shuffle(tallies, new Random(5));
    assertEquals(rows, contrasts(study, tallies).stream().map(Object::toString).toList());
    assertEquals(rows.size(), rows.stream().distinct().count(), "no comparison stands twice");
  }

  private List<GenericRecord> contrasts(Study study, List<UnitTally> tallies) throws IOException {
    Leg leg = Samples.leg(RunFolder.at(folder), "001", study);
    Pipelines.writeTables(leg, tallies);
    return Pipelines.read(leg, "contrasts");
  }

  /** Two examples of a ratio, in the arms of one model: the first free, the second paid. */
  private static List<CellTally.QueryTally> arms(JsonNode free, JsonNode paid, String side) {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < free.get("x_a").size(); i++) {
      queries.add(Tallies.query(i, arm(free, side, i), arm(paid, side, i)));
    }
    return queries;
  }

  private static Tally arm(JsonNode example, String side, int i) {
    return Tallies.of(
        example.get("x_" + side).get(i).intValue(), example.get("n_" + side).get(i).intValue());
  }

  /** Every cell of the study, four random answers in either arm of each query. */
  private static List<UnitTally> random(Study study, Random random) {
    List<UnitTally> tallies = new ArrayList<>();
    StudyPlan plan = StudyPlan.of(study);
    NavigableMap<String, CellKey> cells = new TreeMap<>();
    for (long trial = 0; trial < plan.trials(); trial++) {
      CellKey cell = plan.trial(trial).cell();
      cells.put(cell.toString(), cell);
    }
    for (CellKey cell : cells.values()) {
      tallies.add(Tallies.unit(cell, answers(study.scenario(cell.scenario()), random)));
    }
    return tallies;
  }

  private static List<CellTally.QueryTally> answers(Scenario scenario, Random random) {
    return scenario.queries().stream()
        .map(
            query ->
                new CellTally.QueryTally(
                    query.id(),
                    List.of(Tallies.of(random.nextInt(5), 4), Tallies.of(random.nextInt(5), 4))))
        .toList();
  }

  private static CellKey cell(String model, String paraphrase, String temperature) {
    return new CellKey("weather", model, paraphrase, Temperature.of(temperature), new TreeMap<>());
  }

  private static Scenario renamed(Scenario scenario, String name, Function<Query, Query> question) {
    return new Scenario(
        name,
        scenario.version(),
        scenario.title(),
        scenario.canary(),
        scenario.hazard(),
        scenario.conditions(),
        scenario.contrasts(),
        scenario.factors(),
        scenario.signals(),
        scenario.paraphrases(),
        scenario.queries().stream().map(question).toList(),
        scenario.rubric(),
        scenario.simulated());
  }

  private static Study withScenarios(Study study, List<Scenario> scenarios) {
    return with(study, scenarios, study.conditions(), study.contrasts());
  }

  private static Study withContrasts(
      Study study, List<String> conditions, List<Contrast> contrasts) {
    return with(study, study.scenarios(), conditions, contrasts);
  }

  private static Study with(
      Study study, List<Scenario> scenarios, List<String> conditions, List<Contrast> contrasts) {
    return new Study(
        study.name(),
        study.seed(),
        scenarios,
        study.models(),
        conditions,
        contrasts,
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

  private static GenericRecord only(
      List<GenericRecord> rows, String axis, String method, String measure) {
    List<GenericRecord> found = all(rows, axis, method, measure);
    assertEquals(1, found.size(), axis + " " + method + " " + measure);
    return found.get(0);
  }

  private static List<GenericRecord> all(
      List<GenericRecord> rows, String axis, String method, String measure) {
    return where(where(rows, "axis", axis, "method", method), "measure", measure, "axis", axis);
  }

  private static List<GenericRecord> where(
      List<GenericRecord> rows, String column, String value, String another, String valueOfIt) {
    return rows.stream()
        .filter(row -> Objects.equals(row.get(column), value))
        .filter(row -> Objects.equals(row.get(another), valueOfIt))
        .toList();
  }

  private static double number(GenericRecord row, String column) {
    return (Double) row.get(column);
  }
}
