package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Analysis.Expectation;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is said where nothing varies, where little differs and where something is lacking. */
class DegenerateCellsTest {

  private static final double ALPHA = 0.05;
  private static final String SEED = "7";

  private static List<String> wordings(int count) {
    return IntStream.range(0, count).mapToObj(i -> "p" + i).toList();
  }

  /** Queries whose cells are all alike. */
  private static List<QueryPair> alike(int queries, int cells, Counts treatment, Counts control) {
    return IntStream.range(0, queries)
        .mapToObj(
            q ->
                new QueryPair(
                    Golden.id(q),
                    Collections.nCopies(cells, treatment),
                    Collections.nCopies(cells, control)))
        .toList();
  }

  private static Judgement judged(GapEstimate estimate, Expectation expectation) {
    return Verdicts.judge(
        estimate,
        expectation,
        0.05,
        ALPHA,
        estimate.pSuperiority(),
        Equivalence.evaluated(estimate, expectation, 0.05, ALPHA));
  }

  @Test
  void aGapThatNeverVariesIsTestedByTheIntervalThatStandsIn() {
    List<QueryPair> all = alike(20, 8, Counts.binary(4, 4), Counts.binary(0, 4));
    for (GapEstimate estimate :
        List.of(Gaps.twoWay(all, wordings(8), ALPHA), Gaps.withinQuery(all, ALPHA))) {
      assertTrue(estimate.low() > 0);
      assertTrue(estimate.pSuperiority() < ALPHA, "as the interval says");
      assertEquals(Judgement.Outcome.SUPPORTED, judged(estimate, Expectation.GREATER).outcome());
    }
    List<QueryPair> none = alike(20, 8, Counts.binary(1, 4), Counts.binary(1, 4));
    assertEquals(1, Gaps.withinQuery(none, ALPHA).pSuperiority(), 1e-12);
  }

  @Test
  void variancesThatCancelButForRoundingLeaveTheLargest() {
    assertTrue(0.1 + 0.2 - 0.3 > 0, "rounding leaves something");
    assertEquals(0.3, TwoWay.combined(0.1, 0.2, 0.3));
    assertEquals(0.4, TwoWay.combined(0.1, 0.2, 0.4));
    assertClose(0.2, TwoWay.combined(0.2, 0.1, 0.1), "else their sum");
  }

  @Test
  void aFewQueriesThatDifferSupportNoVerdictOnWordingsEither() {
    List<QueryPair> queries =
        new ArrayList<>(alike(47, 8, Counts.binary(0, 4), Counts.binary(0, 4)));
    for (int q = 47; q < 50; q++) {
      queries.add(
          new QueryPair(
              Golden.id(q),
              Collections.nCopies(8, Counts.binary(4, 4)),
              Collections.nCopies(8, Counts.binary(0, 4))));
    }
    GapEstimate estimate = Gaps.twoWay(queries, wordings(8), ALPHA);
    assertTrue(estimate.has(Flag.FEW_CLUSTERS));
    assertEquals(
        Judgement.inconclusive(Judgement.Reason.TOO_FEW_QUERIES),
        judged(estimate, Expectation.EQUIVALENT));
  }

  @Test
  void equivalenceIsNotEvaluatedWhereThereAreTooFewQueries() {
    List<QueryPair> queries = alike(50, 1, Counts.binary(0, 4), Counts.binary(0, 4));
    GapEstimate estimate = Gaps.pairedClusterMacro(queries, ALPHA, SEED);
    assertNotNull(Equivalence.p(estimate, Expectation.EQUIVALENT, 0.2));
    assertNull(Equivalence.evaluated(estimate, Expectation.EQUIVALENT, 0.2, ALPHA));
    List<QueryPair> many = alike(50, 1, Counts.binary(1, 4), Counts.binary(0, 4));
    GapEstimate enough = Gaps.pairedClusterMacro(many, ALPHA, SEED);
    assertNotNull(Equivalence.evaluated(enough, Expectation.EQUIVALENT, 0.2, ALPHA));
  }

  @Test
  void rowsOfOneQuerySpeakOfThisPrompt() {
    List<QueryPair> one = alike(1, 1, Counts.binary(3, 20), Counts.binary(1, 20));
    assertTrue(Gaps.newcombe(one, ALPHA).has(Flag.THIS_PROMPT));
    assertTrue(Gaps.unpairedWald(one, ALPHA).has(Flag.THIS_PROMPT));
    List<QueryCounts> arm = List.of(new QueryCounts("q", List.of(Counts.binary(0, 20))));
    for (RateEstimate rate : List.of(Rates.wilson(arm, ALPHA), Rates.clopperPearson(arm, ALPHA))) {
      assertEquals(List.of("this prompt"), rate.flags());
    }
    assertFalse(
        Gaps.newcombe(alike(2, 1, Counts.binary(1, 2), Counts.binary(1, 2)), ALPHA)
            .has(Flag.THIS_PROMPT));
  }

  @Test
  void aWordingThatEveryQueryLacksIsFlaggedToo() {
    List<Counts> cells = List.of(Counts.binary(1, 2), Counts.none());
    List<QueryPair> pairs = new ArrayList<>();
    List<QueryCounts> counts = new ArrayList<>();
    for (int q = 0; q < 12; q++) {
      pairs.add(new QueryPair(Golden.id(q), cells, cells));
      counts.add(new QueryCounts(Golden.id(q), cells));
    }
    assertTrue(Gaps.pairedClusterMacro(pairs, ALPHA, SEED).has(Flag.UNBALANCED_SUBCELLS));
    assertTrue(Rates.wilsonCluster(counts, ALPHA).has(Flag.UNBALANCED_SUBCELLS));
    assertFalse(Rates.wilson(counts, ALPHA).has(Flag.UNBALANCED_SUBCELLS));
  }

  @Test
  void boundsBearTheFlagsOfBothEnds() {
    List<PlannedPair> queries = new ArrayList<>();
    for (int q = 0; q < 12; q++) {
      queries.add(
          new PlannedPair(
              Golden.id(q),
              List.of(new PlannedCounts(q == 0 ? Counts.binary(1, 4) : Counts.binary(0, 3), 0)),
              List.of(new PlannedCounts(Counts.binary(q < 5 ? 1 : 0, 3), q == 0 ? 1 : 0))));
    }
    // At the highest four queries differ, which is few; at the lowest five.
    MissingAnswers.Ends ends =
        MissingAnswers.ends(queries, pairs -> Gaps.pairedClusterMacro(pairs, ALPHA, SEED));
    GapEstimate bounds = MissingAnswers.horowitzManski(ends, ALPHA);
    ends.lowest().flags().forEach(flag -> assertTrue(bounds.flags().contains(flag), flag));
    ends.highest().flags().forEach(flag -> assertTrue(bounds.flags().contains(flag), flag));
    assertFalse(ends.lowest().flags().equals(ends.highest().flags()), "they are not the same");
  }

  @Test
  void aFractionBeyondTheRangeOfADoubleIsStillANumber() {
    Fraction sum = Fraction.ZERO;
    BigInteger denominators = BigInteger.ONE;
    for (long prime = 1_000; denominators.bitLength() < 1_100; prime++) {
      if (BigInteger.valueOf(prime).isProbablePrime(30)) {
        sum = sum.plus(Fraction.of(prime / 2, prime));
        denominators = denominators.multiply(BigInteger.valueOf(prime));
      }
    }
    long count = Math.round(2 * sum.value());
    assertTrue(count > 100);
    assertEquals(0.5, sum.dividedBy(count).value(), 1e-3);
  }

  @Test
  void differencesThatAreEqualButForRoundingHaveNoWidth() {
    double[] equal = new double[40];
    List<String> queries = new ArrayList<>();
    for (int q = 0; q < equal.length; q++) {
      equal[q] = q % 2 == 0 ? 0.3 - 0.2 : 0.1;
      queries.add(Golden.id(q));
    }
    assertTrue(equal[0] != equal[1], "rounding tells them apart");
    assertEquals(0, Means.standardError(equal));
    CheckEstimate check = CheckEstimate.mean(queries, equal, ALPHA, SEED);
    assertNull(check.low());
    assertEquals(List.of("zero standard error"), check.flags());
    double[] nothing = new double[40];
    nothing[3] = 0.1 + 0.2 - 0.3;
    assertEquals(1, CheckEstimate.mean(queries, nothing, ALPHA, SEED).p());
  }

  @Test
  void aReferenceThatDiffersOnFewQueriesHasNoVerdict() {
    double[] reference = new double[50];
    double[][] paraphrases = new double[8][50];
    for (int q = 0; q < 4; q++) {
      reference[q] = 1;
    }
    StudentEstimate four = ReferencePaired.of(reference, paraphrases, ALPHA).random();
    assertNotNull(four.p());
    assertEquals(
        Judgement.inconclusive(Judgement.Reason.TOO_FEW_QUERIES),
        four.judge(Expectation.DIFFERS, null, ALPHA, four.p(), null));
    for (int q = 0; q < 20; q++) {
      reference[q] = 1;
    }
    StudentEstimate twenty = ReferencePaired.of(reference, paraphrases, ALPHA).random();
    assertEquals(
        Judgement.Outcome.SUPPORTED,
        twenty.judge(Expectation.DIFFERS, null, ALPHA, twenty.p(), null).outcome());
  }

  @Test
  void aTemperatureThatMovesFewQueriesMasksNothing() {
    double[][] rounds = new double[5][50];
    for (int round = 0; round < 5; round++) {
      for (int q = 0; q < 4; q++) {
        rounds[round][q] = 0.9 + 0.01 * (round + q);
      }
    }
    Masking masking = Masking.of(List.of(Masking.difference(rounds, ALPHA)), null, ALPHA);
    assertEquals(Judgement.inconclusive(Judgement.Reason.TOO_FEW_QUERIES), masking.judgement());
  }

  @Test
  void aShareIsBoundedToFullPrecision() {
    CheckEstimate share = CheckEstimate.share(1, 1_000_000, 0.5, ALPHA);
    assertClose(
        ClopperPearson.interval(1, 1_000_000, ALPHA / 2).low(), share.low() + 0.5, "lower limit");
  }
}
