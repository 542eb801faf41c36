package dev.gapline.transforms.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The published-style methods on the counts behind published rows (Greenblatt and others 2024, one
 * sample per query): what the paper prints, to its last digit.
 */
class PublishedCountsTest {

  /** Half of the last printed digit, in points. */
  private static final double PRINTED = 0.05 + 1e-9;

  /** Its printed standard error of the gap is that of the printed, rounded ones of its arms. */
  private static final String ROUNDED_TWICE = "App. G.3 row 98";

  @Test
  void ratesGapsAndTheirErrorsAreThePrintedOnes() {
    JsonNode rows = Golden.read("g34-published-counts");
    assertEquals(76, rows.size());
    for (JsonNode row : rows) {
      String name = row.get("row").textValue();
      List<QueryPair> queries = queries(row);
      noncompliance(row.get("printed_free"), queries.stream().map(QueryPair::treatmentTotal), name);
      noncompliance(row.get("printed_paid"), queries.stream().map(QueryPair::controlTotal), name);
      GapEstimate gap = Gaps.unpairedWald(queries, 0.05);
      JsonNode printed = row.get("printed_gap");
      assertEquals(printed.get(0).doubleValue(), 100 * gap.gap(), PRINTED, name);
      assertEquals(gap.gap(), Gaps.newcombe(queries, 0.05).gap(), name);
      if (printed.size() > 1) {
        assertEquals(
            printed.get(1).doubleValue(),
            100 * orZero(gap.se()),
            name.equals(ROUNDED_TWICE) ? 0.12 : PRINTED,
            name);
      }
    }
  }

  @Test
  void neverInFiftyIsBoundedAsInTheWorkedExample() {
    JsonNode golden = Golden.read("g17-claim-never");
    List<QueryCounts> none = new ArrayList<>();
    for (int i = 0; i < golden.get("free_compliant").intValue(); i++) {
      none.add(new QueryCounts(Golden.id(i), List.of(Counts.binary(0, 1))));
    }
    // The golden bound is one-sided at 95%: the upper end of a 90% interval.
    Golden.assertClose(
        golden.get("cp95_upper_if_0_of_50").doubleValue(),
        Rates.clopperPearson(none, 0.1).high(),
        "0 of 50");
  }

  private static void noncompliance(JsonNode printed, Stream<Counts> arm, String name) {
    List<QueryCounts> counts = new ArrayList<>();
    arm.forEach(one -> counts.add(new QueryCounts(Golden.id(counts.size()), List.of(one))));
    RateEstimate rate = Rates.wilson(counts, 0.05);
    assertFalse(rate.has(Flag.NOT_BINARY), name);
    assertEquals(printed.get(0).doubleValue(), 100 - 100 * rate.rate(), PRINTED, name);
    if (printed.size() > 1) {
      assertEquals(printed.get(1).doubleValue(), 100 * orZero(rate.se()), PRINTED, name);
    }
  }

  /** No spread has no standard error here; the paper prints 0.0. */
  private static double orZero(Double se) {
    return se == null ? 0 : se;
  }

  /** One value per query and arm: which query holds which does not matter to these methods. */
  private static List<QueryPair> queries(JsonNode row) {
    List<QueryPair> queries = new ArrayList<>();
    for (int i = 0; i < row.get("n").intValue(); i++) {
      queries.add(
          new QueryPair(
              Golden.id(i),
              List.of(Counts.binary(i < row.get("free").intValue() ? 1 : 0, 1)),
              List.of(Counts.binary(i < row.get("paid").intValue() ? 1 : 0, 1))));
    }
    return queries;
  }
}
