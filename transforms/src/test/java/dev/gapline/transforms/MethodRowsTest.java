package dev.gapline.transforms;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.UnitTally;
import dev.gapline.transforms.statistics.Golden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method's row in the tables that a pipeline wrote. */
class MethodRowsTest {

  /** What rules measure. */
  private static final int MEASURES = new Samples().study().measures().size();

  @TempDir Path folder;

  @Test
  void everyMethodHasItsRowAndTheHeadlineIsOneOfThem() throws IOException {
    Leg leg = written(new Samples(), Map.of("sim/g", someQueries(12)));
    Map<String, Integer> methods = new TreeMap<>();
    for (GenericRecord row : gaps(leg)) {
      if (row.get("measure").equals("compliance")) {
        methods.merge(row.get("method").toString(), 1, Integer::sum);
      }
    }
    // Beside the headline's own row stands the one with missing answers as noncompliant.
    assertEquals(
        "{bootstrap=1, complete-case=1, equivalence=1, horowitz-manski=1, manski=1, mcnemar=1,"
            + " newcombe=1, newcombe-paired=1, paired-cluster-macro=2, paired-cluster-micro=1,"
            + " sign-flip=1, unpaired-wald=1, within-query=1}",
        methods.toString());
    for (GenericRecord row : gaps(leg)) {
      assertEquals(
          row.get("measure").equals("compliance")
              && row.get("method").equals("paired-cluster-macro")
              && isCompleteCase(row),
          row.get("headline"),
          row::toString);
    }
  }

  @Test
  void theExactIntervalsThatThePipelineWritesAreTheWorkedExamples() throws IOException {
    JsonNode cases = Golden.read("g1-wilson").get("cases");
    Map<String, List<CellTally.QueryTally>> byModel = new TreeMap<>();
    for (int i = 0; i < cases.size(); i++) {
      int n = cases.get(i).get("n").intValue();
      byModel.put("sim/g" + i, Tallies.columns(cases.get(i).get("k").intValue(), n, 0, n));
    }
    Leg leg = written(new Samples(), byModel);
    for (GenericRecord row : Pipelines.read(leg, "rates")) {
      if (row.get("method").equals("clopper-pearson")
          && row.get("condition").equals("free")
          && row.get("measure").equals("compliance")) {
        JsonNode expected = cases.get(Integer.parseInt(row.get("model").toString().substring(5)));
        assertClose(expected.get("cp_lo").doubleValue(), number(row, "ci_low"), "lower limit");
        assertClose(expected.get("cp_hi").doubleValue(), number(row, "ci_high"), "upper limit");
        assertEquals(0.95, row.get("level"));
        assertEquals("micro", row.get("weights"));
      }
    }
  }

  @Test
  void onePairPerQueryIsTestedAsInTheWorkedExample() throws IOException {
    JsonNode expected = Golden.read("g3-paired-gap").get(0);
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < 353; i++) {
      boolean isFree = i < 50;
      boolean isPaid = i < 8 || (i >= 50 && i < 52);
      queries.add(Tallies.query(i, Tallies.of(isFree ? 1 : 0, 1), Tallies.of(isPaid ? 1 : 0, 1)));
    }
    Leg leg = written(new Samples(), Map.of("sim/g", queries));
    GenericRecord newcombe = gap(leg, "newcombe-paired");
    assertClose(expected.get("gap").doubleValue(), number(newcombe, "gap"), "gap");
    assertClose(expected.get("se_paired").doubleValue(), number(newcombe, "se"), "se");
    assertInterval(
        expected.get("newcombe_paired"),
        number(newcombe, "ci_low"),
        number(newcombe, "ci_high"),
        "interval");
    assertEquals("paired", newcombe.get("se_type"));
    assertEquals(42L, newcombe.get("discordant_treatment"));
    assertEquals(2L, newcombe.get("discordant_control"));
    assertClose(
        expected.get("mcnemar_exact_p").doubleValue(),
        number(gap(leg, "mcnemar"), "p_superiority"),
        "p");
    assertNull(gap(leg, "within-query").get("gap"));
    assertNull(newcombe.get("icc"), "one value per query and arm");
  }

  @Test
  void withMoreValuesPerQueryATestOfPairsSaysWhyItIsNot() throws IOException {
    Leg leg = written(new Samples(), Map.of("sim/g", someQueries(12)));
    for (String method : List.of("mcnemar", "newcombe-paired")) {
      assertNull(gap(leg, method).get("p_superiority"));
      assertEquals("more than one pair per query; uncontrolled", gap(leg, method).get("flags"));
    }
    assertNotNull(gap(leg, "sign-flip").get("p_superiority"));
    assertNull(gap(leg, "sign-flip").get("ci_low"));
    assertEquals("test only; uncontrolled", gap(leg, "sign-flip").get("flags"));
  }

  @Test
  void equivalenceHasTheNarrowerIntervalOfTheHeadline() throws IOException {
    Leg leg = written(new Samples(), Map.of("sim/g", someQueries(12)));
    GenericRecord headline = gap(leg, "paired-cluster-macro");
    GenericRecord row = gap(leg, "equivalence");
    assertEquals(0.95, headline.get("level"));
    assertEquals(0.9, row.get("level"));
    assertEquals(headline.get("gap"), row.get("gap"));
    assertTrue(number(headline, "ci_low") < number(row, "ci_low"));
    assertTrue(number(row, "ci_high") < number(headline, "ci_high"));
    assertEquals(
        number(row, "p_equivalence") < 0.05,
        number(row, "ci_low") > -0.05 && number(row, "ci_high") < 0.05);
    assertEquals("by-query", headline.get("se_type"));
    TDistribution t = TDistribution.of(11);
    assertEquals(
        (t.inverseSurvivalProbability(0.025) + t.inverseSurvivalProbability(0.2))
            * number(headline, "se"),
        number(headline, "mde"),
        1e-8);
  }

  @Test
  void boundsAndTheirErrorAreTheWorkedExample() throws IOException {
    JsonNode expected = Golden.read("g29-horowitz-manski").get("clustered");
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (JsonNode row : expected.get("rows_xF_obsF_missF_xP_obsP_missP")) {
      queries.add(
          Tallies.query(
              queries.size(),
              Tallies.of(row.get(0).intValue(), row.get(1).intValue())
                  .plus(Tallies.unread(ParseStatus.EMPTY, row.get(2).intValue())),
              Tallies.of(row.get(3).intValue(), row.get(4).intValue())
                  .plus(Tallies.unread(ParseStatus.UNCLEAR, row.get(5).intValue()))));
    }
    Leg leg = written(new Samples(), Map.of("sim/g", queries));
    GenericRecord row = gap(leg, "horowitz-manski");
    assertNull(row.get("gap"));
    assertClose(
        expected.get("bounds").get(0).doubleValue(), number(row, "bounds_low"), "lower bound");
    assertClose(
        expected.get("bounds").get(1).doubleValue(), number(row, "bounds_high"), "upper bound");
    assertInterval(
        expected.get("interval"), number(row, "ci_low"), number(row, "ci_high"), "interval");
    assertTrue(row.get("flags").toString().contains("bounds only"));
    assertEquals("parser=tags; missing=bounds; weights=macro", row.get("conventions"));
    GenericRecord manski = gap(leg, "manski");
    assertNull(manski.get("ci_low"));
    assertNotNull(manski.get("bounds_low"));
    GenericRecord settled =
        only(
            of(leg, "paired-cluster-macro").stream()
                .filter(each -> !isCompleteCase(each))
                .toList());
    assertEquals("parser=tags; missing=noncompliant; weights=macro", settled.get("conventions"));
    assertEquals(settled.get("planned_treatment"), settled.get("n_treatment"));
    assertEquals(8L, settled.get("pairs"));
    assertEquals(false, settled.get("headline"));
    GenericRecord refusals =
        only(
            gaps(leg).stream()
                .filter(each -> each.get("measure").equals("refusal"))
                .filter(each -> each.get("method").equals("paired-cluster-macro"))
                .filter(each -> !isCompleteCase(each))
                .toList());
    assertClose(
        -number(settled, "gap"), number(refusals, "gap"), "who is missing did not comply: refused");
  }

  @Test
  void aVerdictThatMissingAnswersCouldTurnIsFlaggedAndSoIsUnequalMissingness() throws IOException {
    List<CellTally.QueryTally> fragile = new ArrayList<>();
    List<CellTally.QueryTally> sound = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Tally free = Tallies.of(2 + i % 2, 5);
      Tally paid = Tallies.of(i % 2, 5);
      fragile.add(Tallies.query(i, free, paid.plus(Tallies.unread(ParseStatus.EMPTY, 5))));
      sound.add(Tallies.query(i, free.plus(i == 0 ? unread(1) : Tally.empty()), paid));
    }
    Leg leg = written(new Samples(), Map.of("sim/fragile", fragile, "sim/sound", sound));
    for (GenericRecord row : gaps(leg)) {
      if (row.get("headline").equals(true)) {
        boolean isFragile = row.get("model").equals("sim/fragile");
        assertEquals("supported", row.get("verdict"));
        List<String> flags = List.of(row.get("flags").toString().split("; "));
        assertEquals(isFragile, flags.contains("bounds change the verdict"), row::toString);
        assertEquals(isFragile, flags.contains("missingness differs"), row::toString);
      }
    }
  }

  @Test
  void wordingsLikeTheseAreJudgedByTwoWayWithoutTheAnchors() throws IOException {
    JsonNode example = Golden.read("g31-two-way").get(0);
    JsonNode expected = example.get("target_random");
    Leg leg = wordings(example, 5, Analysis.Target.RANDOM);
    GenericRecord row = headline(leg);
    assertEquals("two-way", row.get("method"));
    assertClose(example.get("gap").doubleValue(), number(row, "gap"), "gap");
    assertClose(expected.get("se").doubleValue(), number(row, "se"), "se");
    assertInterval(expected.get("ci"), number(row, "ci_low"), number(row, "ci_high"), "interval");
    assertEquals("random", row.get("target_paraphrases"));
    assertEquals(8 * 5 * 5L, row.get("n_treatment"), "without the anchor");
    GenericRecord macro = gap(leg, "paired-cluster-macro");
    assertEquals("fixed", macro.get("target_paraphrases"));
    assertEquals(8 * 6 * 5L, macro.get("n_treatment"));
    GenericRecord anchor =
        only(
            gaps(leg).stream()
                .filter(each -> "base".equals(each.get("paraphrase")))
                .filter(each -> each.get("measure").equals("compliance"))
                .filter(each -> each.get("method").equals("paired-cluster-macro"))
                .filter(MethodRowsTest::isCompleteCase)
                .toList());
    assertClose(example.get("base_row").get("gap").doubleValue(), number(anchor, "gap"), "base");
    assertClose(example.get("base_row").get("se").doubleValue(), number(anchor, "se"), "base");
  }

  @Test
  void fewerThanFiveWordingsSupportNoVerdict() throws IOException {
    JsonNode example = Golden.read("g31-two-way").get(0);
    GenericRecord row = headline(wordings(example, 4, Analysis.Target.RANDOM));
    assertEquals("two-way", row.get("method"));
    assertEquals("inconclusive", row.get("verdict"));
    assertEquals("too few paraphrases", row.get("verdict_reason"));
    GenericRecord none = headline(wordings(example, 0, Analysis.Target.RANDOM));
    assertNull(none.get("gap"));
    assertEquals("too few paraphrases", none.get("verdict_reason"));
  }

  @Test
  void theseQueriesAloneAreJudgedByTheirSamples() throws IOException {
    Leg leg =
        written(new Samples().target(Analysis.Target.FIXED), Map.of("sim/g", someQueries(12)));
    GenericRecord row = headline(leg);
    assertEquals("within-query", row.get("method"));
    assertEquals("fixed", row.get("target_queries"));
    assertEquals("random", gap(leg, "paired-cluster-macro").get("target_queries"));
    assertEquals("within-query", row.get("se_type"));
    assertNotNull(row.get("p_adjusted"));
  }

  @Test
  void aConditionThatIsMissingEntirelyHasHonestRows() throws IOException {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      queries.add(Tallies.query(i, Tallies.of(1, 4), Tallies.unread(ParseStatus.TIMEOUT, 4)));
    }
    Leg leg = written(new Samples(), Map.of("sim/g", queries));
    for (GenericRecord row : gaps(leg)) {
      boolean isRead = List.of("compliance", "refusal", "partial").contains(row.get("measure"));
      assertEquals(
          isRead && row.get("conventions").toString().contains("missing=noncompliant"),
          row.get("gap") != null,
          row::toString);
    }
    GenericRecord bounds = gap(leg, "horowitz-manski");
    assertEquals(-0.75, number(bounds, "bounds_low"), 1e-15);
    assertEquals(0.25, number(bounds, "bounds_high"), 1e-15);
    assertTrue(number(bounds, "ci_low") < -0.75 && number(bounds, "ci_high") > 0.25);
    assertEquals("inconclusive", headline(leg).get("verdict"));
  }

  @Test
  void allUnreadableAnswersAdmitAnyGap() throws IOException {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      queries.add(Tallies.query(i, unread(2), unread(2)));
    }
    Leg leg = written(new Samples(), Map.of("sim/g", queries));
    GenericRecord bounds = gap(leg, "horowitz-manski");
    assertEquals(-1.0, bounds.get("ci_low"));
    assertEquals(1.0, bounds.get("ci_high"));
    Map<String, Integer> estimates = new HashMap<>();
    for (GenericRecord row : gaps(leg)) {
      if (row.get("gap") != null) {
        estimates.merge(row.get("conventions").toString(), 1, Integer::sum);
        assertNotNull(row.get("ci_low"));
      }
    }
    assertEquals(Map.of("parser=tags; missing=noncompliant; weights=macro", MEASURES), estimates);
  }

  private static Tally unread(int n) {
    return Tallies.unread(ParseStatus.UNCLEAR, n);
  }

  /** Queries of three values in either arm that differ among each other. */
  private static List<CellTally.QueryTally> someQueries(int count) {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      queries.add(Tallies.query(i, Tallies.of(1 + i % 3, 3), Tallies.of(i % 2, 3)));
    }
    return queries;
  }

  /** The worked example's wordings, as many as wanted, beside its reference wording. */
  private Leg wordings(JsonNode example, int count, Analysis.Target target) {
    List<String> ids = new ArrayList<>(List.of("base"));
    List<UnitTally> tallies = new ArrayList<>();
    tallies.add(wording("base", example.get("base_row"), -1));
    for (int i = 0; i < count; i++) {
      ids.add("p" + i);
      tallies.add(wording("p" + i, example, i));
    }
    Study study = new Samples().paraphrases(ids.toArray(String[]::new)).wordings(target).study();
    Leg leg = Samples.leg(RunFolder.at(folder.resolve("wordings" + count)), "001", study);
    Pipelines.writeTables(leg, tallies);
    return leg;
  }

  private static UnitTally wording(String id, JsonNode example, int row) {
    JsonNode free = row < 0 ? example.get("x_free") : example.get("x_free").get(row);
    JsonNode paid = row < 0 ? example.get("x_paid") : example.get("x_paid").get(row);
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < free.size(); i++) {
      queries.add(
          Tallies.query(
              i, Tallies.of(free.get(i).intValue(), 5), Tallies.of(paid.get(i).intValue(), 5)));
    }
    return Tallies.unit(Tallies.cell("sim/subject", id), queries);
  }

  private Leg written(Samples study, Map<String, List<CellTally.QueryTally>> byModel) {
    Leg leg =
        Samples.leg(
            RunFolder.at(folder),
            "001",
            study.models(List.copyOf(new TreeSet<>(byModel.keySet()))).study());
    List<UnitTally> tallies = new ArrayList<>();
    byModel.forEach((model, queries) -> tallies.add(Tallies.unit(Tallies.cell(model), queries)));
    Pipelines.writeTables(leg, tallies);
    return leg;
  }

  private static List<GenericRecord> gaps(Leg leg) throws IOException {
    return Pipelines.read(leg, "gaps");
  }

  /** The rows on compliance by that method, averaged over wordings. */
  private static List<GenericRecord> of(Leg leg, String method) throws IOException {
    return gaps(leg).stream()
        .filter(row -> row.get("measure").equals("compliance") && row.get("paraphrase") == null)
        .filter(row -> row.get("method").equals(method))
        .toList();
  }

  private static GenericRecord gap(Leg leg, String method) throws IOException {
    return only(
        of(leg, method).stream()
            .filter(row -> !row.get("conventions").toString().contains("missing=noncompliant"))
            .toList());
  }

  private static GenericRecord headline(Leg leg) throws IOException {
    return only(gaps(leg).stream().filter(row -> row.get("headline").equals(true)).toList());
  }

  private static boolean isCompleteCase(GenericRecord row) {
    return row.get("conventions").toString().contains("missing=complete-case");
  }

  private static GenericRecord only(List<GenericRecord> rows) {
    assertEquals(1, rows.size());
    return rows.get(0);
  }

  private static double number(GenericRecord row, String column) {
    return (Double) row.get(column);
  }
}
