package dev.gapline.transforms;

import dev.gapline.schemas.Analysis.Weights;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.ContrastFinding.Quantity;
import dev.gapline.transforms.statistics.DifferenceOfDifferences;
import dev.gapline.transforms.statistics.LevelPair;
import dev.gapline.transforms.statistics.Method;
import dev.gapline.transforms.statistics.QueryGaps;
import dev.gapline.transforms.statistics.QueryRates;
import dev.gapline.transforms.statistics.RatioOfRates;
import dev.gapline.transforms.statistics.WaldInteraction;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the values of one axis, of one measure, and gathers what it finds.
 *
 * @param fixed what all values share
 * @param axis its name
 * @param flags of every finding
 */
record ContrastFindings(
    Study study,
    LevelKey fixed,
    String axis,
    Measure measure,
    List<String> flags,
    List<ContrastFinding> findings) {

  private static final String REFERENCE_ONLY = "against_first_value_only";

  /**
   * The gaps of all values: pair by pair, then all at once.
   *
   * @param contrast whose gaps they are; null where contrasts are compared
   * @param gaps parallel to {@code values}
   */
  void compareGaps(List<String> values, List<QueryGaps> gaps, String contrast) {
    double alpha = study.analysis().alpha();
    String seed = Long.toString(study.seed());
    for (LevelPair pair : LevelPair.among(values.size())) {
      findings.add(
          new ContrastFinding(
              fixed,
              axis,
              values.get(pair.a()),
              values.get(pair.b()),
              2,
              Quantity.GAP,
              contrast,
              null,
              measure,
              Method.DIFF_OF_DIFFS,
              Weights.MACRO,
              DifferenceOfDifferences.between(gaps.get(pair.a()), gaps.get(pair.b()), alpha, seed),
              flagsAmong(values.size())));
    }
    findings.add(
        new ContrastFinding(
            fixed,
            axis,
            null,
            null,
            values.size(),
            Quantity.GAP,
            contrast,
            null,
            measure,
            Method.WALD_INTERACTION,
            Weights.MACRO,
            WaldInteraction.over(gaps, seed),
            flags));
  }

  /** The rates of all values of one condition, pair by pair. */
  void compareRates(List<String> values, List<QueryRates> rates, String condition) {
    for (LevelPair pair : LevelPair.among(values.size())) {
      compareRates(
          values.get(pair.a()),
          rates.get(pair.a()),
          values.get(pair.b()),
          rates.get(pair.b()),
          Quantity.RATE,
          condition,
          flagsAmong(values.size()));
    }
  }

  /** The rates, or what they leave, of two conditions. */
  void compareArms(String a, QueryRates ratesA, String b, QueryRates ratesB, Quantity quantity) {
    compareRates(a, ratesA, b, ratesB, quantity, null, flags);
  }

  private void compareRates(
      String a,
      QueryRates ratesA,
      String b,
      QueryRates ratesB,
      Quantity quantity,
      String condition,
      List<String> all) {
    Weights weights = study.analysis().weights();
    RatioOfRates ratio = RatioOfRates.between(ratesA, ratesB, weights, study.analysis().alpha());
    findings.add(
        new ContrastFinding(
            fixed,
            axis,
            a,
            b,
            2,
            quantity,
            null,
            condition,
            measure,
            ratio.isLogarithmic() ? Method.RATIO_LOG : Method.FIELLER,
            weights,
            ratio.isLogarithmic() ? ratio.log() : ratio.fieller(),
            all));
  }

  private List<String> flagsAmong(int values) {
    if (!LevelPair.isWithReferenceOnly(values)) {
      return flags;
    }
    List<String> all = new ArrayList<>(flags);
    all.add(REFERENCE_ONLY);
    return all;
  }
}
