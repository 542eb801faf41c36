package dev.gapline.transforms.statistics;

import java.util.List;
import java.util.function.Function;

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

  /** Every missing value is 0, the event did not happen: none is missing any more. */
  public PlannedPair settledAsZero() {
    return settled(PlannedCounts::withMissingAsZero);
  }

  /** Every missing value is 1, the event happened: none is missing any more. */
  public PlannedPair settledAsOne() {
    return settled(PlannedCounts::withMissingAsOne);
  }

  private PlannedPair settled(Function<PlannedCounts, Counts> values) {
    return new PlannedPair(
        query,
        treatment.stream().map(counts -> new PlannedCounts(values.apply(counts), 0)).toList(),
        control.stream().map(counts -> new PlannedCounts(values.apply(counts), 0)).toList());
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
