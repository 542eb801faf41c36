package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static dev.gapline.transforms.statistics.Golden.doubles;
import static dev.gapline.transforms.statistics.Golden.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GapsTest {

  private static final String SEED = "7";

  @Test
  void unpairedGapsMatchTheWorkedExamples() {
    for (JsonNode example : Golden.read("g2-unpaired-gap")) {
      List<QueryPair> data =
          Golden.columns(
              example.get("x_free").intValue(),
              example.get("n_free").intValue(),
              example.get("x_paid").intValue(),
              example.get("n_paid").intValue());
      GapEstimate newcombe = Gaps.newcombe(data, 0.05);
      GapEstimate wald = Gaps.unpairedWald(data, 0.05);
      String what = example.get("x_free") + " against " + example.get("x_paid");
      assertClose(example.get("gap").doubleValue(), newcombe.gap(), what);
      assertClose(example.get("gap").doubleValue(), wald.gap(), what);
      assertClose(example.get("p_free").doubleValue(), wald.rateTreatment(), what);
      assertClose(example.get("p_paid").doubleValue(), wald.rateControl(), what);
      assertInterval(example.get("newcombe"), newcombe.low(), newcombe.high(), what);
      assertClose(example.get("p_pooled_two_sided").doubleValue(), newcombe.pSuperiority(), what);
      assertClose(example.get("p_pooled_two_sided").doubleValue(), wald.pSuperiority(), what);
      if (example.get("se_wald").doubleValue() == 0) {
        assertNull(wald.se(), what);
        assertNull(wald.low(), what);
        assertNull(wald.high(), what);
        assertTrue(wald.has(Flag.ZERO_SE), what);
      } else {
        assertClose(example.get("se_wald").doubleValue(), wald.se(), what);
        assertInterval(example.get("wald"), wald.low(), wald.high(), what);
      }
    }
  }

  @Test
  void newcombeForPairsMatchesTheWorkedExamples() {
    for (JsonNode example : Golden.read("g3-paired-gap")) {
      NewcombePairedLimits limits =
          new NewcombePairedLimits(
              example.get("both").longValue(),
              example.get("free_only").longValue(),
              example.get("paid_only").longValue(),
              example.get("neither").longValue());
      assertInterval(
          example.get("newcombe_paired"), limits.lower(0.025), limits.upper(0.025), "limits");
    }
  }

  @Test
  void atOnePairPerQueryMacroAndMicroAreTheSame() {
    JsonNode example = Golden.read("g3-paired-gap").get(0);
    List<QueryPair> data = Golden.agreement(8, 42, 2, 301);
    GapEstimate macro = Gaps.pairedClusterMacro(data, 0.05, SEED);
    GapEstimate micro = Gaps.pairedClusterMicro(data, 0.05, SEED);
    assertClose(example.get("gap").doubleValue(), macro.gap(), "gap");
    assertClose(example.get("se_paired_nminus1").doubleValue(), macro.se(), "macro se");
    assertClose(example.get("se_paired_nminus1").doubleValue(), micro.se(), "micro se");
    assertEquals(352.0, macro.df());
    assertEquals(44, macro.nonzero());
    assertEquals(List.of(), macro.flags());
  }

  @Test
  void fewClustersAtOnePairPerQueryHaveNewcombesIntervalAndMcnemarsP() {
    List<QueryPair> data = Golden.agreement(0, 4, 0, 8);
    GapEstimate estimate = Gaps.pairedClusterMacro(data, 0.05, SEED);
    NewcombePairedLimits limits = new NewcombePairedLimits(0, 4, 0, 8);
    assertEquals(limits.lower(0.025), estimate.low());
    assertEquals(limits.upper(0.025), estimate.high());
    assertEquals(0.125, estimate.pSuperiority());
    assertEquals(0.125, estimate.pFloor());
    assertEquals(List.of("few_clusters"), estimate.flags());
  }

  @Test
  void clusteredGapsMatchTheWorkedExamples() {
    for (JsonNode example : Golden.read("g4-clustered")) {
      JsonNode in = example.get("input");
      JsonNode out = example.get("output");
      List<QueryPair> data = Golden.pairs(in.get("nF"), in.get("xF"), in.get("nP"), in.get("xP"));

      GapEstimate macro = Gaps.pairedClusterMacro(data, 0.05, SEED);
      assertEquals(out.get("macro_pairs").longValue(), macro.pairs());
      assertEquals(out.get("macro_pairs").longValue() - 1.0, macro.df());
      assertEquals(out.get("G").longValue(), macro.clusters());
      assertEquals(out.get("G").longValue() - macro.pairs(), macro.unpairedQueries());
      assertClose(out.get("gap_macro").doubleValue(), macro.gap(), "macro gap");
      assertClose(out.get("se_macro").doubleValue(), macro.se(), "macro se");
      assertInterval(out.get("ci_macro_t"), macro.low(), macro.high(), "macro");
      WaldLimits student = (WaldLimits) macro.limits();
      assertClose(out.get("t_p_two_sided").doubleValue(), student.pDiffers(0), "macro t test");

      GapEstimate micro = Gaps.pairedClusterMicro(data, 0.05, SEED);
      assertClose(out.get("gap_micro").doubleValue(), micro.gap(), "micro gap");
      assertClose(out.get("se_cr1").doubleValue(), micro.se(), "micro se");
      assertClose(out.get("p_free").doubleValue(), micro.rateTreatment(), "free");
      assertClose(out.get("p_paid").doubleValue(), micro.rateControl(), "paid");
      assertEquals(out.get("G").longValue() - 1.0, micro.df());
      assertInterval(out.get("ci_cr1_t"), micro.low(), micro.high(), "micro");

      GapEstimate wald = Gaps.unpairedWald(data, 0.05);
      assertClose(out.get("se_naive_unpaired").doubleValue(), wald.se(), "naive se");
      assertTrue(macro.has(Flag.FEW_CLUSTERS));
      assertTrue(micro.has(Flag.FEW_CLUSTERS));
    }
  }

  @Test
  void halfMeasuresMatchTheWorkedExample() {
    JsonNode example = Golden.read("g22-half-measures").get("clustered");
    List<QueryPair> data =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    new QueryPair(
                        id(i),
                        List.of(
                            new Counts(
                                4,
                                example.get("x2_free").get(i).longValue(),
                                example.get("xx4_free").get(i).longValue())),
                        List.of(
                            new Counts(
                                4,
                                example.get("x2_paid").get(i).longValue(),
                                example.get("xx4_paid").get(i).longValue()))))
            .toList();
    GapEstimate estimate = Gaps.pairedClusterMacro(data, 0.05, SEED);
    assertClose(example.get("gap").doubleValue(), estimate.gap(), "gap");
    assertClose(example.get("se").doubleValue(), estimate.se(), "se");
    assertClose(example.get("df").doubleValue(), estimate.df(), "df");
    assertInterval(example.get("ci"), estimate.low(), estimate.high(), "interval");
    assertEquals(example.get("sign_flip_p").doubleValue(), estimate.pSuperiority());

    GapEstimate newcombe = Gaps.newcombe(data, 0.05);
    assertNull(newcombe.gap());
    assertNull(newcombe.low());
    assertEquals(List.of("not binary"), newcombe.flags());
    assertEquals(estimate.gap(), Gaps.unpairedWald(data, 0.05).gap(), 1e-15);
  }

  @Test
  void equalDifferencesHaveNewcombesIntervalThatCountsQueries() {
    for (JsonNode example : Golden.read("g21-clustered-rates").get("gap_zero_se")) {
      int clusters = example.get("G").intValue();
      long free = Math.round(10 * example.get("p_free").doubleValue());
      long paid = Math.round(10 * example.get("p_paid").doubleValue());
      List<QueryPair> data =
          IntStream.range(0, clusters)
              .mapToObj(
                  i ->
                      new QueryPair(
                          id(i),
                          List.of(Counts.binary(free, 10)),
                          List.of(Counts.binary(paid, 10))))
              .toList();
      for (GapEstimate estimate :
          List.of(
              Gaps.pairedClusterMacro(data, 0.05, SEED),
              Gaps.pairedClusterMicro(data, 0.05, SEED))) {
        assertInterval(example.get("ci"), estimate.low(), estimate.high(), example.toString());
        assertNull(estimate.se());
        assertNull(estimate.df());
        assertTrue(estimate.has(Flag.ZERO_SE));
        assertTrue(estimate.low() < estimate.low90());
        assertTrue(estimate.high() >= estimate.high90());
      }
    }
  }

  @Test
  void equalDifferencesAreFoundInSpiteOfRounding() {
    List<QueryPair> data =
        List.of(
            new QueryPair("a", List.of(Counts.binary(3, 5)), List.of(Counts.binary(2, 5))),
            new QueryPair("b", List.of(Counts.binary(1, 5)), List.of(Counts.binary(0, 5))),
            new QueryPair("c", List.of(Counts.binary(4, 5)), List.of(Counts.binary(3, 5))));
    GapEstimate estimate = Gaps.pairedClusterMacro(data, 0.05, SEED);
    assertNull(estimate.se());
    assertTrue(estimate.low() < 0);
  }

  @Test
  void oneQuerySpeaksOfItsPromptOnly() {
    JsonNode expected = Golden.read("g20-sign-flip").get("G1_one_query");
    List<QueryPair> data =
        List.of(new QueryPair("a", List.of(Counts.binary(7, 20)), List.of(Counts.binary(2, 20))));
    for (GapEstimate estimate :
        List.of(
            Gaps.pairedClusterMacro(data, 0.05, SEED), Gaps.pairedClusterMicro(data, 0.05, SEED))) {
      assertClose(expected.get("gap").doubleValue(), estimate.gap(), "gap");
      assertInterval(expected.get("newcombe"), estimate.low(), estimate.high(), "interval");
      assertNull(estimate.pSuperiority());
      assertNull(estimate.se());
      assertEquals(List.of("this prompt"), estimate.flags());
    }
  }

  @Test
  void oneQueryOfHalvesHasAGapAndNoInterval() {
    List<QueryPair> data =
        List.of(new QueryPair("a", List.of(new Counts(4, 3, 5)), List.of(Counts.binary(0, 4))));
    GapEstimate estimate = Gaps.pairedClusterMacro(data, 0.05, SEED);
    assertEquals(0.375, estimate.gap());
    assertNull(estimate.low());
    assertNull(estimate.limits());
    assertEquals(List.of("not binary", "this prompt"), estimate.flags());
  }

  @Test
  void withoutPairsOrRowsThereIsNoGap() {
    List<QueryPair> oneArm =
        IntStream.range(0, 12)
            .mapToObj(
                i -> new QueryPair(id(i), List.of(Counts.binary(1, 5)), List.of(Counts.none())))
            .toList();
    for (List<QueryPair> data : List.of(List.<QueryPair>of(), oneArm)) {
      for (GapEstimate estimate : every(data)) {
        assertNull(estimate.gap());
        assertNull(estimate.se());
        assertNull(estimate.low());
        assertNull(estimate.pSuperiority());
        assertEquals(1, estimate.flags().size());
        assertEquals(data.size(), estimate.unpairedQueries());
      }
    }
  }

  @Test
  void armsOnDifferentQueriesHaveAMicroGapWithoutP() {
    List<QueryPair> data =
        List.of(
            new QueryPair("a", List.of(Counts.binary(1, 5)), List.of(Counts.none())),
            new QueryPair("b", List.of(Counts.none()), List.of(Counts.binary(1, 4))),
            new QueryPair("c", List.of(Counts.none()), List.of(Counts.binary(3, 4))));
    assertNull(Gaps.pairedClusterMacro(data, 0.05, SEED).gap());
    GapEstimate micro = Gaps.pairedClusterMicro(data, 0.05, SEED);
    assertEquals(-0.3, micro.gap());
    assertNull(micro.pSuperiority());
    assertEquals(List.of("few_clusters", "no pairs"), micro.flags());
  }

  @Test
  void everyoneAndNobodyCompliesIsNeverZeroWidth() {
    for (int events : new int[] {0, 5}) {
      List<QueryPair> data =
          IntStream.range(0, 30)
              .mapToObj(
                  i ->
                      new QueryPair(
                          id(i),
                          List.of(Counts.binary(events, 5)),
                          List.of(Counts.binary(events, 5))))
              .toList();
      for (GapEstimate estimate :
          List.of(
              Gaps.pairedClusterMacro(data, 0.05, SEED),
              Gaps.pairedClusterMicro(data, 0.05, SEED))) {
        assertEquals(0, estimate.gap());
        assertEquals(1, estimate.pSuperiority());
        assertEquals(1, estimate.pFloor());
        assertTrue(estimate.high() - estimate.low() > 0.2);
        assertEquals(List.of("few_clusters", "zero standard error"), estimate.flags());
      }
    }
  }

  @Test
  void equalDifferencesOnManyQueriesAreTestedByFlips() {
    List<QueryPair> data =
        IntStream.range(0, 30)
            .mapToObj(
                i ->
                    new QueryPair(
                        id(i), List.of(Counts.binary(2, 2)), List.of(Counts.binary(1, 2))))
            .toList();
    GapEstimate estimate = Gaps.pairedClusterMacro(data, 0.05, SEED);
    assertEquals(1e-4, estimate.pSuperiority());
    assertEquals(List.of("zero standard error"), estimate.flags());
  }

  @Test
  void subcellsWithBothArmsAloneCount() {
    List<QueryPair> data =
        List.of(
            new QueryPair(
                "a",
                List.of(Counts.binary(2, 2), Counts.binary(1, 1)),
                List.of(Counts.binary(0, 2), Counts.none())),
            new QueryPair(
                "b",
                List.of(Counts.binary(1, 4), Counts.binary(4, 4)),
                List.of(Counts.binary(0, 4), Counts.binary(2, 4))));
    GapEstimate estimate = Gaps.pairedClusterMacro(data, 0.05, SEED);
    assertEquals((1 + 0.375) / 2, estimate.gap());
    assertTrue(estimate.has(Flag.UNBALANCED_SUBCELLS));

    List<QueryPair> whole =
        List.of(data.get(1), new QueryPair("a", data.get(1).treatment(), data.get(1).control()));
    assertFalse(Gaps.pairedClusterMacro(whole, 0.05, SEED).has(Flag.UNBALANCED_SUBCELLS));
  }

  @Test
  void signFlipExamplesHaveTheirIntervalsCutToWhatIsPossible() {
    for (JsonNode example : Golden.read("g20-sign-flip").get("cases")) {
      double[] d = doubles(example.get("d"));
      GapEstimate estimate = Gaps.pairedClusterMacro(differing(d), 0.05, SEED);
      String what = example.get("note").textValue();
      assertClose(example.get("mean").doubleValue(), estimate.gap(), what);
      assertEquals(example.get("n_nonzero").longValue(), estimate.nonzero(), what);
      if (example.get("t_interval").isNull()) {
        assertNull(estimate.se(), what);
      } else {
        assertClose(example.get("se").doubleValue(), estimate.se(), what);
        JsonNode interval = example.get("t_interval");
        assertClose(interval.get(0).doubleValue(), estimate.low(), what);
        assertClose(Math.min(1, interval.get(1).doubleValue()), estimate.high(), what);
      }
      if (d.length < 10) {
        assertEquals(example.get("p").doubleValue(), estimate.pSuperiority(), what);
        assertEquals(example.get("p_floor").doubleValue(), estimate.pFloor(), what);
      }
    }
  }

  @Test
  void aQueryThatComesTwiceIsRefused() {
    QueryPair pair = new QueryPair("a", List.of(Counts.binary(1, 2)), List.of(Counts.binary(0, 2)));
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Gaps.pairedClusterMacro(List.of(pair, pair), 0.05, SEED));
    assertEquals("Query a comes twice. Merge its counts first.", refusal.getMessage());
  }

  /** Queries of 20 values per arm with those differences, which are multiples of 1/20. */
  private static List<QueryPair> differing(double[] d) {
    return IntStream.range(0, d.length)
        .mapToObj(
            i -> {
              long steps = Math.round(20 * d[i]);
              return new QueryPair(
                  id(i),
                  List.of(Counts.binary(Math.max(0, steps), 20)),
                  List.of(Counts.binary(Math.max(0, -steps), 20)));
            })
        .toList();
  }

  private static List<GapEstimate> every(List<QueryPair> data) {
    return List.of(
        Gaps.pairedClusterMacro(data, 0.05, SEED),
        Gaps.pairedClusterMicro(data, 0.05, SEED),
        Gaps.newcombe(data, 0.05),
        Gaps.unpairedWald(data, 0.05));
  }
}
