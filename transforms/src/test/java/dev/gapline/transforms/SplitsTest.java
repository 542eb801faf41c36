package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.RateRow;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However the counts are split, ordered and merged, the rows are the same to the last bit. */
class SplitsTest {

  /** One trial: its place in the study and how it was read. */
  record One(int wording, int query, int arm, int outcome) {

    CellTally tally() {
      Tally trial =
          switch (outcome) {
            case 0 -> Tallies.of(0, 1);
            case 1 -> Tallies.of(1, 1);
            case 2 -> Tally.of(Tallies.verdict(0.5));
            default -> Tallies.unread(ParseStatus.EMPTY, 1);
          };
      return new CellTally(
          List.of(
              arm == 0
                  ? Tallies.query(query, trial, Tally.empty())
                  : Tallies.query(query, Tally.empty(), trial)));
    }
  }

  @Property(tries = 60)
  void anySplitOrderAndMergeGivesTheSameRows(
      @ForAll("trials") List<One> trials, @ForAll Random random) {
    List<One> shuffled = new ArrayList<>(trials);
    Collections.shuffle(shuffled, random);
    for (Analysis.Target wordings : Analysis.Target.values()) {
      Study study = new Samples().paraphrases("base", "p1", "p2").wordings(wordings).study();
      assertEquals(
          rows(study, merged(trials, 0, trials.size(), random)).toString(),
          rows(study, reversed(merged(shuffled, 0, shuffled.size(), random))).toString());
    }
  }

  /** The cells' counts, merged as a tree that splits anywhere. */
  private static Map<Integer, CellTally> merged(List<One> trials, int from, int to, Random random) {
    TreeMap<Integer, CellTally> cells = new TreeMap<>();
    if (to - from == 1) {
      cells.put(trials.get(from).wording(), trials.get(from).tally());
    } else if (to > from) {
      int middle = from + 1 + random.nextInt(to - from - 1);
      cells.putAll(merged(trials, from, middle, random));
      merged(trials, middle, to, random)
          .forEach(
              (cell, tally) ->
                  cells.merge(
                      cell,
                      tally,
                      (one, other) -> random.nextBoolean() ? one.plus(other) : other.plus(one)));
    }
    return cells;
  }

  private static Map<Integer, CellTally> reversed(Map<Integer, CellTally> cells) {
    TreeMap<Integer, CellTally> reversed = new TreeMap<>(Collections.reverseOrder());
    reversed.putAll(cells);
    return reversed;
  }

  private static List<String> rows(Study study, Map<Integer, CellTally> cells) {
    Levels levels = Levels.of(study);
    List<SubCell> all = new ArrayList<>();
    cells.forEach(
        (wording, tally) ->
            all.add(
                new SubCell(
                    Tallies.cell("sim/subject", wording == 0 ? "base" : "p" + wording), tally)));
    if (all.isEmpty()) {
      return List.of();
    }
    LevelKey key = levels.key(0, null, all.get(0).cell());
    List<GapFinding> findings = new ArrayList<>();
    List<RateRow> rates = new ArrayList<>();
    for (EstimateLevel level : EstimateLevel.views(study, key, all)) {
      findings.addAll(level.gaps(levels));
      rates.addAll(level.rates());
    }
    List<GapRow> gaps = JudgeFamilies.judge(study.analysis(), findings);
    return Stream.concat(
            rates.stream().map(row -> Estimate.order(row) + row),
            gaps.stream().map(row -> Estimate.order(row) + row))
        .sorted()
        .toList();
  }

  @Provide
  static Arbitrary<List<One>> trials() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(0, 11),
            Arbitraries.integers().between(0, 1),
            Arbitraries.integers().between(0, 3))
        .as(One::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(90);
  }
}
