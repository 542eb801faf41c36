package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Analysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Adjusted p-values of a family, in the order given. A family is fixed before the run: a p-value
 * that does not exist (null) stays null and still counts as one of the family.
 */
public final class Multiplicity {

  private Multiplicity() {}

  /** By the correction of an analysis; {@code NONE} leaves them as they are. */
  public static List<Double> adjust(Analysis.Correction correction, List<Double> p) {
    return switch (correction) {
      case HOLM -> holm(p);
      case BH -> benjaminiHochberg(p);
      case NONE -> Collections.unmodifiableList(new ArrayList<>(p));
    };
  }

  /** Holm's step-down (1979): no false positive in the whole family with probability 1 - alpha. */
  public static List<Double> holm(List<Double> p) {
    List<Integer> order = ascending(p);
    Double[] adjusted = new Double[p.size()];
    double running = 0;
    for (int rank = 0; rank < order.size(); rank++) {
      int at = order.get(rank);
      running = Math.max(running, Math.min(1, (p.size() - rank) * p.get(at)));
      adjusted[at] = running;
    }
    return Collections.unmodifiableList(new ArrayList<>(Arrays.asList(adjusted)));
  }

  /** Benjamini and Hochberg's step-up (1995): the share of false positives among the found. */
  public static List<Double> benjaminiHochberg(List<Double> p) {
    return stepUp(p, 1);
  }

  /** Benjamini and Yekutieli's (2001): the same under any dependence, since cells share queries. */
  public static List<Double> benjaminiYekutieli(List<Double> p) {
    double harmonic = 0;
    for (int i = 1; i <= p.size(); i++) {
      harmonic += 1.0 / i;
    }
    return stepUp(p, harmonic);
  }

  private static List<Double> stepUp(List<Double> p, double factor) {
    List<Integer> order = ascending(p);
    Double[] adjusted = new Double[p.size()];
    double running = 1;
    for (int rank = order.size(); rank >= 1; rank--) {
      int at = order.get(rank - 1);
      running = Math.min(running, factor * p.size() / rank * p.get(at));
      adjusted[at] = running;
    }
    return Collections.unmodifiableList(new ArrayList<>(Arrays.asList(adjusted)));
  }

  private static List<Integer> ascending(List<Double> p) {
    return IntStream.range(0, p.size())
        .filter(i -> p.get(i) != null)
        .boxed()
        .sorted(Comparator.comparing(p::get))
        .toList();
  }
}
