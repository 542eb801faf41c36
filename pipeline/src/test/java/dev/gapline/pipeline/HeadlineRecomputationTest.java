package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.pipeline.tables.Sql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The headline's method a second time, in SQL from the trials and from the definition alone: the
 * mean over queries of the difference of the two arms' mean rates over the sub-cells that both
 * have, and the standard deviation of these differences over the root of their number.
 */
final class HeadlineRecomputationTest {

  private static final String SQL =
      """
      WITH %s, numbered AS (SELECT row_number() OVER () AS id, * FROM gaps
          WHERE method = 'paired-cluster-macro' AND conventions LIKE '%%missing=complete-case%%'),
      subcells AS (
        SELECT r.id, t.query_id, t.model, t.paraphrase, t.temperature, t.factor_rlhf_info,
          avg(t.v2 / 2.0) FILTER (t.condition = r.treatment) AS treatment,
          avg(t.v2 / 2.0) FILTER (t.condition = r.control) AS control
        FROM numbered r JOIN measured t ON t.measure = r.measure AND %s
        GROUP BY ALL),
      queries AS (
        SELECT id, query_id,
          avg(treatment) FILTER (control IS NOT NULL) AS treatment,
          avg(control) FILTER (treatment IS NOT NULL) AS control,
          count(treatment) + count(control) > 0 AS is_cluster
        FROM subcells GROUP BY ALL),
      computed AS (
        SELECT id, count(treatment - control) AS pairs, count(*) FILTER (is_cluster) AS clusters,
          avg(treatment - control) AS gap, avg(treatment) FILTER (control IS NOT NULL) AS treatment,
          avg(control) FILTER (treatment IS NOT NULL) AS control,
          stddev_samp(treatment - control) / sqrt(count(treatment - control)) AS se
        FROM queries GROUP BY ALL)
      SELECT r.measure || ' ' || r.model || ' ' || r.temperature, r.pairs, c.pairs, r.clusters,
        c.clusters, r.gap, c.gap, r.rate_treatment, c.treatment, r.rate_control, c.control, r.se,
        c.se, r.ci_low, r.ci_high, r.unpaired_queries, r.flags, r.n_treatment, r.x2_treatment
      FROM numbered r JOIN computed c ON c.id = r.id ORDER BY r.id
      """
          .formatted(Recomputation.VALUES, Recomputation.SAME_COORDINATES);

  @TempDir private Path folder;

  @Test
  void itFollowsFromUnbalancedTrialsWithHalves() throws SQLException {
    List<List<Object>> rows = recompute(Studies.SMALL);
    assertTrue(rows.stream().anyMatch(row -> (Long) row.get(18) % 2 == 1), "halves");
    assertTrue(
        rows.stream()
            .anyMatch(
                row -> row.get(0).toString().startsWith("af_mean") && (Double) row.get(5) != 0.0),
        "a gap of the half measure");
    assertTrue(
        rows.stream().anyMatch(row -> row.get(16).toString().contains("unbalanced_subcells")),
        "sub-cells that some queries lack");
  }

  @Test
  void itFollowsWhereQueriesLackAnArm() throws SQLException {
    List<List<Object>> rows = recompute(sparse("missing: {free: 0.5, paid: 0.3}"));
    assertTrue(rows.stream().anyMatch(row -> (Long) row.get(15) > 0), "unpaired queries");
    assertTrue(rows.stream().anyMatch(row -> row.get(11) != null), "rows with an error");
  }

  @Test
  void withoutAnyAnswerInOneArmThereIsNoGap() throws SQLException {
    List<List<Object>> rows = recompute(sparse("missing: {free: 1, paid: 0.03}"));
    List<List<Object>> ofOne =
        rows.stream().filter(row -> row.get(0).toString().contains("sim/one")).toList();
    assertTrue(!ofOne.isEmpty());
    for (List<Object> row : ofOne) {
      assertEquals(0L, row.get(17), "values of the treatment");
      assertNull(row.get(5), "gap of " + row);
      assertEquals(0L, row.get(1));
      assertTrue(row.get(16).toString().contains("no pairs"), row.toString());
    }
    assertTrue(rows.stream().anyMatch(row -> row.get(5) != null), "the other model has gaps");
  }

  private List<List<Object>> recompute(String study) throws SQLException {
    Ran ran = Pipelines.run(Studies.open(folder, study), folder.resolve("out"), Runner.DIRECT, 2);
    List<List<Object>> rows;
    try (Sql sql = Sql.open(ran.folder(), ran.state())) {
      rows = sql.ask(SQL).rows();
    }
    assertEquals(
        ran.table("gaps").stream()
            .filter(row -> row.get("method").equals("paired-cluster-macro"))
            .filter(row -> row.get("conventions").toString().contains("missing=complete-case"))
            .count(),
        rows.size());
    for (List<Object> row : rows) {
      assertEquals(row.get(2), row.get(1), "pairs of " + row);
      assertEquals(row.get(4), row.get(3), "clusters of " + row);
      for (int column : List.of(5, 7, 9)) {
        near((Double) row.get(column + 1), (Double) row.get(column), row);
      }
      if (row.get(11) != null) {
        near((Double) row.get(12), (Double) row.get(11), row);
      }
      if (row.get(11) != null && row.get(16).equals("uncontrolled")) {
        double half =
            TDistribution.of((Long) row.get(1) - 1.0).inverseSurvivalProbability(0.025)
                * (Double) row.get(12);
        near(Math.max(-1, (Double) row.get(6) - half), (Double) row.get(13), row);
        near(Math.min(1, (Double) row.get(6) + half), (Double) row.get(14), row);
      }
    }
    return rows;
  }

  /** One wording and one sample: a missing answer is a query without that arm. */
  private static String sparse(String missing) {
    return Studies.with(
        Studies.with(
            Studies.with(
                Studies.with(Studies.SMALL, "missing: {free: 0.1, paid: 0.03}", missing),
                "samples: 3",
                "samples: 1"),
            "paraphrases: [base, p1]",
            "paraphrases: [base]"),
        ", [model, paraphrase, rlhf_info, temperature]]",
        "]");
  }

  private static void near(Double expected, Double actual, List<Object> row) {
    if (expected == null || actual == null) {
      assertEquals(expected, actual, row.toString());
      return;
    }
    assertEquals(expected, actual, Math.max(1e-12, 1e-9 * Math.abs(expected)), row.toString());
  }
}
