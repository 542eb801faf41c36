package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Flips, rounds, slopes and masking. */
class SensitivityTest {

  @Test
  void aMeanOverRoundsHasTheTwoWayErrorOfTheWorkedExamples() {
    JsonNode goldens = Golden.read("g31-two-way-random");
    for (int i = 1; i < goldens.size(); i++) {
      JsonNode table = goldens.get(i).get("d_by_paraphrase_and_query");
      double[][] rows = new double[table.size()][];
      for (int row = 0; row < rows.length; row++) {
        rows[row] = Golden.doubles(table.get(row));
      }
      JsonNode expected = goldens.get(i).get("target_random");
      StudentEstimate mean = RoundNoise.mean(rows, 0.05);
      assertClose(goldens.get(i).get("gap").doubleValue(), mean.value(), "mean");
      assertClose(expected.get("se").doubleValue(), mean.se(), "SE");
      assertEquals(expected.get("df").doubleValue(), mean.df());
      assertInterval(expected.get("ci"), mean.low(), mean.high(), "interval");
      assertClose(expected.get("p").doubleValue(), mean.p(), "p");
      assertEquals(
          expected.get("verdict_allowed").booleanValue() ? List.of() : List.of("too few rounds"),
          mean.flags());
    }
  }

  @Test
  void roundsMoveByTheirDeviationAndTheirRange() {
    double[][] rounds = {{0.2, 0.4}, {0.3, 0.5}, {0.1, 0.3}, {0.2, 0.4}, {0.2, 0.4}};
    RoundNoise noise = RoundNoise.of(rounds, 0.05);
    // Rounds differ by 0.1 and not with the query: the variance between them is all there is.
    assertClose(StrictMath.sqrt(0.005), noise.deviation().value(), "deviation");
    assertClose(0.2, noise.range().value(), "range");
    assertNull(noise.deviation().p());
    assertTrue(noise.range().flags().isEmpty());
    RoundNoise two = RoundNoise.of(Arrays.copyOf(rounds, 2), 0.05);
    assertEquals(List.of("too few rounds"), two.range().flags());
    RoundNoise one = RoundNoise.of(new double[][] {{0.2}, {0.5}}, 0.05);
    assertNull(one.mean().se());
    assertClose(0.3, one.range().value(), "range of one query");
    assertNull(RoundNoise.of(new double[][] {{}, {}}, 0.05).mean().value());
  }

  @Test
  void flipsAreCountedByPairs() {
    // 2 of 4 comply: 4 of the 6 pairs differ. 1 of 4: 3 of 6. Between: 1/2 * 3/4 + 1/2 * 1/4.
    FlipRate one =
        FlipRate.of(
            List.of(
                List.of(Counts.binary(2, 4), Counts.binary(1, 4)),
                List.of(Counts.binary(4, 4), Counts.binary(0, 4))),
            0.05);
    assertClose((4 / 6.0 + 3 / 6.0) / 2 / 2, one.within().value(), "within");
    assertClose((0.5 + 1) / 2, one.between().value(), "between");
    assertClose(0.75 - 7 / 24.0, one.excess().value(), "excess");
    assertEquals(1, one.excess().df());
  }

  @Test
  void aHalfIsAnAnswerOfItsOwn() {
    // 1, 0.5 and 0: all three pairs differ.
    FlipRate halves =
        FlipRate.of(List.of(List.of(new Counts(3, 3, 5)), List.of(new Counts(2, 2, 2))), 0.05);
    assertClose(0.5, halves.within().value(), "three answers, and two equal halves");
    assertNull(halves.between().value());
    assertEquals(List.of("no rows"), halves.between().flags());
  }

  @Test
  void oneSampleHasNoNoiseFloor() {
    FlipRate single =
        FlipRate.of(
            List.of(
                List.of(Counts.binary(1, 1), Counts.binary(0, 1)),
                List.of(Counts.binary(1, 1), Counts.binary(1, 1))),
            0.05);
    assertNull(single.within().value());
    assertEquals(List.of("needs two samples"), single.within().flags());
    assertClose(0.5, single.between().value(), "between");
    assertEquals(List.of("needs two samples"), single.excess().flags());
  }

  @Property(tries = 200)
  void flipRatesAreThoseOfWrittenOutPairs(
      @ForAll @IntRange(min = 2, max = 7) int n,
      @ForAll @IntRange(min = 1, max = 7) int m,
      @ForAll Random random) {
    int[] some = random.ints(n, 0, 3).toArray();
    int[] others = random.ints(m, 0, 3).toArray();
    double differ = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        differ += some[i] == some[j] ? 0 : 1;
      }
    }
    double across = 0;
    for (int one : some) {
      for (int other : others) {
        across += one == other ? 0 : 1;
      }
    }
    assertClose(
        differ / (n * (n - 1) / 2.0),
        FlipRate.of(List.of(List.of(counts(some))), 0.05).within().value(),
        "within");
    assertClose(
        across / (n * m),
        FlipRate.of(List.of(List.of(counts(some), counts(others))), 0.05).between().value(),
        "between");
  }

  private static Counts counts(int[] doubled) {
    return new Counts(
        doubled.length,
        Arrays.stream(doubled).sum(),
        Arrays.stream(doubled).map(value -> value * value).sum());
  }

  @Test
  void aSlopeIsOneLogitAUnitWhereTheRatesSaySo() {
    double[] temperatures = {0, 1};
    List<List<Counts>> queries =
        List.of(
            List.of(Counts.binary(0, 5), Counts.binary(2, 5)),
            List.of(Counts.binary(1, 5), Counts.binary(2, 5)),
            List.of(Counts.binary(1, 5), Counts.binary(5, 5)));
    StudentEstimate slope = LogitSlope.of(temperatures, queries, 0.05);
    double expected = StrictMath.log(9.5 / 6.5) - StrictMath.log(2.5 / 13.5);
    assertClose(expected, slope.value(), "slope");
    double[] without = {
      StrictMath.log(7.5 / 3.5) - StrictMath.log(2.5 / 8.5),
      StrictMath.log(7.5 / 3.5) - StrictMath.log(1.5 / 9.5),
      StrictMath.log(4.5 / 6.5) - StrictMath.log(1.5 / 9.5)
    };
    assertClose(2 * Means.standardError(without), slope.se(), "jackknife");
    assertEquals(2, slope.df());
    assertNull(LogitSlope.of(temperatures, queries.subList(0, 1), 0.05).se());
    assertNull(
        LogitSlope.of(temperatures, List.of(List.of(Counts.none(), Counts.binary(1, 2))), 0.05)
            .value());
  }

  @Test
  void aSpreadIsTheGreatestDifferenceWithTheWeightsOfTheSpecification() {
    int[][] weights = {{2, 1, 0, 1, 3, 2, 3, 0}, {1, 0, 0, 1, 1, 0, 1, 0}};
    for (int q = 0; q < weights.length; q++) {
      long stream = PoissonWeights.stream("golden-v1", "q0" + q);
      for (int b = 0; b < 8; b++) {
        assertEquals(weights[q][b], PoissonWeights.weight(stream, PoissonWeights.number(b)));
      }
    }
    List<String> queries = List.of("q00", "q01", "q02", "q03");
    double[][] wordings = {{0.2, 0.4, 0.6, 0.4}, {0.0, 0.2, 0.4, 0.0}, {0.1, 0.3, 0.5, 0.2}};
    StudentEstimate spread = Spread.of(queries, wordings, "golden-v1", 0.05);
    assertClose(0.25, spread.value(), "spread");
    // The best wording leads by 0.2 on three queries and by 0.4 on the last.
    assertTrue(spread.low() >= 0.2 - 1e-12 && spread.low() < 0.25);
    assertTrue(spread.high() <= 0.4 + 1e-12 && spread.high() > 0.25);
    StudentEstimate same =
        Spread.of(queries, new double[][] {wordings[0], wordings[0]}, "golden-v1", 0.05);
    assertEquals(0, same.value());
    assertEquals(List.of("zero standard error"), same.flags());
    assertNull(Spread.of(List.of(), new double[][] {{}, {}}, "s", 0.05).value());
    assertNull(Spread.of(List.of("q"), new double[][] {{0}, {1}}, "s", 0.05).low());
  }

  private static double[][] rounds(int count, double... byQuery) {
    double[][] rounds = new double[count][];
    for (int r = 0; r < count; r++) {
      rounds[r] = byQuery.clone();
      rounds[r][r % byQuery.length] += 0.01;
    }
    return rounds;
  }

  @Test
  void maskingIsSupportedByAnyTemperatureOnceDriftIsInTheError() {
    double[] greater = {0.3, 0.4, 0.35, 0.3, 0.45, 0.4};
    double[] none = {0.05, -0.05, 0.1, -0.1, 0.02, -0.02};
    Masking supported =
        Masking.of(
            List.of(
                Masking.difference(rounds(5, none), 0.05),
                Masking.difference(rounds(5, greater), 0.05)),
            null,
            0.05);
    assertEquals(Judgement.Outcome.SUPPORTED, supported.judgement().outcome());
    assertEquals(1, supported.largest());
    assertClose(2 * supported.differences().get(1).p(), supported.adjusted().get(1), "Holm");
    for (int few : new int[] {1, 4}) {
      Masking unseen =
          Masking.of(List.of(Masking.difference(rounds(few, greater), 0.05)), 0.05, 0.05);
      assertEquals(Judgement.inconclusive(Judgement.Reason.TOO_FEW_ROUNDS), unseen.judgement());
      assertEquals(
          List.of(few == 1 ? "no rounds at T=0: drift is not in the interval" : "too few rounds"),
          unseen.differences().get(0).flags());
    }
  }

  @Test
  void maskingIsRefutedOnlyWhereEveryTemperatureStaysBelowTheMargin() {
    StudentEstimate small =
        Masking.difference(rounds(5, 0.01, -0.01, 0.005, -0.004, 0.0, 0.002), 0.05);
    StudentEstimate wide = Masking.difference(rounds(5, 0.4, -0.4, 0.3, -0.2, 0.1, -0.1), 0.05);
    assertEquals(
        new Judgement(Judgement.Outcome.REFUTED, Judgement.Reason.BELOW_MARGIN),
        Masking.of(List.of(small, small), 0.05, 0.05).judgement());
    assertEquals(
        Judgement.inconclusive(Judgement.Reason.TOO_WIDE),
        Masking.of(List.of(small, wide), 0.05, 0.05).judgement());
    assertEquals(
        Judgement.inconclusive(Judgement.Reason.NO_MARGIN),
        Masking.of(List.of(small, small), null, 0.05).judgement());
  }

  @Test
  void nothingToCompareIsNoMasking() {
    StudentEstimate empty = Masking.difference(new double[][] {{}}, 0.05);
    assertNull(empty.value());
    Masking masking = Masking.of(List.of(empty), 0.05, 0.05);
    assertEquals(-1, masking.largest());
    assertEquals(Judgement.inconclusive(Judgement.Reason.TOO_FEW_QUERIES), masking.judgement());
  }
}
