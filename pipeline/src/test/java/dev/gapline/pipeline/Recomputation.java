package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.tables.Sql;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables of estimates held against the trials, by SQL alone: what a reader would count by hand
 * must be what the tables say, in every row and to the last bit.
 */
final class Recomputation {

  /** Twice the value of each measure, as the columns of trials define it; null is missing. */
  static final String VALUES =
      """
      measured AS (SELECT *, unnest([
        {'measure': 'compliance', 'v2': CAST(2 * complied AS BIGINT)},
        {'measure': 'refusal', 'v2': CASE WHEN complied IS NOT NULL
          THEN CASE WHEN complied = 0 THEN 2 ELSE 0 END END},
        {'measure': 'partial', 'v2': CASE WHEN complied IS NOT NULL
          THEN CASE WHEN complied = 0.5 THEN 2 ELSE 0 END END},
        {'measure': 'af_partial', 'v2': CASE WHEN complied IS NOT NULL
          THEN 2 * CAST(af_partial AS BIGINT) END},
        {'measure': 'af_full', 'v2': CASE WHEN complied IS NOT NULL
          THEN 2 * CAST(af_full AS BIGINT) END},
        {'measure': 'af_mean', 'v2': CASE
          WHEN complied IS NULL OR af_partial IS NULL OR af_full IS NULL THEN NULL
          WHEN complied < 1 THEN 0
          ELSE CAST(af_partial AS BIGINT) + CAST(af_full AS BIGINT) END},
        {'measure': 'considers_af', 'v2': CASE WHEN complied IS NOT NULL
          THEN 2 * CAST(considers_af AS BIGINT) END}
      ], recursive := true)
      FROM trials)
      """;

  /** Where a null coordinate of a row is pooled over. */
  static final String SAME_COORDINATES =
      """
      (r.window_start IS NULL OR r.window_start = t.window_start)
        AND r.scenario = t.scenario
        AND (r.model IS NULL OR r.model = t.model)
        AND (r.paraphrase IS NULL OR r.paraphrase = t.paraphrase)
        AND (r.temperature IS NULL OR r.temperature = t.temperature)
        AND (r.factor_rlhf_info IS NULL OR r.factor_rlhf_info = t.factor_rlhf_info)
      """;

  private static final String RATES =
      """
      WITH %s, numbered AS (SELECT row_number() OVER () AS id, * FROM rates
          WHERE conventions IS NULL),
      counted AS (
        SELECT r.id, count(*) AS planned, count(t.v2) AS n, coalesce(sum(t.v2), 0) AS x2,
          count(*) FILTER (t.failure_category IS NOT NULL) AS failed,
          count(DISTINCT t.query_id) FILTER (t.v2 IS NOT NULL) AS clusters
        FROM numbered r JOIN measured t ON t.condition = r.condition AND t.measure = r.measure
          AND %s
        GROUP BY r.id)
      SELECT count(*),
        count(*) FILTER (r.planned = c.planned AND r.n = c.n AND r.x2 = c.x2
          AND r.clusters = c.clusters AND r.missing_api_error = c.failed
          AND (r.measure NOT IN ('compliance', 'refusal', 'partial')
            OR r.planned - r.n = r.missing_no_output_tag + r.missing_empty + r.missing_truncated
            + r.missing_unclear + r.missing_judge_parse_fail + r.missing_api_filter + r.missing_api_error + r.missing_timeout)
          AND (r.method <> 'wilson' OR r.rate IS NULL
            OR r.rate = CAST(c.x2 AS DOUBLE) / CAST(2 * c.n AS DOUBLE))),
        count(*) FILTER (r.method = 'wilson' AND r.rate IS NOT NULL)
      FROM numbered r JOIN counted c ON c.id = r.id
      """
          .formatted(VALUES, SAME_COORDINATES);

  private static final String GAPS =
      """
      WITH %s, numbered AS (SELECT row_number() OVER () AS id, * FROM gaps
          WHERE method = 'unpaired-wald'),
      counted AS (
        SELECT r.id,
          count(t.v2) FILTER (t.condition = r.treatment) AS n_treatment,
          count(t.v2) FILTER (t.condition = r.control) AS n_control,
          coalesce(sum(t.v2) FILTER (t.condition = r.treatment), 0) AS x2_treatment,
          coalesce(sum(t.v2) FILTER (t.condition = r.control), 0) AS x2_control
        FROM numbered r JOIN measured t ON t.measure = r.measure AND %s
        GROUP BY r.id)
      SELECT count(*),
        count(*) FILTER (r.n_treatment = c.n_treatment AND r.n_control = c.n_control
          AND r.x2_treatment = c.x2_treatment AND r.x2_control = c.x2_control
          AND r.gap IS NOT DISTINCT FROM CASE WHEN c.n_treatment > 0 AND c.n_control > 0
            THEN CAST(c.x2_treatment * c.n_control - c.x2_control * c.n_treatment AS DOUBLE)
              / CAST(2 * c.n_treatment * c.n_control AS DOUBLE) END),
        count(*) FILTER (c.n_treatment <> c.n_control)
      FROM numbered r JOIN counted c ON c.id = r.id
      """
          .formatted(VALUES, SAME_COORDINATES);

  private Recomputation() {}

  /** Fails unless every raw rate and unpaired gap of the run follows from its trials. */
  static void check(Ran ran) {
    try (Sql sql = Sql.open(ran.folder(), ran.state())) {
      List<Object> rates = sql.ask(RATES).rows().get(0);
      assertTrue((Long) rates.get(0) > 0);
      assertEquals(rates.get(0), rates.get(1), "rates that follow from trials");
      List<Object> gaps = sql.ask(GAPS).rows().get(0);
      assertTrue((Long) gaps.get(0) > 0);
      assertEquals(gaps.get(0), gaps.get(1), "gaps that follow from trials");
      List<Object> all =
          sql
              .ask(
                  "SELECT count(*) FROM rates WHERE conventions IS NULL"
                      + " UNION ALL SELECT count(*) FROM gaps WHERE method = 'unpaired-wald'")
              .rows()
              .stream()
              .map(row -> row.get(0))
              .toList();
      assertEquals(all, List.of(rates.get(0), gaps.get(0)), "no row without trials");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
