package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A study some of whose answers are missing, each by chance, depending on what it would have said.
 */
final class HoledStudy {

  private HoledStudy() {}

  /**
   * Draws a study of one wording.
   *
   * @param complied probability of missing an answer of the treatment that complies
   * @param refused probability of missing one that does not
   * @param control probability of missing an answer of the control
   */
  static List<PlannedPair> of(
      PlantedStudies studies,
      SplittableRandom random,
      double complied,
      double refused,
      double control) {
    double[][][] probabilities = studies.probabilities(random);
    List<PlannedPair> pairs = new ArrayList<>();
    for (int q = 0; q < studies.queries(); q++) {
      double[] arms = probabilities[q][0];
      pairs.add(
          new PlannedPair(
              PlantedStudies.name(q),
              List.of(arm(random, studies.samples(), arms[0], complied, refused)),
              List.of(arm(random, studies.samples(), arms[1], control, control))));
    }
    return pairs;
  }

  private static PlannedCounts arm(
      SplittableRandom random, int samples, double probability, double complied, double refused) {
    int events = PlantedStudies.events(random, samples, probability);
    int kept = events - PlantedStudies.events(random, events, complied);
    int rest = samples - events;
    int keptRest = rest - PlantedStudies.events(random, rest, refused);
    int n = kept + keptRest;
    return new PlannedCounts(Counts.binary(kept, n), samples - n);
  }
}
