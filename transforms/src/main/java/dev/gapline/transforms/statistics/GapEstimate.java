package dev.gapline.transforms.statistics;

import java.util.List;

/**
 * A gap, treatment minus control, and its interval. What does not exist is null, with the reason in
 * {@code flags}.
 *
 * @param gap -1 to 1
 * @param se standard error of the gap, above 0
 * @param df degrees of freedom of Student's t; null for the normal distribution
 * @param low lower limit of the 1 - alpha interval, cut at -1
 * @param high upper limit of the 1 - alpha interval, cut at 1
 * @param low90 lower limit of the 1 - 2 alpha interval (90% at alpha 5%), for equivalence
 * @param high90 upper limit of the 1 - 2 alpha interval
 * @param pSuperiority two-sided p-value of "no gap"
 * @param pFloor smallest p-value that so few differences can reach; null when p is not counted
 * @param clusters queries with at least one value in either arm
 * @param pairs queries with values in both arms of some sub-cell
 * @param unpairedQueries queries with values, but no pair
 * @param nonzero pairs whose arms differ
 * @param rateTreatment the treatment's rate as this method weighs it
 * @param rateControl the control's rate as this method weighs it
 * @param limits the confidence limits at every level
 * @param flags sorted
 */
public record GapEstimate(
    Double gap,
    Double se,
    Double df,
    Double low,
    Double high,
    Double low90,
    Double high90,
    Double pSuperiority,
    Double pFloor,
    long clusters,
    long pairs,
    long unpairedQueries,
    long nonzero,
    Double rateTreatment,
    Double rateControl,
    Limits limits,
    List<String> flags) {

  public GapEstimate {
    flags = List.copyOf(flags);
  }

  /** Whether it carries that flag. */
  public boolean has(Flag flag) {
    return flags.contains(flag.id());
  }
}
