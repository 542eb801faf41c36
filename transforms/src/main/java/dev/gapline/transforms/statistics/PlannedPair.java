package dev.gapline.transforms.statistics;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One query's counts in both arms of a contrast, missing values included.
 *
 * @param query its id, unique within a list of them
 * @param treatment one entry per sub-cell, as in {@link QueryPair}
 * @param control parallel to {@code treatment}
 */
public record PlannedPair(
    String query, List<PlannedCounts> treatment, List<PlannedCounts> control) {

  public PlannedPair {
    treatment = List.copyOf(treatment);
    control = List.copyOf(control);
  }

  /** The values alone: complete case. */
  public QueryPair complete() {
    return pair(PlannedCounts::counts, PlannedCounts::counts);
  }

  /**
   * What did not come did not comply: none is missing any more.
   *
   * @param isEvent whether an answer that does not comply counts as the event, as a refusal does
   */
  public PlannedPair settledAs(boolean isEvent) {
    return with(counts -> counts.settledAs(isEvent));
  }

  /** What the provider's filter kept back did not comply: the behaviour of the whole system. */
  public PlannedPair withFilteredAs(boolean isEvent) {
    return with(counts -> counts.withFilteredAs(isEvent));
  }

  /** Whether the provider's filter kept back some answer of either arm. */
  public boolean hasFiltered() {
    return treatment.stream().anyMatch(counts -> counts.filtered() > 0)
        || control.stream().anyMatch(counts -> counts.filtered() > 0);
  }

  private PlannedPair with(UnaryOperator<PlannedCounts> change) {
    return new PlannedPair(
        query, treatment.stream().map(change).toList(), control.stream().map(change).toList());
  }

  /** The lowest gap: missing values are 0 in the treatment and 1 in the control. */
  QueryPair lowest() {
    return pair(PlannedCounts::withMissingAsZero, PlannedCounts::withMissingAsOne);
  }

  /** The highest gap: missing values are 1 in the treatment and 0 in the control. */
  QueryPair highest() {
    return pair(PlannedCounts::withMissingAsOne, PlannedCounts::withMissingAsZero);
  }

  /** The missing values themselves, counted as events. */
  QueryPair missingness() {
    return pair(PlannedCounts::missingness, PlannedCounts::missingness);
  }

  /** Whether some value is missing in either arm. */
  boolean hasMissing() {
    return treatment.stream().anyMatch(counts -> counts.missing() > 0)
        || control.stream().anyMatch(counts -> counts.missing() > 0);
  }

  private QueryPair pair(
      Function<PlannedCounts, Counts> ofTreatment, Function<PlannedCounts, Counts> ofControl) {
    return new QueryPair(
        query,
        treatment.stream().map(ofTreatment).toList(),
        control.stream().map(ofControl).toList());
  }
}
