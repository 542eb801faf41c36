package dev.gapline.pipeline.commands;

import dev.gapline.transforms.statistics.ClusteredPlanning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;

/**
 * The designs that a study could have, what they would find and which is the cheapest that finds
 * enough. The power of a design is that of its weakest row.
 */
final class Designs {

  private static final List<Long> QUERIES = List.of(10L, 20L, 50L, 100L, 200L, 353L);
  private static final List<Long> SAMPLES = List.of(1L, 2L, 5L, 10L);

  private final List<PlannedGap> gaps;
  private final Design asPlanned;
  private final IntToDoubleFunction alphaByParaphrases;
  private final Comparator<Design> byCost;

  private Designs(
      List<PlannedGap> gaps,
      Design asPlanned,
      IntToDoubleFunction alphaByParaphrases,
      Comparator<Design> byCost) {
    this.gaps = List.copyOf(gaps);
    this.asPlanned = asPlanned;
    this.alphaByParaphrases = alphaByParaphrases;
    this.byCost = byCost;
  }

  /**
   * Designs for those rows.
   *
   * @param alphaByParaphrases the error of one row in a study of so many wordings
   */
  static Designs of(
      List<PlannedGap> gaps,
      Design asPlanned,
      IntToDoubleFunction alphaByParaphrases,
      DesignCost cost) {
    return new Designs(
        gaps,
        asPlanned,
        alphaByParaphrases,
        Comparator.comparingDouble(
                (Design design) -> cost.isPriced() ? cost.dollars(design) : cost.calls(design))
            .thenComparingDouble(cost::calls)
            .thenComparing(Comparator.comparingLong(Design::queries).reversed())
            .thenComparingLong(Design::samples));
  }

  /** The designs to show: wordings by samples by queries, and for each the fewest queries. */
  List<Design> all() {
    List<Design> all = new ArrayList<>();
    for (int paraphrases : paraphrases()) {
      for (long samples : samples()) {
        NavigableSet<Long> queries = new TreeSet<>(QUERIES);
        queries.add(asPlanned.queries());
        smallest(samples, paraphrases).map(Design::queries).ifPresent(queries::add);
        queries.forEach(count -> all.add(new Design(count, samples, paraphrases)));
      }
    }
    return all;
  }

  /** The cheapest design of at most so many queries whose every row has 80% power. */
  Optional<Design> cheapest(long mostQueries) {
    return paraphrases().stream()
        .flatMap(count -> samples().stream().flatMap(k -> smallest(k, count).stream()))
        .filter(design -> design.queries() <= mostQueries)
        .min(byCost);
  }

  /** The rows that no design of at most so many queries brings to 80% power. */
  List<PlannedGap> outOfReach(long mostQueries) {
    return gaps.stream().filter(gap -> !isInReach(gap, mostQueries)).toList();
  }

  /** The same designs for some of the rows. */
  Designs without(List<PlannedGap> others) {
    return new Designs(
        gaps.stream().filter(gap -> !others.contains(gap)).toList(),
        asPlanned,
        alphaByParaphrases,
        byCost);
  }

  /** Whether those are all of the rows. */
  boolean areOf(List<PlannedGap> all) {
    return gaps.equals(all);
  }

  private boolean isInReach(PlannedGap gap, long mostQueries) {
    return paraphrases().stream()
        .anyMatch(
            count ->
                samples().stream()
                    .map(k -> gap.fewestQueries(k, count, alpha(count)))
                    .anyMatch(fewest -> fewest != null && fewest <= mostQueries));
  }

  /** The lowest power of a row; null when some row has none. */
  Double power(Design design) {
    double lowest = 1;
    for (PlannedGap gap : gaps) {
      Double power = gap.power(design, alpha(design.paraphrases()));
      if (power == null) {
        return null;
      }
      lowest = Math.min(lowest, power);
    }
    return lowest;
  }

  /** The largest of the gaps that the rows find with 80% power; null when some row has none. */
  Double detectable(Design design) {
    double largest = 0;
    for (PlannedGap gap : gaps) {
      Double detectable = gap.detectable(design, alpha(design.paraphrases()));
      if (detectable == null) {
        return null;
      }
      largest = Math.max(largest, detectable);
    }
    return largest;
  }

  /** Enough for every row; at least as many queries as the formulas hold for. */
  private Optional<Design> smallest(long samples, int paraphrases) {
    long most = ClusteredPlanning.LEAST_QUERIES;
    for (PlannedGap gap : gaps) {
      Long fewest = gap.fewestQueries(samples, paraphrases, alpha(paraphrases));
      if (fewest == null) {
        return Optional.empty();
      }
      most = Math.max(most, fewest);
    }
    return Optional.of(new Design(most, samples, paraphrases));
  }

  private double alpha(int paraphrases) {
    return alphaByParaphrases.applyAsDouble(paraphrases);
  }

  private NavigableSet<Long> samples() {
    NavigableSet<Long> samples = new TreeSet<>(SAMPLES);
    samples.add(asPlanned.samples());
    return samples;
  }

  private NavigableSet<Integer> paraphrases() {
    return new TreeSet<>(Arrays.asList(1, asPlanned.paraphrases()));
  }
}
