package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static dev.gapline.transforms.statistics.Golden.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RatesTest {

  @Test
  void wilsonMatchesThePublishedExamples() {
    for (JsonNode example : Golden.read("g1-wilson").get("cases")) {
      RateEstimate estimate =
          Rates.wilson(
              Golden.single(example.get("k").intValue(), example.get("n").intValue()), 0.05);
      String what = example.get("k") + " of " + example.get("n");
      assertClose(example.get("p").doubleValue(), estimate.rate(), what);
      assertClose(example.get("lo").doubleValue(), estimate.low(), what);
      assertClose(example.get("hi").doubleValue(), estimate.high(), what);
    }
  }

  @Test
  void wilsonClusterMatchesTheWorkedExamples() {
    JsonNode examples = Golden.read("g21-clustered-rates").get("cases");
    List<List<QueryCounts>> data =
        List.of(
            queries(new int[50], tens(50)),
            queries(tens(20), tens(20)),
            queries(Arrays.copyOf(new int[] {5}, 50), tens(50)),
            queries(new int[] {1, 1, 3, 4, 4, 4, 0, 0, 0, 0}, tens(10)),
            queries(
                new int[] {1, 2, 2, 3, 4, 5, 0, 0, 0, 0},
                new int[] {10, 8, 10, 10, 10, 10, 9, 9, 9, 9}),
            queries(new int[6], new int[] {5, 5, 5, 5, 5, 2}));
    for (int i = 0; i < data.size(); i++) {
      JsonNode expected = examples.get(i);
      RateEstimate estimate = Rates.wilsonCluster(data.get(i), 0.05);
      String what = "case " + i;
      assertEquals(2 * expected.get("x").longValue(), estimate.x2(), what);
      assertEquals(i == 1 ? 200 : expected.get("n").longValue(), estimate.n(), what);
      assertEquals(expected.get("G").longValue(), estimate.clusters(), what);
      assertClose(expected.get("rate").doubleValue(), estimate.rate(), what);
      if (expected.get("se").isNull()) {
        assertNull(estimate.se(), what);
        assertTrue(estimate.has(Flag.ZERO_EVENTS), what);
      } else {
        assertClose(expected.get("se").doubleValue(), estimate.se(), what);
      }
      assertClose(expected.get("n_eff").doubleValue(), estimate.effectiveN(), what);
      assertInterval(expected.get("ci"), estimate.low(), estimate.high(), what);
    }
  }

  @Test
  void halfMeasuresMatchTheWorkedExamples() {
    for (JsonNode example : Golden.read("g22-half-measures").get("one_per_query")) {
      int ones = example.get("ones").intValue();
      int halves = example.get("halves").intValue();
      List<QueryCounts> queries =
          IntStream.range(0, example.get("n").intValue())
              .mapToObj(i -> i < ones ? 2 : i < ones + halves ? 1 : 0)
              .map(twice -> new Counts(1, twice, twice * twice))
              .map(List::of)
              .map(new QueryNames()::next)
              .toList();
      RateEstimate estimate = Rates.wilsonCluster(queries, 0.05);
      assertEquals(example.get("x2").longValue(), estimate.x2());
      assertClose(example.get("mean").doubleValue(), estimate.rate(), "mean");
      assertClose(example.get("se").doubleValue(), estimate.se(), "se");
      assertClose(example.get("df").doubleValue(), estimate.df(), "df");
      assertInterval(example.get("ci"), estimate.low(), estimate.high(), "interval");

      Counts total =
          queries.stream().map(query -> query.subcells().get(0)).reduce(Counts::plus).get();
      assertEquals(example.get("xx4").longValue(), total.xx4());
      assertClose(example.get("variance_n_minus_1").doubleValue(), total.variance(), "variance");
    }
  }

  @Test
  void halfMeasuresWithoutEventFollowTheZeroEventRule() {
    JsonNode expected = Golden.read("g22-half-measures").get("all_zero");
    RateEstimate estimate = Rates.wilsonCluster(Golden.single(0, 20), 0.05);
    assertNull(estimate.se());
    assertInterval(expected.get("ci"), estimate.low(), estimate.high(), "all zero");
  }

  @Test
  void wilsonOfHalvesIsNullWithItsReason() {
    List<QueryCounts> queries = List.of(new QueryCounts("a", List.of(new Counts(2, 3, 5))));
    RateEstimate estimate = Rates.wilson(queries, 0.05);
    assertNull(estimate.rate());
    assertNull(estimate.low());
    assertTrue(estimate.has(Flag.NOT_BINARY));
    assertEquals(2, estimate.n());
  }

  @Test
  void halvesAloneAreNeverZeroWidth() {
    List<QueryCounts> queries =
        List.of(
            new QueryCounts("a", List.of(new Counts(2, 2, 2))),
            new QueryCounts("b", List.of(new Counts(2, 2, 2))));
    RateEstimate estimate = Rates.wilsonCluster(queries, 0.05);
    assertEquals(0.5, estimate.rate());
    assertNull(estimate.se());
    assertTrue(estimate.high() - estimate.low() > 0.5);
    assertTrue(estimate.has(Flag.ZERO_SE));
  }

  @Test
  void withoutValuesTheRateIsNullAndTheIntervalEverything() {
    for (List<QueryCounts> queries :
        List.of(List.<QueryCounts>of(), List.of(new QueryCounts("a", List.of(Counts.none()))))) {
      for (RateEstimate estimate :
          List.of(Rates.wilson(queries, 0.05), Rates.wilsonCluster(queries, 0.05))) {
        assertNull(estimate.rate());
        assertNull(estimate.se());
        assertEquals(0, estimate.low());
        assertEquals(1, estimate.high());
        assertEquals(List.of("no rows"), estimate.flags());
      }
    }
  }

  @Test
  void oneQuerySpeaksOfItsPromptOnly() {
    JsonNode expected = Golden.read("g20-sign-flip").get("G1_one_query");
    RateEstimate estimate =
        Rates.wilsonCluster(List.of(new QueryCounts("a", List.of(Counts.binary(7, 20)))), 0.05);
    assertInterval(expected.get("wilson_free"), estimate.low(), estimate.high(), "7 of 20");
    assertEquals(List.of("this prompt"), estimate.flags());

    RateEstimate none =
        Rates.wilsonCluster(List.of(new QueryCounts("a", List.of(Counts.binary(0, 20)))), 0.05);
    assertEquals(0, none.low());
    assertTrue(none.high() < 0.2);

    RateEstimate halves =
        Rates.wilsonCluster(List.of(new QueryCounts("a", List.of(new Counts(4, 3, 5)))), 0.05);
    assertEquals(3.0, halves.df());
    assertNotNull(halves.se());
  }

  @Test
  void subcellsWeighTheSameWhateverTheirSize() {
    List<QueryCounts> queries =
        List.of(
            new QueryCounts("a", List.of(Counts.binary(1, 1), Counts.binary(0, 9))),
            new QueryCounts("b", List.of(Counts.binary(0, 5), Counts.binary(0, 5))));
    RateEstimate estimate = Rates.wilsonCluster(queries, 0.05);
    assertEquals(0.25, estimate.rate());
    assertFalse(estimate.has(Flag.UNBALANCED_SUBCELLS));

    List<QueryCounts> gappy =
        List.of(queries.get(0), new QueryCounts("b", List.of(Counts.binary(0, 5), Counts.none())));
    assertTrue(Rates.wilsonCluster(gappy, 0.05).has(Flag.UNBALANCED_SUBCELLS));
  }

  private static List<QueryCounts> queries(int[] events, int[] n) {
    return IntStream.range(0, n.length)
        .mapToObj(i -> new QueryCounts(id(i), List.of(Counts.binary(events[i], n[i]))))
        .toList();
  }

  private static int[] tens(int queries) {
    int[] tens = new int[queries];
    Arrays.fill(tens, 10);
    return tens;
  }

  private static final class QueryNames {
    private int next;

    QueryCounts next(List<Counts> subcells) {
      return new QueryCounts(id(next++), subcells);
    }
  }
}
