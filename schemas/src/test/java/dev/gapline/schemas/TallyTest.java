package dev.gapline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TallyTest {

  private static final Arbitrary<Boolean> MAYBE = Arbitraries.of(true, false).injectNull(0.3);

  /** Often none at all: tallies with and without further measures are added, too. */
  private static final Arbitrary<Map<Measure, Boolean>> FURTHER =
      Arbitraries.maps(
              Arbitraries.of(Measure.THINKS_FAKE, Measure.RECOGNISED_STUDY),
              Arbitraries.of(true, false))
          .ofMaxSize(2);

  @Provide
  Arbitrary<Verdict> verdicts() {
    return Combinators.combine(
            Arbitraries.of(ParseStatus.class),
            Arbitraries.of(0.0, 0.5, 1.0).injectNull(0.3),
            MAYBE,
            MAYBE,
            MAYBE,
            FURTHER)
        .as(
            (status, complied, partial, full, considers, further) ->
                new Verdict(
                    status,
                    complied,
                    null,
                    null,
                    null,
                    partial,
                    full,
                    considers,
                    partial,
                    new TreeMap<>(further)));
  }

  @Provide
  Arbitrary<Tally> tallies() {
    return verdicts().list().ofMaxSize(5).map(TallyTest::sum);
  }

  @Provide
  Arbitrary<CellTally> cells() {
    return Arbitraries.maps(
            Arbitraries.integers().between(0, 9).map(i -> "q" + i), tallies().list().ofSize(2))
        .ofMaxSize(6)
        .map(TallyTest::cell);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void addingTalliesKnowsNoOrderAndNoBrackets(
      @ForAll("tallies") Tally a, @ForAll("tallies") Tally b, @ForAll("tallies") Tally c) {
    assertEquals(a.plus(b), b.plus(a));
    assertEquals(a.plus(b).plus(c), a.plus(b.plus(c)));
    assertEquals(a, a.plus(Tally.empty()));
    assertEquals(a.plus(b).hashCode(), b.plus(a).hashCode());
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aTallyIsItsNumbers(@ForAll("tallies") Tally tally) {
    assertEquals(tally, Tally.fromArray(tally.toArray()));
    tally.toArray()[0]++;
    assertEquals(tally, Tally.fromArray(tally.toArray()));
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aTallyCountsWhatItsVerdictsSay(
      @ForAll @Size(max = 12) List<@net.jqwik.api.From("verdicts") Verdict> verdicts) {
    Tally tally = sum(verdicts);
    assertEquals(verdicts.size(), tally.planned());
    for (ParseStatus status : ParseStatus.values()) {
      assertEquals(
          verdicts.stream().filter(v -> v.parseStatus() == status).count(), tally.of(status));
    }
    for (Measure measure : Measure.values()) {
      List<Integer> values = new ArrayList<>();
      verdicts.forEach(verdict -> values.add(verdict.twice(measure)));
      values.removeIf(value -> value == null);
      assertEquals(values.size(), tally.n(measure));
      assertEquals(values.stream().mapToLong(v -> v).sum(), tally.x2(measure));
      assertEquals(values.stream().mapToLong(v -> (long) v * v).sum(), tally.xx4(measure));
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void addingCellsKnowsNoOrderAndNoBrackets(
      @ForAll("cells") CellTally a, @ForAll("cells") CellTally b, @ForAll("cells") CellTally c) {
    assertEquals(a.plus(b), b.plus(a));
    assertEquals(a.plus(b).plus(c), a.plus(b.plus(c)));
    assertEquals(a, a.plus(CellTally.empty()));
    assertEquals(a, CellTally.empty().plus(a));
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void anyOrderOfMergingGivesTheSameCell(
      @ForAll @Size(min = 1, max = 8) List<@net.jqwik.api.From("cells") CellTally> parts,
      @ForAll long seed) {
    CellTally inOrder = parts.stream().reduce(CellTally.empty(), CellTally::plus);
    List<CellTally> heap = new ArrayList<>(parts);
    Random random = new Random(seed);
    while (heap.size() > 1) {
      Collections.shuffle(heap, random);
      heap.add(heap.remove(0).plus(heap.remove(0)));
    }
    assertEquals(inOrder, heap.get(0));
  }

  @Test
  void numbersThatAreNoTallyAreRefused() {
    assertEquals(
        "Invalid tally of 3 numbers. 59 are valid.",
        assertThrows(IllegalArgumentException.class, () -> Tally.fromArray(new long[3]))
            .getMessage());
  }

  @Test
  void countsThatDoNotFitAreAFaultAndNeverWrapAround() {
    long[] most = new long[59];
    most[0] = Long.MAX_VALUE;
    Tally full = Tally.fromArray(most);
    assertThrows(ArithmeticException.class, () -> full.plus(full));
  }

  @Test
  void talliesOfOtherConditionsCannotBeAdded() {
    CellTally two =
        cell(new TreeMap<>(java.util.Map.of("q", List.of(Tally.empty(), Tally.empty()))));
    CellTally three =
        cell(
            new TreeMap<>(
                java.util.Map.of("q", List.of(Tally.empty(), Tally.empty(), Tally.empty()))));
    assertThrows(IllegalArgumentException.class, () -> two.plus(three));
    assertThrows(IllegalArgumentException.class, () -> three.plus(two));
  }

  @Test
  void queriesOutOfOrderAreRefused() {
    CellTally.QueryTally a = new CellTally.QueryTally("a", List.of());
    CellTally.QueryTally b = new CellTally.QueryTally("b", List.of());
    assertEquals(
        "Queries out of order: b before a.",
        assertThrows(IllegalArgumentException.class, () -> new CellTally(List.of(b, a)))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> new CellTally(List.of(a, a)));
  }

  @Test
  void whatIsAddedAndTakenAwayAgainIsAsIfItHadNeverBeen() {
    Tally two = Tally.of(Verdict.unread(ParseStatus.EMPTY, null, null)).plus(yes());
    assertEquals(yes(), two.minus(Tally.of(Verdict.unread(ParseStatus.EMPTY, null, null))));
    assertEquals(Tally.empty(), two.minus(two));
    assertThrows(IllegalArgumentException.class, () -> yes().minus(two));
  }

  @Test
  void retriedTrialsAndNamesAddUpInAnyOrder() {
    CellTally a =
        new CellTally(
            List.of(query("a", yes()), query("b", yes().plus(yes()))),
            List.of(query("b", yes())),
            List.of("m"));
    CellTally b =
        new CellTally(List.of(query("b", yes())), List.of(query("b", yes())), List.of("k", "z"));
    CellTally c = new CellTally(List.of(query("c", yes())));
    CellTally sum =
        new CellTally(
            List.of(
                query("a", yes()), query("b", yes().plus(yes()).plus(yes())), query("c", yes())),
            List.of(query("b", yes().plus(yes()))),
            List.of("k", "m"));
    assertEquals(sum, a.plus(b).plus(c));
    assertEquals(sum, c.plus(b.plus(a)));
    assertEquals(sum, a.plus(CellTally.empty()).plus(b.plus(c)));
    assertEquals(
        List.of(query("a", yes()), query("b", yes()), query("c", yes())),
        sum.withoutRetried().queries());
    assertFalse(sum.withoutRetried().hasRetried());
    assertFalse(c.hasRetried());
    assertEquals(c, c.withoutRetried());
  }

  @Test
  void aRetriedTrialThatWasNotCountedIsRefused() {
    CellTally stray = new CellTally(List.of(), List.of(query("a", yes())), List.of());
    assertThrows(IllegalStateException.class, stray::withoutRetried);
  }

  @Test
  void namesOutOfOrderOrTooManyAreRefused() {
    for (List<String> names :
        List.of(List.of("b", "a"), List.of("a", "a"), List.of("a", "b", "c"))) {
      assertThrows(
          IllegalArgumentException.class, () -> new CellTally(List.of(), List.of(), names));
    }
  }

  private static Tally yes() {
    return Tally.of(new Verdict(ParseStatus.OK, 1.0, null, null, null, null, null, null));
  }

  private static CellTally.QueryTally query(String id, Tally only) {
    return new CellTally.QueryTally(id, List.of(only));
  }

  private static Tally sum(List<Verdict> verdicts) {
    return verdicts.stream().map(Tally::of).reduce(Tally.empty(), Tally::plus);
  }

  private static CellTally cell(java.util.Map<String, List<Tally>> queries) {
    List<CellTally.QueryTally> rows = new ArrayList<>();
    new TreeMap<>(queries)
        .forEach((query, arms) -> rows.add(new CellTally.QueryTally(query, arms)));
    return new CellTally(rows);
  }
}
