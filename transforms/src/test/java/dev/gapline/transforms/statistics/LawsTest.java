package dev.gapline.transforms.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of every estimate, whatever the data. */
class LawsTest {

  @Property(tries = 200)
  void theOrderOfTheQueriesDoesNotMatterToTheBit(
      @ForAll("studies") List<QueryPair> study, @ForAll Random random) {
    List<QueryPair> shuffled = new ArrayList<>(study);
    Collections.shuffle(shuffled, random);
    assertEquals(gaps(study), gaps(shuffled));
    assertEquals(Gaps.bootstrap(study, 0.05, "7"), Gaps.bootstrap(shuffled, 0.05, "7"));
    assertEquals(rates(study), rates(shuffled));
  }

  @Property(tries = 200)
  void swappingTheArmsNegatesTheGap(@ForAll("studies") List<QueryPair> study) {
    List<QueryPair> swapped =
        study.stream()
            .map(
                pair ->
                    new QueryPair(
                        pair.query(),
                        /* treatment= */ pair.control(),
                        /* control= */ pair.treatment()))
            .toList();
    List<GapEstimate> gaps = gaps(study);
    List<GapEstimate> mirrored = gaps(swapped);
    for (int i = 0; i < gaps.size(); i++) {
      GapEstimate one = gaps.get(i);
      GapEstimate other = mirrored.get(i);
      assertNegated(one.gap(), other.gap());
      assertNegated(one.low(), other.high());
      assertNegated(one.high(), other.low());
      assertNegated(one.low90(), other.high90());
      assertEquals(one.se(), other.se());
      assertEquals(one.pSuperiority(), other.pSuperiority());
      assertEquals(one.flags(), other.flags());
    }
  }

  @Property(tries = 300)
  void intervalsAndPValuesStayWhereTheyCanBe(@ForAll("studies") List<QueryPair> study) {
    for (GapEstimate estimate : gaps(study)) {
      if (estimate.gap() == null) {
        assertTrue(!estimate.flags().isEmpty());
        assertTrue(estimate.low() == null && estimate.se() == null);
        continue;
      }
      assertWithin(0, 1, estimate.pSuperiority());
      assertWithin(0, 1, estimate.pFloor());
      if (estimate.low() == null) {
        assertTrue(!estimate.flags().isEmpty());
        continue;
      }
      assertWithin(-1, estimate.gap(), estimate.low());
      assertWithin(estimate.gap(), 1, estimate.high());
      assertWithin(estimate.low(), estimate.gap(), estimate.low90());
      assertWithin(estimate.gap(), estimate.high(), estimate.high90());
      assertTrue(estimate.low() < estimate.high(), "never zero-width");
      assertTrue(estimate.se() == null || estimate.se() > 0);
    }
    for (RateEstimate estimate : rates(study)) {
      if (estimate.low() == null) {
        assertTrue(!estimate.flags().isEmpty());
        continue;
      }
      assertWithin(0, 1, estimate.low());
      assertWithin(estimate.low(), 1, estimate.high());
      assertTrue(estimate.low() < estimate.high(), "never zero-width");
      if (estimate.rate() != null) {
        assertWithin(estimate.low() - 1e-15, estimate.high() + 1e-15, estimate.rate());
      }
    }
  }

  @Property(tries = 300)
  void mergingCountsIsAssociativeAndCommutative(
      @ForAll("counts") Counts a, @ForAll("counts") Counts b, @ForAll("counts") Counts c) {
    assertEquals(a.plus(b).plus(c), a.plus(b.plus(c)));
    assertEquals(a.plus(b), b.plus(a));
    assertEquals(a, a.plus(Counts.none()));
  }

  @Provide
  static Arbitrary<Counts> counts() {
    Arbitrary<Integer> values = Arbitraries.integers().between(0, 2);
    return Arbitraries.oneOf(
        values.list().ofMaxSize(6).map(LawsTest::counts),
        values.map(value -> value == 1 ? 2 : value).list().ofMaxSize(6).map(LawsTest::counts));
  }

  @Provide
  static Arbitrary<List<QueryPair>> studies() {
    Arbitrary<List<Counts>> arm = counts().list().ofSize(2);
    Arbitrary<QueryPair> pair = Combinators.combine(arm, arm).as((t, c) -> new QueryPair("", t, c));
    return pair.list()
        .ofMaxSize(14)
        .map(
            pairs ->
                IntStream.range(0, pairs.size())
                    .mapToObj(
                        i ->
                            new QueryPair(
                                Golden.id(i), pairs.get(i).treatment(), pairs.get(i).control()))
                    .toList());
  }

  private static Counts counts(List<Integer> doubled) {
    return doubled.stream()
        .map(twice -> new Counts(1, twice, (long) twice * twice))
        .reduce(Counts.none(), Counts::plus);
  }

  private static List<GapEstimate> gaps(List<QueryPair> study) {
    return List.of(
        Gaps.pairedClusterMacro(study, 0.05, "7"),
        Gaps.pairedClusterMicro(study, 0.05, "7"),
        Gaps.twoWay(study, List.of("p1", "p2"), 0.05),
        Gaps.withinQuery(study, 0.05),
        Gaps.newcombePaired(study, 0.05),
        Gaps.mcNemar(study, 0.05),
        Gaps.signFlip(study, 0.05, "7"),
        Gaps.newcombe(study, 0.05),
        Gaps.unpairedWald(study, 0.05));
  }

  private static List<RateEstimate> rates(List<QueryPair> study) {
    List<QueryCounts> queries =
        study.stream().map(pair -> new QueryCounts(pair.query(), pair.treatment())).toList();
    return List.of(
        Rates.wilson(queries, 0.05),
        Rates.wilsonCluster(queries, 0.05),
        Rates.clopperPearson(queries, 0.05));
  }

  private static void assertNegated(Double one, Double other) {
    assertEquals(one == null ? null : Double.valueOf(0.0 - one), plain(other));
  }

  private static Double plain(Double number) {
    return number == null ? null : Double.valueOf(0.0 + number);
  }

  private static void assertWithin(double least, double most, Double value) {
    assertTrue(
        value == null || (value >= least && value <= most),
        () -> value + " is not within " + least + " and " + most);
  }
}
