package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static dev.gapline.transforms.statistics.Golden.doubles;
import static dev.gapline.transforms.statistics.Golden.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.schemas.Analysis.Expectation;
import dev.gapline.schemas.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every further method against its worked example, and where it has nothing to say. */
class MethodsTest {

  private static final String SEED = "7";

  @Test
  void theExactIntervalMatchesTheWorkedExamples() {
    for (JsonNode example : Golden.read("g1-wilson").get("cases")) {
      int events = example.get("k").intValue();
      int n = example.get("n").intValue();
      RateEstimate estimate = Rates.clopperPearson(Golden.single(events, n), 0.05);
      assertClose(example.get("cp_lo").doubleValue(), estimate.low(), events + " of " + n);
      assertClose(example.get("cp_hi").doubleValue(), estimate.high(), events + " of " + n);
    }
    JsonNode three = Golden.read("g1-wilson").get("rule_of_three");
    assertClose(
        three.get("one_sided95_upper_exact").doubleValue(),
        ClopperPearson.interval(0, three.get("n").longValue(), 0.05).high(),
        "no event in 299");
  }

  @Test
  void theExactIntervalIsExactInFarTails() {
    // No event of n: 1 - tail^(1/n); all of n: tail^(1/n); one of n from below: 1 - (1 -
    // tail)^(1/n).
    for (double tail : new double[] {0.025, 1e-6, 1e-12}) {
      for (long n : new long[] {1, 7, 1_000, 1_000_000}) {
        double root = StrictMath.log(tail) / n;
        assertClose(-StrictMath.expm1(root), ClopperPearson.interval(0, n, tail).high(), "none");
        assertClose(StrictMath.exp(root), ClopperPearson.interval(n, n, tail).low(), "all");
        if (n > 1) {
          double one = -StrictMath.expm1(StrictMath.log1p(-tail) / n);
          double found = ClopperPearson.interval(1, n, tail).low();
          assertEquals(1, found / one, 1e-9, tail + " of one event in " + n);
        }
      }
    }
  }

  @Test
  void halvesHaveNoExactInterval() {
    RateEstimate estimate =
        Rates.clopperPearson(List.of(new QueryCounts("a", List.of(new Counts(4, 3, 5)))), 0.05);
    assertNull(estimate.rate());
    assertEquals(List.of("not binary"), estimate.flags());
  }

  @Test
  void onePairPerQueryMatchesTheWorkedExamples() {
    for (JsonNode example : Golden.read("g3-paired-gap")) {
      List<QueryPair> data =
          Golden.agreement(
              example.get("both").intValue(),
              example.get("free_only").intValue(),
              example.get("paid_only").intValue(),
              example.get("neither").intValue());
      GapEstimate newcombe = Gaps.newcombePaired(data, 0.05);
      GapEstimate test = Gaps.mcNemar(data, 0.05);
      assertClose(example.get("gap").doubleValue(), newcombe.gap(), "gap");
      assertInterval(example.get("newcombe_paired"), newcombe.low(), newcombe.high(), "interval");
      if (example.get("se_paired").doubleValue() == 0) {
        assertNull(newcombe.se());
      } else {
        assertClose(example.get("se_paired").doubleValue(), newcombe.se(), "se");
      }
      assertClose(example.get("mcnemar_exact_p").doubleValue(), test.pSuperiority(), "p");
      assertEquals(test.pSuperiority(), newcombe.pSuperiority());
      assertNull(test.low());
      assertTrue(test.has(Flag.TEST_ONLY));
    }
  }

  @Test
  void aTestOfPairsNeedsOnePairPerQuery() {
    List<QueryPair> two = Golden.pairs(array(2, 2), array(1, 0), array(2, 2), array(0, 0));
    assertEquals(List.of("more than one pair per query"), Gaps.mcNemar(two, 0.05).flags());
    assertNull(Gaps.newcombePaired(two, 0.05).gap());
    List<QueryPair> half =
        List.of(
            new QueryPair("a", List.of(new Counts(1, 1, 1)), List.of(Counts.binary(0, 1))),
            new QueryPair("b", List.of(Counts.binary(1, 1)), List.of(Counts.binary(0, 1))));
    assertEquals(List.of("not binary"), Gaps.mcNemar(half, 0.05).flags());
    List<QueryPair> unpaired = new ArrayList<>(Golden.agreement(1, 5, 1, 4));
    unpaired.add(new QueryPair("z", List.of(Counts.binary(1, 1)), List.of(Counts.none())));
    GapEstimate test = Gaps.mcNemar(unpaired, 0.05);
    assertEquals(2 * 7.0 / 64, test.pSuperiority(), 1e-15, "7 of 64 have 5 or 6 of 6");
    assertEquals(1, test.unpairedQueries());
  }

  @Test
  void atOnePairPerQueryTheSignFlipTestIsMcNemars() {
    for (int[] cell : new int[][] {{0, 6, 1, 3}, {2, 5, 0, 7}, {4, 4, 4, 4}}) {
      List<QueryPair> data = Golden.agreement(cell[0], cell[1], cell[2], cell[3]);
      assertEquals(
          Gaps.mcNemar(data, 0.05).pSuperiority(),
          Gaps.signFlip(data, 0.05, SEED).pSuperiority(),
          1e-12);
    }
  }

  @Test
  void theSignFlipRowMatchesTheWorkedExamples() {
    for (JsonNode example : Golden.read("g20-sign-flip").get("cases")) {
      GapEstimate estimate = Gaps.signFlip(tenths(doubles(example.get("d")), 20), 0.05, SEED);
      assertClose(example.get("p").doubleValue(), estimate.pSuperiority(), example.toString());
      assertClose(example.get("p_floor").doubleValue(), estimate.pFloor(), example.toString());
      assertNull(estimate.low());
    }
  }

  @Test
  void signFlipsAreLeftOutWhereVeryManyQueriesDiffer() {
    List<QueryPair> data = Golden.agreement(0, 1_001, 0, 0);
    assertEquals(
        List.of("test only", "too many queries for flips"),
        Gaps.signFlip(data, 0.05, SEED).flags());
    assertNull(Gaps.signFlip(data, 0.05, SEED).pSuperiority());
  }

  @Test
  void twoWayMatchesTheWorkedExamples() {
    List<GapEstimate> estimates = new ArrayList<>();
    JsonNode examples = Golden.read("g31-two-way");
    for (JsonNode example : examples) {
      JsonNode expected = example.get("target_random");
      List<QueryPair> data = crossed(example);
      List<String> wordings = wordings(example.get("P").intValue());
      GapEstimate estimate = Gaps.twoWay(data, wordings, 0.05);
      assertClose(example.get("gap").doubleValue(), estimate.gap(), "gap");
      assertClose(expected.get("se").doubleValue(), estimate.se(), "se");
      assertClose(expected.get("df").doubleValue(), estimate.df(), "df");
      assertInterval(expected.get("ci"), estimate.low(), estimate.high(), "interval");
      assertClose(expected.get("p").doubleValue(), estimate.pSuperiority(), "p");
      JsonNode fixed = example.get("target_fixed");
      GapEstimate macro = Gaps.pairedClusterMacro(data, 0.05, SEED);
      assertClose(fixed.get("se").doubleValue(), macro.se(), "fixed se");
      assertInterval(fixed.get("ci"), macro.low(), macro.high(), "fixed");
      estimates.add(estimate);
    }
    assertNull(Verdicts.tooFew(estimates.get(0), 0.05));
    assertNull(Verdicts.tooFew(estimates.get(1), 0.05));
    assertEquals(
        examples.get(2).get("verdict_reason").textValue(),
        Verdicts.judge(estimates.get(2), Expectation.GREATER, 0.05, 0.05, 0.01, 0.01)
            .reason()
            .id());
  }

  @Test
  void twoWayMatchesTheWorkedExampleOfTheFormula() {
    JsonNode example = Golden.read("g5-two-way");
    List<QueryPair> data =
        IntStream.range(0, 4)
            .mapToObj(
                query -> {
                  List<Counts> free = new ArrayList<>();
                  List<Counts> paid = new ArrayList<>();
                  for (JsonNode row : example.get("rows_paraphrase_query_nF_xF_nP_xP")) {
                    if (row.get(1).intValue() == query) {
                      free.add(Counts.binary(row.get(3).longValue(), row.get(2).longValue()));
                      paid.add(Counts.binary(row.get(5).longValue(), row.get(4).longValue()));
                    }
                  }
                  return new QueryPair(id(query), free, paid);
                })
            .toList();
    GapEstimate estimate = Gaps.twoWay(data, wordings(3), 0.05);
    assertClose(example.get("gap").doubleValue(), estimate.gap(), "gap");
    assertClose(example.get("se_cgm").doubleValue(), estimate.se(), "se");
    assertClose(example.get("t_df").doubleValue(), estimate.df(), "df");
    assertEquals(List.of("few_clusters", "few_paraphrases"), estimate.flags());
  }

  @Test
  void twoWayWithoutSpreadIsNeverOfZeroWidth() {
    List<QueryPair> data =
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    new QueryPair(
                        id(i),
                        Collections.nCopies(6, Counts.binary(1, 3)),
                        Collections.nCopies(6, Counts.binary(0, 3))))
            .toList();
    GapEstimate estimate = Gaps.twoWay(data, wordings(6), 0.05);
    NewcombeLimits limits = new NewcombeLimits(1 / 3.0, 6, 0, 6);
    assertEquals(limits.lower(0.025), estimate.low(), 1e-15);
    assertNull(estimate.se());
    assertEquals(List.of("zero standard error"), estimate.flags());
    GapEstimate one = Gaps.twoWay(data, wordings(1), 0.05);
    assertNull(one.low());
    assertTrue(one.has(Flag.FEW_PARAPHRASES));
  }

  @Test
  void theErrorOfTheseQueriesIsThatOfTheirSamples() {
    // s^2 = n p (1 - p) / (n - 1): 5/18, 0 in the first query, 1/3, 1/4 in the second.
    List<QueryPair> data = Golden.pairs(array(9, 4), array(6, 2), array(3, 4), array(0, 1));
    GapEstimate estimate = Gaps.withinQuery(data, 0.05);
    double[] parts = {0.25 / 9, 1.0 / 3 / 4, 0.25 / 4};
    double variance = (parts[0] + parts[1] + parts[2]) / 4;
    assertClose((2.0 / 3 + 0.25) / 2, estimate.gap(), "gap");
    assertClose(StrictMath.sqrt(variance), estimate.se(), "se");
    double squares = parts[0] * parts[0] / 8 + (parts[1] * parts[1] + parts[2] * parts[2]) / 3;
    assertClose(16 * variance * variance / squares, estimate.df(), "df");
    assertFalse(estimate.has(Flag.FEW_CLUSTERS), "it says nothing of other queries");
    GapEstimate single = Gaps.withinQuery(Golden.agreement(3, 3, 3, 3), 0.05);
    assertNull(single.gap());
    assertEquals(List.of("fewer than two values per query"), single.flags());
  }

  @Test
  void theBootstrapMatchesTheWorkedExampleToTheBit() {
    JsonNode example = Golden.read("g6-poisson-bootstrap");
    String seed = example.get("seed").textValue();
    assertEquals(
        example.get("fnv1a64_of_golden-v1|q00_hex").textValue(),
        Long.toHexString(Hashing.fnv1a64(seed + "|q00")));
    example
        .get("weights_b0..7")
        .fields()
        .forEachRemaining(
            query -> {
              for (int b = 0; b < 8; b++) {
                assertEquals(
                    query.getValue().get(b).intValue(),
                    PoissonBootstrap.weight(seed, query.getKey(), b));
              }
            });
    JsonNode in = Golden.read("g4-clustered").get(0).get("input");
    List<QueryPair> data = new ArrayList<>();
    for (QueryPair pair : Golden.pairs(in.get("nF"), in.get("xF"), in.get("nP"), in.get("xP"))) {
      data.add(new QueryPair("q" + pair.query().substring(2), pair.treatment(), pair.control()));
    }
    for (int b = 0; b < 8; b++) {
      int until = b + 1;
      double[] gaps = PoissonBootstrap.of(data, seed, until).gaps();
      double[] expected = Arrays.copyOf(doubles(example.get("gaps_b0..7_dataset_G4A")), until);
      Arrays.sort(expected);
      for (int i = 0; i < until; i++) {
        assertClose(expected[i], gaps[i], "replicates up to " + b);
      }
    }
    PoissonBootstrap all = PoissonBootstrap.of(data, seed, example.get("B").intValue());
    assertEquals(example.get("n_undefined").intValue(), all.undefined());
    assertClose(example.get("sd").doubleValue(), all.standardDeviation(), "sd");
    assertClose(example.get("pct_2.5").doubleValue(), all.interval(0.025).low(), "low");
    assertClose(example.get("pct_97.5").doubleValue(), all.interval(0.025).high(), "high");
    Collections.shuffle(data, new Random(5));
    GapEstimate row = Gaps.bootstrap(data, 0.05, seed);
    assertEquals(all.standardDeviation(), row.se());
    assertEquals(all.interval(0.025).high(), row.high());
    assertEquals(List.of("few_clusters", "undefined replicates"), row.flags());
  }

  @Test
  void aBootstrapWithoutSpreadHasNoInterval() {
    GapEstimate estimate = Gaps.bootstrap(Golden.agreement(0, 0, 0, 12), 0.05, SEED);
    assertNull(estimate.low());
    assertNull(estimate.se());
    assertTrue(estimate.has(Flag.ZERO_SE));
  }

  @Test
  void boundsWithTheirErrorMatchTheWorkedExample() {
    JsonNode example = Golden.read("g29-horowitz-manski").get("clustered");
    List<PlannedPair> data = new ArrayList<>();
    int i = 0;
    for (JsonNode row : example.get("rows_xF_obsF_missF_xP_obsP_missP")) {
      long[] v = IntStream.range(0, 6).mapToLong(at -> row.get(at).longValue()).toArray();
      data.add(
          new PlannedPair(
              id(i++),
              List.of(new PlannedCounts(Counts.binary(v[0], v[1]), v[2])),
              List.of(new PlannedCounts(Counts.binary(v[3], v[4]), v[5]))));
    }
    MissingAnswers.Ends ends = macroEnds(data);
    GapEstimate bounds = MissingAnswers.horowitzManski(ends, 0.05);
    assertClose(example.get("bounds").get(0).doubleValue(), ends.lowest().gap(), "lower bound");
    assertClose(example.get("bounds").get(1).doubleValue(), ends.highest().gap(), "upper bound");
    assertClose(example.get("se_lower").doubleValue(), ends.lowest().se(), "its se");
    assertClose(example.get("se_upper").doubleValue(), ends.highest().se(), "its se");
    assertInterval(example.get("interval"), bounds.low(), bounds.high(), "interval");
    assertEquals(example.get("df").doubleValue(), bounds.df());
    assertNull(bounds.gap());
    assertTrue(bounds.has(Flag.BOUNDS_ONLY));
  }

  @Test
  void boundsFromCountsMatchTheWorkedExamples() {
    for (JsonNode example : Golden.read("g29-horowitz-manski").get("counts")) {
      List<PlannedPair> data = counts(example, "q");
      MissingAnswers.Ends ends = MissingAnswers.ends(data, queries -> Gaps.newcombe(queries, 0.05));
      GapEstimate bounds = MissingAnswers.horowitzManski(ends, 0.05);
      assertClose(example.get("bounds").get(0).doubleValue(), ends.lowest().gap(), "lower bound");
      assertClose(example.get("bounds").get(1).doubleValue(), ends.highest().gap(), "upper bound");
      assertInterval(example.get("interval_newcombe"), bounds.low(), bounds.high(), "interval");
    }
  }

  @Test
  void threeWaysToReadMissingAnswersMatchTheWorkedExamples() {
    for (JsonNode example : Golden.read("g12-missing")) {
      List<PlannedPair> data = counts(example, "q");
      List<QueryPair> complete = data.stream().map(PlannedPair::complete).toList();
      List<QueryPair> none =
          data.stream().map(PlannedPair::settledAsZero).map(PlannedPair::complete).toList();
      assertClose(
          example.get("complete_case").doubleValue(),
          Gaps.pairedClusterMicro(complete, 0.05, SEED).gap(),
          "complete case");
      assertClose(
          example.get("itt_missing_as_noncompliant").doubleValue(),
          Gaps.pairedClusterMicro(none, 0.05, SEED).gap(),
          "as noncompliant");
      MissingAnswers.Ends ends = macroEnds(data);
      assertClose(example.get("manski").get(0).doubleValue(), ends.lowest().gap(), "lowest");
      assertClose(example.get("manski").get(1).doubleValue(), ends.highest().gap(), "highest");
    }
  }

  @Test
  void withoutMissingAnswersTheBoundsAreTheIntervalItself() {
    List<PlannedPair> data = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      data.add(planned(i, i % 4, 3, 0, i % 2, 3, 0));
    }
    List<QueryPair> complete = data.stream().map(PlannedPair::complete).toList();
    GapEstimate headline = Gaps.pairedClusterMacro(complete, 0.05, SEED);
    GapEstimate bounds = MissingAnswers.horowitzManski(macroEnds(data), 0.05);
    assertEquals(headline.low(), bounds.low());
    assertEquals(headline.high(), bounds.high());
    assertFalse(MissingAnswers.exist(data));
  }

  @Test
  void unequalMissingnessIsNoticedIfItIsLargeAndMoreThanChance() {
    List<PlannedPair> unequal = new ArrayList<>();
    List<PlannedPair> chance = new ArrayList<>();
    List<PlannedPair> small = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      unequal.add(planned(i, 1, 3, i % 2 == 0 ? 1 : 0, 1, 4, 0));
      chance.add(planned(i, 1, 3, i < 2 ? 1 : 0, 1, 4, 0));
      small.add(planned(i, 1, 100, 1, 1, 100, 0));
    }
    assertTrue(MissingAnswers.differ(unequal, 0.05, SEED));
    assertFalse(MissingAnswers.differ(chance, 0.05, SEED), "2 of 40 queries");
    assertFalse(MissingAnswers.differ(small, 0.05, SEED), "1 point");
  }

  @Test
  void theMinimalEffectMatchesTheWorkedExamples() {
    for (JsonNode example : Golden.read("g28-clustered-planning").get("cases")) {
      assertClose(
          example.get("mde80").doubleValue(),
          MinimalDetectableEffect.of(
              example.get("se").doubleValue(), example.get("G").doubleValue() - 1, 0.05, 0.8),
          example.toString());
    }
    assertNull(MinimalDetectableEffect.of(null, null, 0.05, 0.8));
  }

  @Test
  void equivalenceMatchesTheWorkedExamples() {
    JsonNode examples = Golden.read("g16-equivalence");
    int[][] counts = {
      {76, 19}, {0, 0}, {107, 116}, {173, 173}, {26, 4}, {152, 68},
    };
    String[] models = {
      "Llama-3.1-405B",
      "Llama-3.1-70B",
      "Llama-3.1-8B",
      "Mistral-7B",
      "Claude 3 Opus",
      "Claude 3.5 Sonnet"
    };
    for (int i = 0; i < counts.length; i++) {
      JsonNode example = examples.get(models[i]);
      GapEstimate estimate =
          Gaps.newcombe(Golden.columns(counts[i][0], 400, counts[i][1], 400), 0.05);
      assertClose(example.get("gap").doubleValue(), estimate.gap(), models[i]);
      assertInterval(example.get("newcombe90"), estimate.low90(), estimate.high90(), models[i]);
      Double p =
          Equivalence.p(estimate, Expectation.EQUIVALENT, example.get("delta").doubleValue());
      assertNotNull(p);
      assertEquals(example.get("equivalent").booleanValue(), p < 0.05, models[i]);
    }
  }

  @Test
  void valuesOfAQueryAreAsAlikeAsTheirVarianceSays() {
    List<Counts> alike = List.of(Counts.binary(4, 4), Counts.binary(0, 4), Counts.binary(4, 4));
    assertEquals(1.0, IntraclassCorrelation.of(List.of(alike)));
    List<Counts> alternating = Collections.nCopies(5, Counts.binary(1, 2));
    assertEquals(0.0, IntraclassCorrelation.of(List.of(alternating, alternating)));
    List<Counts> some = List.of(Counts.binary(2, 2), Counts.binary(0, 2), Counts.binary(1, 2));
    // Means 1, 0, 1/2: MSB = 2 (1/4 + 1/4) / 2 = 1/2, MSW = (1/2) / 3, component (MSB - MSW) / 2.
    assertEquals(0.5, IntraclassCorrelation.of(List.of(some)), 1e-15);
    assertNull(IntraclassCorrelation.of(List.of(List.of(Counts.binary(1, 1), Counts.none()))));
    assertNull(
        IntraclassCorrelation.of(List.of(List.of(Counts.binary(0, 3), Counts.binary(0, 3)))));
  }

  @Test
  void boundsHoldWhateverIsMissingOnlyIfBothEndsAgree() {
    Judgement above = Judgement.supported(Judgement.Reason.BEYOND_THRESHOLD);
    Judgement open = Judgement.inconclusive(Judgement.Reason.TOO_WIDE);
    assertEquals(Judgement.Outcome.SUPPORTED, Verdicts.whatever(above, 0.1, above, 0.2));
    assertEquals(Judgement.Outcome.INCONCLUSIVE, Verdicts.whatever(open, 0.1, above, 0.2));
    assertEquals(
        Judgement.Outcome.INCONCLUSIVE,
        Verdicts.whatever(above, -0.1, above, 0.2),
        "a difference on either side may be none in between");
  }

  private static MissingAnswers.Ends macroEnds(List<PlannedPair> data) {
    return MissingAnswers.ends(data, queries -> Gaps.pairedClusterMacro(queries, 0.05, SEED));
  }

  private static PlannedPair planned(
      int i, long x, long n, long missing, long xControl, long nControl, long missingControl) {
    return new PlannedPair(
        id(i),
        List.of(new PlannedCounts(Counts.binary(Math.min(x, n), n), missing)),
        List.of(new PlannedCounts(Counts.binary(xControl, nControl), missingControl)));
  }

  private static List<PlannedPair> counts(JsonNode example, String query) {
    return List.of(
        new PlannedPair(
            query, List.of(planned(example, "free")), List.of(planned(example, "paid"))));
  }

  private static PlannedCounts planned(JsonNode example, String arm) {
    return new PlannedCounts(
        Counts.binary(example.get("x_" + arm).longValue(), example.get("obs_" + arm).longValue()),
        example.get("miss_" + arm).longValue());
  }

  /** Queries by wordings, from counts per cell or from differences that are fifths. */
  private static List<QueryPair> crossed(JsonNode example) {
    List<QueryPair> data = new ArrayList<>();
    for (int query = 0; query < example.get("G").intValue(); query++) {
      List<Counts> free = new ArrayList<>();
      List<Counts> paid = new ArrayList<>();
      for (int wording = 0; wording < example.get("P").intValue(); wording++) {
        if (example.has("x_free")) {
          free.add(Counts.binary(example.get("x_free").get(wording).get(query).longValue(), 5));
          paid.add(Counts.binary(example.get("x_paid").get(wording).get(query).longValue(), 5));
        } else {
          double difference =
              example.get("d_by_paraphrase_and_query").get(wording).get(query).doubleValue();
          free.add(Counts.binary(Math.round(5 * difference), 5));
          paid.add(Counts.binary(0, 5));
        }
      }
      data.add(new QueryPair(id(query), free, paid));
    }
    return data;
  }

  /** Queries whose differences are these, each a multiple of one over {@code n}. */
  private static List<QueryPair> tenths(double[] differences, int n) {
    return IntStream.range(0, differences.length)
        .mapToObj(
            i -> {
              long up = Math.round(n * Math.max(0, differences[i]));
              long down = Math.round(n * Math.max(0, -differences[i]));
              return new QueryPair(
                  id(i), List.of(Counts.binary(up, n)), List.of(Counts.binary(down, n)));
            })
        .toList();
  }

  private static List<String> wordings(int count) {
    return IntStream.range(0, count).mapToObj(i -> "p" + i).toList();
  }

  private static JsonNode array(int... numbers) {
    return new ObjectMapper().valueToTree(numbers);
  }
}
