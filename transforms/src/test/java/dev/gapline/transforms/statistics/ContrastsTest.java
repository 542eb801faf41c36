package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Analysis.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;

class ContrastsTest {

  private static final double ALPHA = 0.05;
  private static final String SEED = "7";
  private static final JsonNode EXAMPLES = Golden.read("g26-contrasts");

  @Test
  void theDifferenceOfTwoGapsOverSharedQueriesIsTheWorkedExample() {
    JsonNode expected = EXAMPLES.get("difference_of_differences");
    ContrastEstimate estimate =
        DifferenceOfDifferences.between(
            side(expected.get("A"), ""), side(expected.get("B"), ""), ALPHA, SEED);
    assertEquals(expected.get("pairs").longValue(), estimate.pairs());
    assertEquals(8, estimate.clustersA());
    assertEquals(7, estimate.clustersB());
    assertClose(expected.get("estimate").doubleValue(), estimate.estimate(), "estimate");
    assertClose(estimate.estimate(), estimate.estimateA() - estimate.estimateB(), "sides");
    assertClose(expected.get("se").doubleValue(), estimate.se(), "se");
    assertEquals(expected.get("df").doubleValue(), estimate.df());
    assertInterval(expected.get("ci"), estimate.low(), estimate.high(), "interval");
    assertClose(
        expected.get("p_t").doubleValue(),
        2 * TDistribution.of(6).survivalProbability(estimate.estimate() / estimate.se()),
        "p of t");
    assertClose(expected.get("sign_flip_p").doubleValue(), estimate.pSuperiority(), "sign flip");
    assertClose(2.0 / 32, estimate.pFloor(), "five differences can flip");
    assertTrue(estimate.has(Flag.FEW_CLUSTERS));
    assertTrue(estimate.isTooFew(ALPHA));
  }

  @Test
  void withoutSharedQueriesTheSidesAreIndependentAsInTheWorkedExample() {
    JsonNode example = EXAMPLES.get("difference_of_differences");
    JsonNode expected = example.get("unshared_queries");
    ContrastEstimate estimate =
        DifferenceOfDifferences.between(
            side(example.get("A"), ""), side(example.get("B"), "other-"), ALPHA, SEED);
    assertEquals(0, estimate.pairs());
    assertClose(expected.get("estimate").doubleValue(), estimate.estimate(), "estimate");
    assertClose(expected.get("se").doubleValue(), estimate.se(), "se");
    assertClose(expected.get("df_welch").doubleValue(), estimate.df(), "df");
    assertInterval(expected.get("ci"), estimate.low(), estimate.high(), "interval");
    assertTrue(estimate.has(Flag.NO_SHARED_QUERIES));
  }

  @Test
  void theRatiosOfRatesAreTheWorkedExamples() {
    for (JsonNode expected : EXAMPLES.get("ratio_of_rates")) {
      RatioOfRates ratio =
          RatioOfRates.between(
              rates(expected.get("x_a"), expected.get("n_a")),
              rates(expected.get("x_b"), expected.get("n_b")),
              expected.get("weights").textValue().equals("macro") ? Weights.MACRO : Weights.MICRO,
              ALPHA);
      ContrastEstimate log = ratio.log();
      assertEquals(expected.get("G").longValue(), log.pairs());
      assertClose(expected.get("rate_a").doubleValue(), log.estimateA(), "rate a");
      assertClose(expected.get("rate_b").doubleValue(), log.estimateB(), "rate b");
      assertClose(expected.get("ratio").doubleValue(), log.estimate(), "ratio");
      assertClose(expected.get("se_log").doubleValue(), log.se(), "se of the logarithm");
      assertEquals(expected.get("df").doubleValue(), log.df());
      ContrastEstimate fieller = ratio.fieller();
      assertClose(expected.get("fieller").get(0).doubleValue(), fieller.low(), "Fieller, lower");
      assertEquals(!expected.get("ci").isNull(), ratio.isLogarithmic());
      if (expected.get("fieller_bounded").booleanValue()) {
        assertInterval(expected.get("ci"), log.low(), log.high(), "interval");
        assertClose(expected.get("p").doubleValue(), log.pSuperiority(), "p");
        assertClose(expected.get("fieller").get(1).doubleValue(), fieller.high(), "Fieller, upper");
      } else {
        assertNull(log.low());
        assertNull(log.pSuperiority());
        assertNull(fieller.high());
        assertTrue(log.has(Flag.UNBOUNDED));
        assertTrue(fieller.has(Flag.UNBOUNDED));
      }
    }
  }

  @Test
  void theJointTestOfAllLevelsIsTheWorkedExample() {
    JsonNode expected = EXAMPLES.get("interaction_wald");
    List<QueryGaps> levels = levels(expected.get("levels"));
    Hotelling test = Hotelling.of(WaldInteraction.contrasts(levels));
    assertClose(expected.get("T2").doubleValue(), test.tSquared(), "T squared");
    assertClose(expected.get("F").doubleValue(), test.f(), "F");
    assertClose(expected.get("p").doubleValue(), test.p(), "p");

    ContrastEstimate estimate = WaldInteraction.over(levels, SEED);
    assertEquals(expected.get("queries").longValue(), estimate.pairs());
    assertClose(expected.get("F").doubleValue(), estimate.statistic(), "F");
    assertEquals(expected.get("df1").doubleValue(), estimate.df());
    assertEquals(expected.get("df2").doubleValue(), estimate.df2());
    // Eight queries are few. The first level and the last: 0.4 0.4 0.2 0.2 0 0.2 0.4 0.2, of which
    // the seven that are not 0 all point one way: 2 of 128 flips, the smallest of three pairs.
    assertClose(3 * 2.0 / 128, estimate.pSuperiority(), "Holm of pairwise sign flips");
    assertTrue(estimate.has(Flag.FEW_CLUSTERS));
  }

  @Test
  void withEnoughQueriesTheJointTestIsThatOfF() {
    Random random = new Random(3);
    List<QueryGaps> levels =
        IntStream.range(0, 4).mapToObj(level -> random(random, 25, 6, "")).toList();
    ContrastEstimate estimate = WaldInteraction.over(levels, SEED);
    assertClose(Hotelling.of(WaldInteraction.contrasts(levels)).p(), estimate.pSuperiority(), "p");
    assertNull(estimate.pFloor());
    assertEquals(List.of(), estimate.flags());
  }

  @Test
  void theJointTestOfTwoLevelsIsTheirDifference() {
    Random random = new Random(4);
    List<QueryGaps> levels = List.of(random(random, 30, 8, ""), random(random, 30, 8, ""));
    ContrastEstimate joint = WaldInteraction.over(levels, SEED);
    ContrastEstimate pair =
        DifferenceOfDifferences.between(levels.get(0), levels.get(1), ALPHA, SEED);
    double t = pair.estimate() / pair.se();
    assertClose(t * t, joint.statistic(), "F");
    assertClose(pair.pSuperiority(), joint.pSuperiority(), "p");
  }

  @Property(tries = 100)
  void theJointTestDoesNotDependOnTheOrderOfTheLevels(@ForAll Random random) {
    List<QueryGaps> levels =
        IntStream.range(0, 4).mapToObj(level -> random(random, 15, 5, "")).toList();
    List<QueryGaps> shuffled = new ArrayList<>(levels);
    Collections.shuffle(shuffled, random);
    ContrastEstimate one = WaldInteraction.over(levels, SEED);
    ContrastEstimate other = WaldInteraction.over(shuffled, SEED);
    assertEquals(one.statistic() == null, other.statistic() == null);
    if (one.statistic() != null) {
      assertEquals(one.statistic(), other.statistic(), 1e-8 * one.statistic());
    }
  }

  @Property(tries = 100)
  void theOrderOfTheQueriesDoesNotMatterToTheBit(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 14) int queries) {
    List<QueryPair> a = randomPairs(random, queries, 4, "");
    List<QueryPair> b = randomPairs(random, queries, 4, "");
    List<QueryPair> shuffledA = new ArrayList<>(a);
    List<QueryPair> shuffledB = new ArrayList<>(b);
    Collections.shuffle(shuffledA, random);
    Collections.shuffle(shuffledB, random);
    assertEquals(all(a, b), all(shuffledA, shuffledB));
  }

  @Property(tries = 100)
  void swappingTheSidesNegatesADifferenceAndInvertsARatio(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 14) int queries) {
    List<QueryPair> a = randomPairs(random, queries, 4, "");
    List<QueryPair> b = randomPairs(random, queries, 4, random.nextBoolean() ? "" : "other-");
    ContrastEstimate one =
        DifferenceOfDifferences.between(QueryGaps.of(a), QueryGaps.of(b), ALPHA, SEED);
    ContrastEstimate other =
        DifferenceOfDifferences.between(QueryGaps.of(b), QueryGaps.of(a), ALPHA, SEED);
    assertEquals(one.estimate(), -other.estimate(), 1e-15);
    assertEquals(one.low() == null, other.low() == null);
    if (one.low() != null) {
      assertEquals(one.low(), -other.high(), 1e-12);
      assertEquals(one.pSuperiority(), other.pSuperiority(), 1e-12);
      assertTrue(one.low() < one.high(), "never zero-width");
      assertTrue(one.low() >= -2 && one.high() <= 2);
    }
    RatioOfRates ratio = ratio(a, a);
    RatioOfRates inverse = inverse(a);
    if (ratio.isLogarithmic() && inverse.isLogarithmic()) {
      assertEquals(ratio.log().low(), 1 / inverse.log().high(), 1e-9);
      assertEquals(ratio.log().pSuperiority(), inverse.log().pSuperiority(), 1e-12);
    }
  }

  @Test
  void ofSeveralQueriesWhichAllDifferAlikeTheIntervalCountsQueries() {
    List<QueryPair> a = new ArrayList<>();
    List<QueryPair> b = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      a.add(pair(i, 3, 4, 0, 4));
      b.add(pair(i, 1, 4, 0, 4));
    }
    ContrastEstimate estimate =
        DifferenceOfDifferences.between(QueryGaps.of(a), QueryGaps.of(b), ALPHA, SEED);
    assertEquals(0.5, estimate.estimate());
    assertNull(estimate.se());
    assertTrue(estimate.has(Flag.ZERO_SE));
    // Newcombe's limits of 9/12 - 0/12 and of 3/12 - 0/12, their distances squared and added.
    Limits first = new NewcombeLimits(0.75, 12, 0, 12);
    Limits second = new NewcombeLimits(0.25, 12, 0, 12);
    assertClose(
        0.5 - Math.hypot(0.75 - first.lower(0.025), second.upper(0.025) - 0.25),
        estimate.low(),
        "lower limit");
    assertClose(
        0.5 + Math.hypot(first.upper(0.025) - 0.75, 0.25 - second.lower(0.025)),
        estimate.high(),
        "upper limit");
    assertClose(2.0 / 4096, estimate.pSuperiority(), "all twelve point one way");
    assertFalse(estimate.isTooFew(ALPHA));
  }

  @Test
  void withoutAnyDifferenceThereAreTooFewQueriesToTell() {
    QueryGaps none = gaps(20, 0, 4, 0, 4);
    ContrastEstimate estimate = DifferenceOfDifferences.between(none, none, ALPHA, SEED);
    assertEquals(0, estimate.estimate());
    assertTrue(estimate.low() < 0 && estimate.high() > 0);
    assertEquals(1, estimate.pSuperiority());
    assertTrue(estimate.isTooFew(ALPHA));
    ContrastEstimate joint = WaldInteraction.over(List.of(none, none, none), SEED);
    assertNull(joint.statistic());
    assertEquals(1, joint.pSuperiority());
    assertTrue(joint.has(Flag.SINGULAR));
    assertTrue(joint.isTooFew(ALPHA));
  }

  @Test
  void oneSharedQueryHasAnEstimateAndNothingElse() {
    ContrastEstimate estimate =
        DifferenceOfDifferences.between(gaps(1, 3, 4, 0, 4), gaps(1, 1, 4, 0, 4), ALPHA, SEED);
    assertEquals(0.5, estimate.estimate());
    assertNull(estimate.low());
    assertNull(estimate.pSuperiority());
    assertTrue(estimate.has(Flag.ONE_QUERY));
    assertTrue(estimate.isTooFew(ALPHA));
    ContrastEstimate joint =
        WaldInteraction.over(List.of(gaps(1, 3, 4, 0, 4), gaps(1, 1, 4, 0, 4)), SEED);
    assertNull(joint.pSuperiority());
    assertTrue(joint.isTooFew(ALPHA));
    ContrastEstimate ratio =
        RatioOfRates.between(rates(1, 3, 4), rates(1, 1, 4), Weights.MACRO, ALPHA).fieller();
    assertEquals(3, ratio.estimate());
    assertNull(ratio.low());
    assertTrue(ratio.has(Flag.ONE_QUERY));
    assertTrue(ratio.isTooFew(ALPHA));
  }

  @Test
  void withoutQueriesNothingExists() {
    QueryGaps nothing = QueryGaps.of(List.of());
    QueryGaps some = gaps(20, 3, 4, 0, 4);
    ContrastEstimate estimate = DifferenceOfDifferences.between(some, nothing, ALPHA, SEED);
    assertNull(estimate.estimate());
    assertNull(estimate.pSuperiority());
    assertEquals(0.75, estimate.estimateA());
    assertTrue(estimate.has(Flag.NO_PAIRS));
    ContrastEstimate joint = WaldInteraction.over(List.of(some, nothing), SEED);
    assertNull(joint.pSuperiority());
    assertTrue(joint.has(Flag.NO_PAIRS));
    RatioOfRates ratio =
        RatioOfRates.between(rates(9, 3, 4), QueryRates.of(List.of()), Weights.MICRO, ALPHA);
    for (ContrastEstimate one : List.of(ratio.log(), ratio.fieller())) {
      assertNull(one.estimate());
      assertNull(one.low());
      assertTrue(one.has(Flag.NO_PAIRS));
    }
  }

  @Test
  void aRatioWithoutDenominatorDoesNotExist() {
    RatioOfRates ratio =
        RatioOfRates.between(rates(20, 3, 4), rates(20, 0, 4), Weights.MACRO, ALPHA);
    assertFalse(ratio.isLogarithmic());
    assertNull(ratio.fieller().estimate());
    assertNull(ratio.fieller().low());
    assertTrue(ratio.fieller().has(Flag.ZERO_DENOMINATOR));
  }

  @Test
  void aRatioWithoutEventsOrWithoutSpreadHasNoIntervalOfZeroWidth() {
    RatioOfRates none =
        RatioOfRates.between(rates(20, 0, 4), rates(20, 3, 4), Weights.MACRO, ALPHA);
    assertEquals(0, none.fieller().estimate());
    assertNull(none.fieller().high());
    assertTrue(none.fieller().has(Flag.ZERO_EVENTS));
    RatioOfRates constant =
        RatioOfRates.between(rates(20, 3, 4), rates(20, 1, 4), Weights.MICRO, ALPHA);
    assertFalse(constant.isLogarithmic());
    assertEquals(3, constant.fieller().estimate());
    assertNull(constant.fieller().low());
    assertTrue(constant.fieller().has(Flag.ZERO_SE));
  }

  @Test
  void anUnboundedRatioHasNoLowerLimitUnlessTheNumeratorExcludesZero() {
    List<QueryCounts> a = new ArrayList<>();
    List<QueryCounts> b = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      a.add(new QueryCounts(Golden.id(i), List.of(Counts.binary(i == 0 ? 1 : 0, 5))));
      b.add(new QueryCounts(Golden.id(i), List.of(Counts.binary(i == 1 ? 1 : 0, 5))));
    }
    ContrastEstimate fieller =
        RatioOfRates.between(QueryRates.of(a), QueryRates.of(b), Weights.MACRO, ALPHA).fieller();
    assertEquals(1, fieller.estimate());
    assertNull(fieller.low());
    assertNull(fieller.high());
    assertNotNull(fieller.pSuperiority());
    assertTrue(fieller.isTooFew(ALPHA));
  }

  @Test
  void independentSidesWithoutSpreadCountQueriesToo() {
    ContrastEstimate estimate =
        DifferenceOfDifferences.between(
            gaps(20, 4, 4, 0, 4),
            QueryGaps.of(
                IntStream.range(0, 20)
                    .mapToObj(i -> named(pair(i, 0, 4, 0, 4), "other-"))
                    .toList()),
            ALPHA,
            SEED);
    assertNull(estimate.se());
    assertTrue(estimate.low() > 0.5 && estimate.low() < 1);
    assertTrue(estimate.pSuperiority() > 0 && estimate.pSuperiority() < 0.001);
    assertTrue(estimate.has(Flag.ZERO_SE));
  }

  @Test
  void contrastsThatFollowFromOthersHaveNoJointFButAStandIn() {
    Random random = new Random(5);
    QueryGaps one = random(random, 20, 6, "");
    QueryGaps two = random(random, 20, 6, "");
    ContrastEstimate joint = WaldInteraction.over(List.of(one, two, one), SEED);
    assertNull(joint.statistic());
    assertTrue(joint.has(Flag.SINGULAR));
    assertTrue(joint.pSuperiority() > 0 && joint.pSuperiority() <= 1);
  }

  @Test
  void manyLevelsAreComparedWithTheFirstAlone() {
    assertEquals(66, LevelPair.among(12).size());
    assertEquals(12, LevelPair.among(13).size());
    assertTrue(LevelPair.among(13).stream().allMatch(pair -> pair.a() == 0));
  }

  private static List<ContrastEstimate> all(List<QueryPair> a, List<QueryPair> b) {
    RatioOfRates ratio = ratio(a, b);
    List<ContrastEstimate> all = new ArrayList<>();
    all.add(DifferenceOfDifferences.between(QueryGaps.of(a), QueryGaps.of(b), ALPHA, SEED));
    all.add(WaldInteraction.over(List.of(QueryGaps.of(a), QueryGaps.of(b)), SEED));
    all.add(ratio.log());
    all.add(ratio.fieller());
    return all;
  }

  private static RatioOfRates ratio(List<QueryPair> a, List<QueryPair> b) {
    return RatioOfRates.between(
        QueryRates.of(a.stream().map(q -> new QueryCounts(q.query(), q.treatment())).toList()),
        QueryRates.of(b.stream().map(q -> new QueryCounts(q.query(), q.control())).toList()),
        Weights.MACRO,
        ALPHA);
  }

  private static RatioOfRates inverse(List<QueryPair> a) {
    return RatioOfRates.between(
        QueryRates.of(a.stream().map(q -> new QueryCounts(q.query(), q.control())).toList()),
        QueryRates.of(a.stream().map(q -> new QueryCounts(q.query(), q.treatment())).toList()),
        Weights.MACRO,
        ALPHA);
  }

  private static QueryGaps random(Random random, int queries, int n, String prefix) {
    return QueryGaps.of(randomPairs(random, queries, n, prefix));
  }

  private static List<QueryPair> randomPairs(Random random, int queries, int n, String prefix) {
    return IntStream.range(0, queries)
        .mapToObj(i -> named(pair(i, random.nextInt(n + 1), n, random.nextInt(n + 1), n), prefix))
        .toList();
  }

  private static QueryGaps gaps(int queries, int xT, int nT, int xC, int nC) {
    return QueryGaps.of(
        IntStream.range(0, queries).mapToObj(i -> pair(i, xT, nT, xC, nC)).toList());
  }

  private static QueryRates rates(int queries, int x, int n) {
    return QueryRates.of(
        IntStream.range(0, queries)
            .mapToObj(i -> new QueryCounts(Golden.id(i), List.of(Counts.binary(x, n))))
            .toList());
  }

  private static QueryRates rates(JsonNode x, JsonNode n) {
    return QueryRates.of(
        IntStream.range(0, x.size())
            .mapToObj(
                i ->
                    new QueryCounts(
                        Golden.id(i),
                        List.of(Counts.binary(x.get(i).longValue(), n.get(i).longValue()))))
            .toList());
  }

  private static QueryGaps side(JsonNode counts, String prefix) {
    return QueryGaps.of(
        Golden.pairs(counts.get("nF"), counts.get("xF"), counts.get("nP"), counts.get("xP"))
            .stream()
            .map(pair -> named(pair, prefix))
            .toList());
  }

  /** The gaps of the example, of five answers in either arm. */
  private static List<QueryGaps> levels(JsonNode levels) {
    List<QueryGaps> all = new ArrayList<>();
    for (JsonNode level : levels) {
      List<QueryPair> pairs = new ArrayList<>();
      for (int i = 0; i < level.size(); i++) {
        int fifths = (int) Math.round(5 * level.get(i).doubleValue());
        pairs.add(pair(i, Math.max(fifths, 0), 5, Math.max(-fifths, 0), 5));
      }
      all.add(QueryGaps.of(pairs));
    }
    return all;
  }

  private static QueryPair pair(int i, int xT, int nT, int xC, int nC) {
    return new QueryPair(
        Golden.id(i), List.of(Counts.binary(xT, nT)), List.of(Counts.binary(xC, nC)));
  }

  private static QueryPair named(QueryPair pair, String prefix) {
    return new QueryPair(prefix + pair.query(), pair.treatment(), pair.control());
  }
}
