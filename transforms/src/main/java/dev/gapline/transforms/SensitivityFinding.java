package dev.gapline.transforms;

import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.Judgement;
import dev.gapline.transforms.statistics.StudentEstimate;
import java.util.ArrayList;
import java.util.List;

/**
 * What an analysis found of one term, before it is a row.
 *
 * @param reference wording or temperature that the rest is compared with; null for none
 * @param levels values of what varies
 * @param share of the total variance; null elsewhere
 * @param pAdjusted within the family; null where there is none
 * @param judgement null on what judges nothing
 * @param flags beside those of the estimate
 */
record SensitivityFinding(
    String analysis,
    String term,
    String method,
    String reference,
    long levels,
    StudentEstimate estimate,
    Double share,
    Double pFloor,
    Double pAdjusted,
    Judgement judgement,
    List<String> flags) {

  SensitivityFinding {
    flags = List.copyOf(flags);
  }

  static SensitivityFinding of(
      String analysis, String term, String method, long levels, StudentEstimate estimate) {
    return new SensitivityFinding(
        analysis, term, method, null, levels, estimate, null, null, null, null, List.of());
  }

  SensitivityFinding comparedWith(String other) {
    return new SensitivityFinding(
        analysis, term, method, other, levels, estimate, share, pFloor, pAdjusted, judgement,
        flags);
  }

  SensitivityFinding withShare(Double value) {
    return new SensitivityFinding(
        analysis, term, method, reference, levels, estimate, value, pFloor, pAdjusted, judgement,
        flags);
  }

  SensitivityFinding withFloor(double value) {
    return new SensitivityFinding(
        analysis, term, method, reference, levels, estimate, share, value, pAdjusted, judgement,
        flags);
  }

  SensitivityFinding judged(Double adjusted, Judgement verdict) {
    return new SensitivityFinding(
        analysis, term, method, reference, levels, estimate, share, pFloor, adjusted, verdict,
        flags);
  }

  SensitivityFinding flagged(Flag flag) {
    return flagged(List.of(flag.id()));
  }

  SensitivityFinding flagged(List<String> further) {
    List<String> more = new ArrayList<>(flags);
    more.addAll(further);
    return new SensitivityFinding(
        analysis, term, method, reference, levels, estimate, share, pFloor, pAdjusted, judgement,
        more);
  }

  List<String> allFlags() {
    List<String> all = new ArrayList<>(estimate.flags());
    all.addAll(flags);
    return all;
  }
}
