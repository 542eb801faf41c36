package dev.gapline.transforms.statistics;

import java.util.List;

/**
 * One query's counts in both arms of a contrast.
 *
 * @param query its id, unique within a list of them
 * @param treatment one entry per sub-cell: paraphrases or other coordinates that a level averages
 *     over with equal weights; parallel over all queries of a list
 * @param control parallel to {@code treatment}
 */
public record QueryPair(String query, List<Counts> treatment, List<Counts> control) {

  public QueryPair {
    treatment = List.copyOf(treatment);
    control = List.copyOf(control);
    if (treatment.size() != control.size()) {
      throw new IllegalArgumentException(
          "Query %s has %d sub-cells in treatment and %d in control. Equal numbers are valid."
              .formatted(query, treatment.size(), control.size()));
    }
  }

  /** All values of the treatment, whatever their sub-cell. */
  public Counts treatmentTotal() {
    return total(treatment);
  }

  /** All values of the control, whatever their sub-cell. */
  public Counts controlTotal() {
    return total(control);
  }

  private static Counts total(List<Counts> subcells) {
    Counts total = Counts.none();
    for (Counts counts : subcells) {
      total = total.plus(counts);
    }
    return total;
  }
}
