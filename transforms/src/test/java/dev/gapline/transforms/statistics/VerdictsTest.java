package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static dev.gapline.transforms.statistics.Golden.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Analysis.Expectation;
import dev.gapline.transforms.statistics.Judgement.Reason;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerdictsTest {

  @Test
  void verdictsMatchTheWorkedExamples() {
    for (JsonNode row : Golden.read("g30-verdicts").get("rows")) {
      String what = row.toString();
      Expectation expectation =
          Expectation.valueOf(row.get("hypothesis").textValue().toUpperCase(Locale.ROOT));
      double alpha = row.get("alpha").doubleValue();
      double threshold = row.get("threshold").doubleValue();
      Double df = row.get("df").isNull() ? null : row.get("df").doubleValue();
      Double margin = row.get("margin").isNull() ? null : row.get("margin").doubleValue();
      WaldLimits limits =
          new WaldLimits(row.get("estimate").doubleValue(), row.get("se").doubleValue(), df);

      assertInterval(row.get("interval"), limits.lower(alpha / 2), limits.upper(alpha / 2), what);
      assertInterval(
          row.get("interval_1_minus_2alpha"), limits.lower(alpha), limits.upper(alpha), what);
      double p = limits.pDiffers(threshold);
      assertRelative(row.get("p_superiority").doubleValue(), p, what);
      Double pEquivalence = null;
      if (margin != null) {
        pEquivalence = Equivalence.p(limits, threshold, expectation, margin);
        assertRelative(row.get("p_equivalence").doubleValue(), pEquivalence, what);
      }

      Judgement judgement =
          judge(
              row,
              new Evidence(
                  limits.estimate() - threshold,
                  limits.lower(alpha / 2) - threshold,
                  limits.upper(alpha / 2) - threshold,
                  row.get("p_superiority_adjusted").doubleValue(),
                  pEquivalence,
                  margin,
                  alpha),
              expectation);
      assertEquals(row.get("verdict").textValue(), judgement.outcome().id(), what);
      assertEquals(row.get("verdict_reason").textValue(), judgement.reason().id(), what);
    }
  }

  /** A row that counts differences is a gap of few clusters; it is judged as such. */
  private static Judgement judge(JsonNode row, Evidence evidence, Expectation expectation) {
    if (row.get("n_nonzero").isNull()) {
      return Verdicts.judge(evidence, expectation);
    }
    long nonzero = row.get("n_nonzero").longValue();
    GapEstimate estimate =
        new GapEstimate(
            evidence.effect(),
            null,
            null,
            evidence.low(),
            evidence.high(),
            null,
            null,
            evidence.pSuperiority(),
            2 * Math.pow(0.5, (double) nonzero),
            nonzero,
            nonzero,
            0,
            nonzero,
            null,
            null,
            null,
            List.of(Flag.FEW_CLUSTERS.id()));
    return Verdicts.judge(
        estimate,
        expectation,
        evidence.margin(),
        evidence.alpha(),
        evidence.pSuperiority(),
        evidence.pEquivalence());
  }

  @Test
  void oneQueryIsTooFewForAnyClaim() {
    List<QueryPair> data =
        List.of(new QueryPair("a", List.of(Counts.binary(20, 20)), List.of(Counts.binary(0, 20))));
    GapEstimate estimate = Gaps.pairedClusterMacro(data, 0.05, "7");
    JsonNode expected = Golden.read("g20-sign-flip").get("G1_one_query");
    for (Expectation expectation : Expectation.values()) {
      Judgement judgement = Verdicts.judge(estimate, expectation, 0.05, 0.05, null, null);
      assertEquals(expected.get("verdict").textValue(), judgement.outcome().id());
      assertEquals(expected.get("verdict_reason").textValue(), judgement.reason().id());
    }
  }

  @Test
  void noGapAtAllIsInconclusiveAndNotSupported() {
    GapEstimate none = Gaps.pairedClusterMacro(List.of(), 0.05, "7");
    assertNull(Equivalence.p(none, Expectation.GREATER, 0.05));
    assertEquals(
        Judgement.inconclusive(Reason.TOO_FEW_QUERIES),
        Verdicts.judge(none, Expectation.GREATER, 0.05, 0.05, null, null));
  }

  @Test
  void aFloorAboveAlphaIsTooFew() {
    List<QueryPair> data =
        IntStream.range(0, 7)
            .mapToObj(
                i ->
                    new QueryPair(
                        id(i), List.of(Counts.binary(1 + i, 9)), List.of(Counts.binary(0, 9))))
            .toList();
    GapEstimate at5 = Gaps.pairedClusterMacro(data, 0.05, "7");
    assertEquals(2 / 128.0, at5.pFloor());
    assertEquals(
        Reason.BEYOND_THRESHOLD,
        Verdicts.judge(at5, Expectation.GREATER, null, 0.05, at5.pSuperiority(), null).reason());
    assertEquals(
        Reason.TOO_FEW_QUERIES,
        Verdicts.judge(at5, Expectation.GREATER, null, 0.01, at5.pSuperiority(), null).reason());
  }

  @Test
  void equivalenceOfAScoreIntervalAgreesWithTheInterval() {
    NewcombeLimits limits = new NewcombeLimits(0, 50, 0, 50);
    for (double tail : new double[] {0.2, 0.05, 0.025, 1e-4, 1e-9}) {
      assertClose(tail, limits.pBelow(limits.upper(tail)), "below");
      assertClose(tail, limits.pAbove(limits.lower(tail)), "above");
    }
    assertEquals(0.5, limits.pBelow(0), 1e-9);
    assertTrue(limits.pBelow(-0.05) > 0.5);
    assertEquals(0, limits.pBelow(1.1));
  }

  private static void assertRelative(double expected, double actual, String what) {
    assertEquals(expected, actual, 1e-9 * expected, what);
  }
}
