package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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
    VarianceComponents components =
        VarianceComponents.of(
            rates(golden.get("K").intValue(), golden(golden.get("success_counts"))));
    JsonNode squares = golden.get("MS");
    assertClose(squares.get("P").doubleValue(), components.meanSquareParaphrase(), "MS P");
    assertClose(squares.get("Q").doubleValue(), components.meanSquareQuery(), "MS Q");
    assertClose(squares.get("PQ").doubleValue(), components.meanSquareInteraction(), "MS PQ");
    assertClose(squares.get("E").doubleValue(), components.meanSquareWithin(), "MS E");
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
        components.meanSquareWithin(),
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
  void anEmptyCellIsRefused() {
    CellValues five = CellValues.ofRate(Counts.binary(2, 5));
    CellValues none = CellValues.ofRate(Counts.none());
    List<List<CellValues>> table = List.of(List.of(five, five), List.of(five, none));
    assertThrows(IllegalArgumentException.class, () -> VarianceComponents.of(table));
  }

  @Test
  void cellsOfDifferentSizesAreSaidToBe() {
    CellValues five = CellValues.ofRate(Counts.binary(2, 5));
    CellValues four = CellValues.ofRate(Counts.binary(3, 4));
    VarianceComponents components =
        VarianceComponents.of(List.of(List.of(five, five), List.of(five, four)));
    components.terms().forEach(term -> assertEquals(List.of("unbalanced"), term.flags()));
    // 4 x 0.3 a cell of five, 3 x 0.25 of the four, over 15 degrees of freedom.
    assertClose((3 * 1.2 + 0.75) / 15, components.meanSquareWithin(), "within");
    CellValues uneven = CellValues.ofGap(Counts.binary(1, 5), Counts.binary(1, 4));
    VarianceComponents.of(List.of(List.of(uneven, uneven), List.of(uneven, uneven)))
        .terms()
        .forEach(term -> assertEquals(List.of("unbalanced"), term.flags()));
  }

  /**
   * 4,000 tables of 4 wordings by 15 queries by 6 samples, of which a fifth is lost at random: on
   * average the components are those of the whole tables.
   */
  @Test
  void whatIsLostAtRandomDoesNotBiasTheComponents() {
    Random random = new Random(17);
    int tables = 4_000;
    double[][] differences = new double[4][tables];
    double[] sums = new double[4];
    for (int i = 0; i < tables; i++) {
      List<List<CellValues>> whole = new ArrayList<>();
      List<List<CellValues>> rest = new ArrayList<>();
      double[] queries = random.doubles(15, 0, 0.4).toArray();
      for (int p = 0; p < 4; p++) {
        List<CellValues> all = new ArrayList<>();
        List<CellValues> left = new ArrayList<>();
        double wording = 0.3 * random.nextDouble();
        for (double query : queries) {
          double rate = wording + query + 0.2 * random.nextDouble();
          long events = 0;
          long kept = 1;
          long keptEvents = random.nextDouble() < rate ? 1 : 0;
          events += keptEvents;
          for (int k = 1; k < 6; k++) {
            long event = random.nextDouble() < rate ? 1 : 0;
            events += event;
            boolean isKept = random.nextDouble() < 0.8;
            kept += isKept ? 1 : 0;
            keptEvents += isKept ? event : 0;
          }
          all.add(CellValues.ofRate(Counts.binary(events, 6)));
          left.add(CellValues.ofRate(Counts.binary(keptEvents, kept)));
        }
        whole.add(all);
        rest.add(left);
      }
      List<VarianceComponents.Term> ofWhole = VarianceComponents.of(whole).terms();
      List<VarianceComponents.Term> ofRest = VarianceComponents.of(rest).terms();
      for (int term = 0; term < 4; term++) {
        sums[term] += ofWhole.get(term).value() / tables;
        differences[term][i] = ofRest.get(term).value() - ofWhole.get(term).value();
      }
    }
    for (int term = 0; term < 4; term++) {
      double bias = Means.mean(differences[term]);
      double error = Means.standardError(differences[term]);
      assertTrue(sums[term] > 0.002, "something is there to be found: " + sums[term]);
      assertTrue(
          Math.abs(bias) < 4 * error,
          "term %d: bias %.6f, Monte-Carlo error %.6f, value %.6f"
              .formatted(term, bias, error, sums[term]));
    }
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
