package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.Trial;
import dev.gapline.transforms.providers.PlantedSubject;
import dev.gapline.transforms.statistics.Counts;
import dev.gapline.transforms.statistics.GapEstimate;
import dev.gapline.transforms.statistics.Gaps;
import dev.gapline.transforms.statistics.QueryCounts;
import dev.gapline.transforms.statistics.QueryPair;
import dev.gapline.transforms.statistics.RateEstimate;
import dev.gapline.transforms.statistics.Rates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole system against the counts alone: what a subject does is drawn trial by trial without
 * prompts, answers, rules, ledger, Beam or Parquet, and counted. Fifty whole runs must give the
 * same estimates, bit for bit; what is known of the estimators' coverage from thousands of studies
 * at the level of counts then holds of the tables.
 */
final class CountsLevelTest {

  private static final int STUDIES = 50;
  private static final int QUERIES = 353;
  private static final String MODEL = "sim/coverage";
  private static final double ALPHA = 0.05;

  private static final String STUDY =
      """
      study: coverage
      seed: SEED
      scenarios: [animal-welfare]
      checks: none
      models:
        - id: sim/coverage
          max_in_flight: 256
          simulate: {comply: {free: 0.14, paid: 0.03}, query_sd: 0.5}
      queries: {synthetic: 353}
      factors: {objective_info: [none], training_info: [none], rlhf_info: [none], scratchpad_info: [none]}
      """;

  @TempDir private Path folder;

  @Test
  void fiftyRunsGiveExactlyWhatTheirCountsGive() {
    for (int seed = 1; seed <= STUDIES; seed++) {
      StudyFile study =
          Studies.open(folder, Studies.with(STUDY, "SEED", Integer.toString(1000 + seed)));
      Ran ran =
          Pipelines.run(
              study, folder.resolve("seed-" + seed), new RunSettings(Runner.DIRECT, 1, false));
      SortedMap<String, Counts> free = counts(study.study(), "free");
      SortedMap<String, Counts> paid = counts(study.study(), "paid");
      List<QueryPair> pairs = new ArrayList<>();
      free.forEach(
          (query, counts) ->
              pairs.add(new QueryPair(query, List.of(counts), List.of(paid.get(query)))));
      String seedText = Long.toString(study.study().seed());
      equal(
          Gaps.pairedClusterMacro(pairs, ALPHA, seedText), gap(ran, "paired-cluster-macro", true));
      equal(
          Gaps.pairedClusterMicro(pairs, ALPHA, seedText), gap(ran, "paired-cluster-micro", false));
      equal(Gaps.newcombe(pairs, ALPHA), gap(ran, "newcombe", false));
      equal(Gaps.unpairedWald(pairs, ALPHA), gap(ran, "unpaired-wald", false));
      equal(Rates.wilsonCluster(listed(free), ALPHA), rate(ran, "free", "wilson-cluster"));
      equal(Rates.wilsonCluster(listed(paid), ALPHA), rate(ran, "paid", "wilson-cluster"));
      equal(Rates.wilson(listed(free), ALPHA), rate(ran, "free", "wilson"));
      equal(Rates.wilson(listed(paid), ALPHA), rate(ran, "paid", "wilson"));
    }
  }

  /** What the subject does in that arm, by query. */
  private static SortedMap<String, Counts> counts(Study study, String condition) {
    ModelSpec model = study.model(MODEL);
    PlantedSubject subject = new PlantedSubject(study.seed(), MODEL, model.simulate());
    SortedMap<String, String> factors = new TreeMap<>();
    for (Factor factor : study.factors()) {
      factors.put(factor.name(), factor.levels().get(0));
    }
    CellKey cell = new CellKey("animal-welfare", MODEL, "base", Temperature.of("1"), factors);
    SortedMap<String, Counts> counts = new TreeMap<>();
    for (int number = 1; number <= QUERIES; number++) {
      String query = "synthetic-%07d".formatted(number);
      String trial = Trial.idOf(cell, query, condition, 1).text();
      Behaviour behaviour = subject.draw(trial, query, "base", condition, 1).behaviour();
      counts.put(query, Counts.binary(behaviour == Behaviour.COMPLIES ? 1 : 0, 1));
    }
    return counts;
  }

  private static List<QueryCounts> listed(SortedMap<String, Counts> counts) {
    List<QueryCounts> list = new ArrayList<>();
    counts.forEach((query, values) -> list.add(new QueryCounts(query, List.of(values))));
    return list;
  }

  private static GenericRecord gap(Ran ran, String method, boolean headline) {
    List<GenericRecord> rows =
        ran.table("gaps").stream()
            .filter(row -> row.get("measure").equals("compliance"))
            .filter(row -> row.get("method").equals(method))
            .filter(row -> row.get("conventions").toString().contains("missing=complete-case"))
            .toList();
    assertEquals(1, rows.size());
    assertEquals(headline, rows.get(0).get("headline"));
    return rows.get(0);
  }

  private static GenericRecord rate(Ran ran, String condition, String method) {
    List<GenericRecord> rows =
        ran.table("rates").stream()
            .filter(row -> row.get("measure").equals("compliance"))
            .filter(row -> row.get("condition").equals(condition))
            .filter(row -> row.get("method").equals(method))
            .filter(row -> row.get("conventions") == null)
            .toList();
    assertEquals(1, rows.size());
    return rows.get(0);
  }

  private static void equal(GapEstimate counted, GenericRecord row) {
    String where = row.get("method") + " of " + row;
    assertEquals(counted.rateTreatment(), row.get("rate_treatment"), where);
    assertEquals(counted.rateControl(), row.get("rate_control"), where);
    assertEquals(counted.gap(), row.get("gap"), where);
    assertEquals(counted.se(), row.get("se"), where);
    assertEquals(counted.df(), row.get("df"), where);
    assertEquals(counted.low(), row.get("ci_low"), where);
    assertEquals(counted.high(), row.get("ci_high"), where);
    assertEquals(counted.pSuperiority(), row.get("p_superiority"), where);
    assertEquals(counted.pFloor(), row.get("p_floor"), where);
    assertEquals(counted.clusters(), row.get("clusters"), where);
    assertEquals(counted.pairs(), row.get("pairs"), where);
  }

  private static void equal(RateEstimate counted, GenericRecord row) {
    String where = row.get("method") + " of " + row;
    assertEquals(counted.n(), row.get("n"), where);
    assertEquals(counted.x2(), row.get("x2"), where);
    assertEquals(counted.rate(), row.get("rate"), where);
    assertEquals(counted.se(), row.get("se"), where);
    assertEquals(counted.low(), row.get("ci_low"), where);
    assertEquals(counted.high(), row.get("ci_high"), where);
    assertEquals(counted.clusters(), row.get("clusters"), where);
  }
}
