package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.FDistribution;
import org.junit.jupiter.api.Test;

class VarianceComponentsTest {

  private static List<List<CellValues>> rates(int samples, int[][] events) {
    List<List<CellValues>> table = new ArrayList<>();
    for (int[] row : events) {
      List<CellValues> cells = new ArrayList<>();
      for (int count : row) {
        cells.add(CellValues.ofRate(Counts.binary(count, samples)));
      }
      table.add(cells);
    }
    return table;
  }

  private static int[][] golden(JsonNode counts) {
    int[][] events = new int[counts.size()][];
    for (int p = 0; p < events.length; p++) {
      double[] row = Golden.doubles(counts.get(p));
      events[p] = new int[row.length];
      for (int q = 0; q < row.length; q++) {
        events[p][q] = (int) row[q];
      }
    }
    return events;
  }

  @Test
  void componentsAreThoseOfTheWorkedExample() {
    JsonNode golden = Golden.read("g8-variance-components");
    int samples = golden.get("K").intValue();
    VarianceComponents components =
        VarianceComponents.of(rates(samples, golden(golden.get("success_counts"))));
    JsonNode squares = golden.get("MS");
    CrossedTable means = components.means();
    assertClose(squares.get("P").doubleValue(), samples * means.meanSquareRows(), "MS P");
    assertClose(squares.get("Q").doubleValue(), samples * means.meanSquareColumns(), "MS Q");
    assertClose(squares.get("PQ").doubleValue(), samples * means.meanSquareInteraction(), "PQ");
    assertClose(squares.get("E").doubleValue(), components.within().ofAnswer(), "MS E");
    assertClose(squares.get("E").doubleValue(), samples * components.within().ofMean(), "MS E");
    String[] shares = {"paraphrase", "query", "pxq", "within"};
    List<VarianceComponents.Term> terms = components.terms();
    for (int i = 0; i < 4; i++) {
      VarianceComponents.Term term = terms.get(i);
      assertClose(
          golden.get("components_raw").get(term.name()).doubleValue(), term.value(), term.name());
      assertClose(
          golden.get("share_truncated").get(shares[i]).doubleValue(), term.share(), term.name());
    }
    StudentEstimate grand = components.grandMean(0.05);
    assertClose(golden.get("grand_mean").doubleValue(), grand.value(), "grand mean");
    assertClose(golden.get("se_grand_mean_both_random").doubleValue(), grand.se(), "SE");
    assertEquals(2, grand.df());
    // F = 0.816667 / 0.083333 = 9.8 on 2 and 6 degrees of freedom: p = (1 + F / 3)^-3.
    assertClose(StrictMath.pow(1 + 9.8 / 3, -3), terms.get(0).p(), "p of paraphrases");
    assertClose(
        FDistribution.of(6, 48).survivalProbability(2.0 / 3), terms.get(2).p(), "p of interaction");
    assertNull(terms.get(3).p());
  }

  @Test
  void ofGapsWithinIsTheSumOfBothArms() {
    Counts treatment = Counts.binary(2, 4);
    Counts control = Counts.binary(1, 4);
    CellValues cell = CellValues.ofGap(treatment, control);
    CellValues other = CellValues.ofGap(control, control);
    VarianceComponents components =
        VarianceComponents.of(List.of(List.of(cell, other), List.of(other, cell)));
    assertClose(0.125, components.grandMean(0.05).value(), "mean gap");
    assertClose(
        (treatment.variance() + 3 * control.variance()) / 2,
        components.within().ofAnswer(),
        "within");
  }

  @Test
  void withOneSampleTheInteractionHoldsWhatIsWithin() {
    List<VarianceComponents.Term> terms =
        VarianceComponents.of(rates(1, new int[][] {{1, 0, 1}, {0, 0, 1}})).terms();
    assertEquals(List.of("includes within"), terms.get(2).flags());
    assertNull(terms.get(3).value());
    assertEquals(List.of("needs two samples"), terms.get(3).flags());
    assertClose(1, terms.get(0).share() + terms.get(1).share() + terms.get(2).share(), "shares");
  }

  @Test
  void whatNeverVariesHasComponentsOfZeroAndNeitherSharesNorP() {
    for (VarianceComponents.Term term :
        VarianceComponents.of(rates(5, new int[][] {{0, 0, 0}, {0, 0, 0}})).terms()) {
      assertEquals(0, term.value());
      assertNull(term.share());
      assertNull(term.p());
    }
    StudentEstimate grand =
        VarianceComponents.of(rates(5, new int[][] {{1, 1}, {1, 1}})).grandMean(0.05);
    assertNull(grand.se());
    assertEquals(List.of("zero standard error"), grand.flags());
  }

  @Test
  void cellsOfDifferentSizesAreEstimatedFromTheirMeans() {
    CellValues five = CellValues.ofRate(Counts.binary(2, 5));
    CellValues four = CellValues.ofRate(Counts.binary(2, 4));
    CellValues one = CellValues.ofRate(Counts.binary(1, 1));
    List<List<CellValues>> table = List.of(List.of(five, four), List.of(one, five));
    assertFalse(VarianceComponents.isBalanced(table));
    VarianceComponents components = VarianceComponents.of(table);
    double within = (0.3 + 1.0 / 3 + 0.3) / 3;
    assertClose(within, components.within().ofAnswer(), "within");
    // The single answer borrows the variance of the others.
    assertClose(
        (0.3 / 5 + 1.0 / 12 + within + 0.3 / 5) / 4, components.within().ofMean(), "of a mean");
    assertEquals(11, components.within().df(), "4 + 3 + 0 + 4");
    // The means are 0.4, 0.5; 1, 0.4: each effect of a two by two table is one contrast.
    double interaction = StrictMath.pow((0.4 - 0.5 - 1 + 0.4) / 2, 2);
    List<VarianceComponents.Term> terms = components.terms();
    assertClose(
        (StrictMath.pow((0.4 + 0.5 - 1 - 0.4) / 2, 2) - interaction) / 2,
        terms.get(0).value(),
        "paraphrase");
    assertClose(interaction - components.within().ofMean(), terms.get(2).value(), "interaction");
    assertClose(2.3 / 4, components.grandMean(0.05).value(), "every cell weighs the same");
  }

  @Test
  void ofGapsEitherArmMayLackAnswers() {
    CellValues uneven = CellValues.ofGap(Counts.binary(1, 5), Counts.binary(1, 2));
    CellValues full = CellValues.ofGap(Counts.binary(2, 5), Counts.binary(3, 5));
    List<List<CellValues>> table = List.of(List.of(full, uneven), List.of(full, full));
    assertFalse(VarianceComponents.isBalanced(table));
    VarianceComponents.Within within = VarianceComponents.of(table).within();
    assertClose((3 * 0.3 + 0.2) / 4 + (3 * 0.3 + 0.5) / 4, within.ofAnswer(), "both arms");
    assertClose((3 * 0.3 + 0.2) / 20 + (3 * 0.3 / 5 + 0.5 / 2) / 4, within.ofMean(), "of a mean");
    assertEquals(13, within.df(), "the arm with fewer answers counts");
  }

  @Test
  void anEmptyCellIsRefused() {
    CellValues five = CellValues.ofRate(Counts.binary(2, 5));
    CellValues none = CellValues.ofRate(Counts.none());
    CellValues half = CellValues.ofGap(Counts.binary(1, 5), Counts.none());
    assertThrows(
        IllegalArgumentException.class,
        () -> VarianceComponents.of(List.of(List.of(five, five), List.of(five, none))));
    assertThrows(
        IllegalArgumentException.class,
        () -> VarianceComponents.of(List.of(List.of(half, half), List.of(half, half))));
  }

  /**
   * Rates are mu + wording + query + interaction, each effect a fair coin's plus or minus a, so
   * that its variance is a squared and all rates lie between 0 and 1.
   */
  @Test
  void componentsAreUnbiasedWhereAThirdOfTheAnswersIsMissing() {
    SplittableRandom random = new SplittableRandom(56);
    int studies = 3_000;
    double[] sums = new double[4];
    double[] squares = new double[4];
    for (int study = 0; study < studies; study++) {
      List<VarianceComponents.Term> terms = VarianceComponents.of(holed(random, 6, 12)).terms();
      for (int i = 0; i < 4; i++) {
        sums[i] += terms.get(i).value() / studies;
        squares[i] += terms.get(i).value() * terms.get(i).value() / studies;
      }
    }
    double[] truth = {0.01, 0.0225, 0.0064, 0.25 - 0.01 - 0.0225 - 0.0064};
    for (int i = 0; i < 4; i++) {
      double error = Math.sqrt((squares[i] - sums[i] * sums[i]) / studies);
      assertEquals(truth[i], sums[i], 3 * error, "component " + i);
      assertTrue(error < 0.02 * 0.0225 + 0.0002, "the simulation is sharp: " + error);
    }
  }

  /** Each cell keeps at least one of six answers. */
  private static List<List<CellValues>> holed(SplittableRandom random, int wordings, int queries) {
    double[] byWording = coins(random, wordings, 0.1);
    double[] byQuery = coins(random, queries, 0.15);
    List<List<CellValues>> table = new ArrayList<>();
    for (double wording : byWording) {
      List<CellValues> cells = new ArrayList<>();
      for (double query : byQuery) {
        double rate = 0.5 + wording + query + coins(random, 1, 0.08)[0];
        int n = 1 + PlantedStudies.events(random, 5, 0.6);
        cells.add(CellValues.ofRate(Counts.binary(PlantedStudies.events(random, n, rate), n)));
      }
      table.add(cells);
    }
    return table;
  }

  private static double[] coins(SplittableRandom random, int number, double size) {
    double[] effects = new double[number];
    for (int i = 0; i < number; i++) {
      effects[i] = random.nextBoolean() ? size : -size;
    }
    return effects;
  }

  @Test
  void theOrderOfWordingsAndOfQueriesDoesNotMatter() {
    Random random = new Random(8);
    int[][] events = new int[4][6];
    for (int[] row : events) {
      for (int q = 0; q < row.length; q++) {
        row[q] = random.nextInt(6);
      }
    }
    List<List<CellValues>> table = rates(5, events);
    List<VarianceComponents.Term> expected = VarianceComponents.of(table).terms();
    List<List<CellValues>> shuffled = new ArrayList<>(table);
    Collections.shuffle(shuffled, random);
    List<List<CellValues>> turned =
        shuffled.stream()
            .map(
                row -> {
                  List<CellValues> back = new ArrayList<>(row);
                  Collections.reverse(back);
                  return List.copyOf(back);
                })
            .toList();
    List<VarianceComponents.Term> terms = VarianceComponents.of(turned).terms();
    for (int i = 0; i < expected.size(); i++) {
      assertClose(expected.get(i).value(), terms.get(i).value(), expected.get(i).name());
    }
  }
}
