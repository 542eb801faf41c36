package dev.gapline.transforms.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How large a study has to be, and what a pilot says of it. */
final class PlanningTest {

  private static final ClusterAssumptions EXAMPLE = new ClusterAssumptions(0.14, 0.03, 0.5, 0.08);

  @Test
  void clusteredDesignsAgreeWithTheWorkedExamples() {
    JsonNode cases = Golden.read("g28-clustered-planning").get("cases");
    for (JsonNode one : cases) {
      ClusteredPlanning design =
          new ClusteredPlanning(
              assumptions(one), one.get("G").longValue(), one.get("K").doubleValue());
      String what = one.toString();
      Golden.assertClose(one.get("within").doubleValue(), design.assumptions().within(), what);
      Golden.assertClose(one.get("se").doubleValue(), design.se(), what);
      Golden.assertClose(one.get("mde80").doubleValue(), design.mde(0.05, 0.8), what);
      Golden.assertClose(
          one.get("power_at_gap").doubleValue(),
          design.power(design.assumptions().gap(), 0.05),
          what);
      double exact = one.get("mde80_exact_noncentral_t").doubleValue();
      assertEquals(exact, design.mde(0.05, 0.8), 0.002 * exact, what);
    }
    assertEquals(6, cases.size());
  }

  @Test
  void theFewestQueriesAreThoseOfTheWorkedExamples() {
    JsonNode cases = Golden.read("g28-clustered-planning").get("smallest_G_for_80pct");
    for (JsonNode one : cases) {
      assertEquals(
          one.get("G").longValue(),
          ClusteredPlanning.fewestQueries(assumptions(one), one.get("K").doubleValue(), 0.05, 0.8),
          one.toString());
    }
    assertEquals(4, cases.size());
  }

  @Test
  void oneQueryFewerIsTooFew() {
    for (double answers : new double[] {1, 2.7, 5, 10}) {
      long fewest = ClusteredPlanning.fewestQueries(EXAMPLE, answers, 0.01, 0.9);
      ClusteredPlanning enough = new ClusteredPlanning(EXAMPLE, fewest, answers);
      assertTrue(enough.power(EXAMPLE.gap(), 0.01) >= 0.9);
      assertTrue(enough.withQueries(fewest - 1).power(EXAMPLE.gap(), 0.01) < 0.9);
    }
  }

  @Test
  void aGapOfTheDetectableSizeIsFoundWithThatPower() {
    ClusteredPlanning design = new ClusteredPlanning(EXAMPLE, 30, 4);
    Golden.assertClose(0.8, design.power(design.mde(0.05, 0.8), 0.05), "power at the mde");
    Golden.assertClose(0.025, design.power(0, 0.05), "without a gap, in the expected direction");
  }

  @Test
  void moreAnswersCannotReplaceQueriesThatReactEachInItsOwnWay() {
    ClusteredPlanning few = new ClusteredPlanning(EXAMPLE, 10, 1e9);
    assertEquals(0.08 / Math.sqrt(10), few.se(), 1e-9);
  }

  @Test
  void equivalenceIsShownBySmallErrorsAlone() {
    ClusterAssumptions none = new ClusterAssumptions(0.1, 0.1, 0.5, 0.02);
    ClusteredPlanning small = new ClusteredPlanning(none, 20, 1);
    ClusteredPlanning large = new ClusteredPlanning(none, 2_000, 5);
    assertEquals(0, small.equivalencePower(0, 0.05, 0.05));
    assertTrue(large.equivalencePower(0, 0.05, 0.05) > 0.999);
    Golden.assertClose(
        0.5,
        large.equivalencePower(0.05 - Quantiles.student(0.05, 1_999.0) * large.se(), 0.05, 0.05),
        "where one of the two tests is passed half of the time");
    long fewest = ClusteredPlanning.fewestQueriesForEquivalence(none, 5, 0.05, 0.05, 0.8);
    ClusteredPlanning enough = new ClusteredPlanning(none, fewest, 5);
    assertTrue(enough.equivalencePower(0, 0.05, 0.05) >= 0.8);
    assertTrue(enough.withQueries(fewest - 1).equivalencePower(0, 0.05, 0.05) < 0.8);
    assertNull(
        ClusteredPlanning.fewestQueriesForEquivalence(EXAMPLE, 5, 0.05, 0.05, 0.8),
        "a gap of 11 points never lies within 5");
  }

  @Test
  void whereNothingVariesNothingIsPlanned() {
    ClusteredPlanning design = new ClusteredPlanning(new ClusterAssumptions(0, 0, 0, 0), 50, 10);
    assertEquals(0, design.se());
    assertNull(design.mde(0.05, 0.8));
    assertNull(design.power(0, 0.05));
    assertNull(design.equivalencePower(0, 0.05, 0.05));
    assertNull(
        ClusteredPlanning.fewestQueries(new ClusterAssumptions(0.1, 0.1, 0.5, 0.1), 10, 0.05, 0.8));
  }

  @Test
  void whatIsNoDesignIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ClusteredPlanning(EXAMPLE, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ClusteredPlanning(EXAMPLE, 2, 0));
    assertThrows(IllegalArgumentException.class, () -> new ClusterAssumptions(0.1, 0.1, 1.1, 0.1));
  }

  @Test
  void oneAnswerPerQueryAgreesWithTheWorkedExamples() {
    JsonNode golden = Golden.read("g9-power");
    for (JsonNode one : golden.get("cases")) {
      double treatment = one.get("p_free").doubleValue();
      double control = one.get("p_paid").doubleValue();
      String what = one.toString();
      Golden.assertClose(
          one.get("n_per_arm_80").doubleValue(),
          UnclusteredPlanning.perArm(treatment, control, 0.05, 0.8),
          what);
      Golden.assertClose(
          one.get("n_per_arm_90").doubleValue(),
          UnclusteredPlanning.perArm(treatment, control, 0.05, 0.9),
          what);
      UnclusteredPlanning.Discordance expected =
          UnclusteredPlanning.Discordance.of(treatment, control, 0.5);
      Golden.assertClose(
          one.get("discord_free_only_at_rho_half").doubleValue(), expected.treatmentOnly(), what);
      Golden.assertClose(one.get("discord_paid_only").doubleValue(), expected.controlOnly(), what);
      Golden.assertClose(
          one.get("n_pairs_80").doubleValue(),
          UnclusteredPlanning.pairs(expected, 0.05, 0.8),
          what);
    }
    assertEquals(7, golden.get("cases").size());
    JsonNode mde = golden.get("mde80_unpaired_p_paid_0.03");
    mde.fieldNames()
        .forEachRemaining(
            perArm ->
                assertEquals(
                    mde.get(perArm).doubleValue(),
                    UnclusteredPlanning.mde(Double.parseDouble(perArm), 0.03, 0.05, 0.8),
                    1e-6,
                    perArm));
    assertEquals(6, mde.size());
    JsonNode effect = golden.get("design_effect_example");
    double deff =
        UnclusteredPlanning.designEffect(
            effect.get("K").doubleValue(), effect.get("icc").doubleValue());
    Golden.assertClose(effect.get("deff").doubleValue(), deff, "deff");
    Golden.assertClose(effect.get("n_eff_for_500_rows").doubleValue(), 500 / deff, "rows");
    assertEquals(
        golden.get("smallest_n_zero_events_to_bound_rate_below_1pct_95_one_sided").longValue(),
        UnclusteredPlanning.queriesWithoutEvent(0.01, 0.05));
  }

  @Test
  void noSizeFindsAGapThatIsNotThere() {
    assertNull(UnclusteredPlanning.perArm(0.1, 0.1, 0.05, 0.8));
    assertNull(UnclusteredPlanning.pairs(new UnclusteredPlanning.Discordance(0.1, 0.1), 0.05, 0.8));
    assertNull(UnclusteredPlanning.mde(2, 0.5, 0.05, 0.8));
    assertNull(UnclusteredPlanning.mde(100, 1, 0.05, 0.8));
  }

  /**
   * Queries of two kinds, whose rates are 0.8 and 0.2 in control and 0.1 more or less in treatment:
   * within 0.16 + 0.19, means 0.5 and 0.55, so that the icc is 1 - 0.325/0.4975, and the SD of the
   * differences is 0.05.
   */
  @Test
  void aPilotFindsWhatIsPlanted() {
    SplittableRandom random = new SplittableRandom(11);
    int queries = 4_000;
    int samples = 4;
    double[] treatment = {0.9, 0.2};
    double[] control = {0.8, 0.2};
    List<QueryPair> pairs = new ArrayList<>();
    for (int query = 0; query < queries; query++) {
      pairs.add(
          new QueryPair(
              "q%05d".formatted(query),
              List.of(drawn(random, samples, treatment[query % 2])),
              List.of(drawn(random, samples, control[query % 2]))));
    }
    PilotEstimate pilot = PilotEstimate.of(pairs);
    double within = (0.9 * 0.1 + 0.2 * 0.8 + 0.8 * 0.2 + 0.2 * 0.8) / 2;
    double all = 0.55 * 0.45 + 0.5 * 0.5;
    assertEquals(0.55, pilot.rateTreatment(), 0.02);
    assertEquals(0.5, pilot.rateControl(), 0.02);
    assertEquals(1 - within / all, pilot.icc(), 0.02);
    assertEquals(0.05, pilot.sdTier(), 0.03);
    assertEquals(queries, pilot.pairs());

    Collections.shuffle(pairs, new Random(3));
    assertEquals(pilot, PilotEstimate.of(pairs), "the order of the queries never shows");
  }

  /** Over many pilots the two variances are right on average, before anything is held to 0. */
  @Test
  void theVariancesOfAPilotAreRightOnAverage() {
    SplittableRandom random = new SplittableRandom(5);
    int pilots = 4_000;
    double within = 0;
    double squared = 0;
    for (int pilot = 0; pilot < pilots; pilot++) {
      List<QueryPair> pairs = new ArrayList<>();
      for (int query = 0; query < 20; query++) {
        // Differences of 0.7 and -0.1: mean 0.3, SD 0.4, so large that the floor is never met.
        boolean reacts = random.nextBoolean();
        pairs.add(
            new QueryPair(
                Golden.id(query),
                List.of(drawn(random, 5, reacts ? 0.9 : 0.2)),
                List.of(drawn(random, 5, reacts ? 0.2 : 0.3))));
      }
      PilotEstimate estimate = PilotEstimate.of(pairs);
      within += estimate.assumptions().within() / pilots;
      squared += estimate.sdTier() * estimate.sdTier() / pilots;
    }
    assertEquals((0.09 + 0.16 + 0.16 + 0.21) / 2, within, 0.002);
    assertEquals(0.16, squared, 0.002);
  }

  @Test
  void aPilotThatSaysNothingAssumesNothing() {
    assertEquals(new PilotEstimate(null, null, null, null, 0), PilotEstimate.of(List.of()));
    PilotEstimate once = PilotEstimate.of(Golden.agreement(1, 2, 0, 5));
    assertEquals(0.375, once.rateTreatment());
    assertNull(once.icc(), "one answer each says nothing of what repeats");
    assertNull(once.sdTier());
    assertNull(once.assumptions());
    PilotEstimate silent =
        PilotEstimate.of(
            List.of(
                new QueryPair("a", List.of(Counts.binary(0, 4)), List.of(Counts.binary(0, 4))),
                new QueryPair("b", List.of(Counts.binary(0, 4)), List.of(Counts.binary(0, 3)))));
    assertEquals(0, silent.rateTreatment());
    assertNull(silent.icc(), "without an event there is nothing to share");
    assertEquals(0, silent.sdTier());
    PilotEstimate unanimous =
        PilotEstimate.of(
            List.of(
                new QueryPair("a", List.of(Counts.binary(4, 4)), List.of(Counts.binary(0, 4))),
                new QueryPair("b", List.of(Counts.binary(0, 4)), List.of(Counts.binary(0, 4)))));
    assertEquals(1, unanimous.icc());
    assertEquals(Math.sqrt(0.5), unanimous.sdTier(), 1e-12);
  }

  private static Counts drawn(SplittableRandom random, int n, double rate) {
    int events = 0;
    for (int i = 0; i < n; i++) {
      events += random.nextDouble() < rate ? 1 : 0;
    }
    return Counts.binary(events, n);
  }

  private static ClusterAssumptions assumptions(JsonNode one) {
    return new ClusterAssumptions(
        one.get("p_free").doubleValue(),
        one.get("p_paid").doubleValue(),
        one.get("icc").doubleValue(),
        one.get("sd_tier").doubleValue());
  }
}
