package dev.gapline.transforms.statistics;

import java.util.List;

/**
 * What one query says in one cell: the values of an arm, or of both arms of a contrast.
 *
 * @param treatment the values of the arm, or of the treatment
 * @param control those of the control; null for a rate
 */
public record CellValues(Counts treatment, Counts control) {

  /** Of one arm. */
  public static CellValues ofRate(Counts arm) {
    return new CellValues(arm, null);
  }

  /** Of both arms of a contrast. */
  public static CellValues ofGap(Counts treatment, Counts control) {
    return new CellValues(treatment, control);
  }

  /** The values of both; both are rates or both are gaps. */
  public CellValues plus(CellValues other) {
    return new CellValues(
        treatment.plus(other.treatment), control == null ? null : control.plus(other.control));
  }

  /** Whether there is no value, or none in one of the arms. */
  public boolean isEmpty() {
    return treatment.isEmpty() || (control != null && control.isEmpty());
  }

  /** The rate, 0 to 1, or the gap, -1 to 1; fails when there are no values. */
  public double mean() {
    return control == null ? treatment.mean() : treatment.mean() - control.mean();
  }

  /** The arm, or both. */
  List<Counts> arms() {
    return control == null ? List.of(treatment) : List.of(treatment, control);
  }

  /** Values in the arm with fewer. */
  long fewest() {
    return control == null ? treatment.n() : Math.min(treatment.n(), control.n());
  }
}
