package dev.gapline.transforms.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Studies drawn at the level of counts, for showing how often an interval covers and a test errs. A
 * trial complies with probability {@code logistic(b + query + query by condition + wording +
 * wording by condition)}, where every effect is normal, the effects with condition are independent
 * in both arms with SD divided by the root of 2, and b is solved for such that the planted rate is
 * marginal.
 *
 * @param queries drawn anew in each study
 * @param samples of each query, wording and condition
 * @param wordings drawn anew in each study; 1 without effect if their SDs are 0
 * @param free marginal rate of the treatment
 * @param paid marginal rate of the control
 * @param querySd logits
 * @param queryConditionSd logits, of the difference of the conditions
 * @param wordingSd logits
 * @param wordingConditionSd logits, of the difference of the conditions
 */
record PlantedStudies(
    int queries,
    int samples,
    int wordings,
    double free,
    double paid,
    double querySd,
    double queryConditionSd,
    double wordingSd,
    double wordingConditionSd) {

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final Map<List<Double>, Double> INTERCEPTS = new ConcurrentHashMap<>();
  private static final double STEP = 0.05;
  private static final double REACH = 8;

  static PlantedStudies of(int queries, int samples, double free, double paid) {
    return new PlantedStudies(queries, samples, 1, free, paid, 0.5, 0, 0, 0);
  }

  PlantedStudies reacting(double sd) {
    return new PlantedStudies(
        queries, samples, wordings, free, paid, querySd, sd, wordingSd, wordingConditionSd);
  }

  PlantedStudies worded(int number, double sd, double conditionSd) {
    return new PlantedStudies(
        queries, samples, number, free, paid, querySd, queryConditionSd, sd, conditionSd);
  }

  double gap() {
    return free - paid;
  }

  /** The probability of each trial: by query, wording and arm (0 treatment, 1 control). */
  double[][][] probabilities(SplittableRandom random) {
    double root2 = Math.sqrt(2);
    double sd =
        Math.sqrt(
            querySd * querySd
                + queryConditionSd * queryConditionSd / 2
                + wordingSd * wordingSd
                + wordingConditionSd * wordingConditionSd / 2);
    double[] intercepts = {intercept(free, sd), intercept(paid, sd)};
    double[] wording = normals(random, wordings, wordingSd);
    double[][] wordingByArm = {
      normals(random, wordings, wordingConditionSd / root2),
      normals(random, wordings, wordingConditionSd / root2)
    };
    double[][][] probabilities = new double[queries][wordings][2];
    for (int q = 0; q < queries; q++) {
      double query = normal(random) * querySd;
      for (int arm = 0; arm < 2; arm++) {
        double reaction = normal(random) * queryConditionSd / root2;
        for (int w = 0; w < wordings; w++) {
          probabilities[q][w][arm] =
              logistic(intercepts[arm] + query + reaction + wording[w] + wordingByArm[arm][w]);
        }
      }
    }
    return probabilities;
  }

  /** A study without missing answers. */
  List<QueryPair> study(SplittableRandom random) {
    double[][][] probabilities = probabilities(random);
    List<QueryPair> pairs = new ArrayList<>();
    for (int q = 0; q < queries; q++) {
      List<Counts> treatment = new ArrayList<>();
      List<Counts> control = new ArrayList<>();
      for (double[] arms : probabilities[q]) {
        treatment.add(Counts.binary(events(random, samples, arms[0]), samples));
        control.add(Counts.binary(events(random, samples, arms[1]), samples));
      }
      pairs.add(new QueryPair(name(q), treatment, control));
    }
    return pairs;
  }

  static String name(int query) {
    return String.format(Locale.ROOT, "q%05d", query);
  }

  /** How many of so many trials comply. */
  static int events(SplittableRandom random, int trials, double probability) {
    int events = 0;
    for (int i = 0; i < trials; i++) {
      events += random.nextDouble() < probability ? 1 : 0;
    }
    return events;
  }

  static double normal(SplittableRandom random) {
    return NORMAL.inverseCumulativeProbability((random.nextInt(1 << 30) + 0.5) / (1 << 30));
  }

  private static double[] normals(SplittableRandom random, int number, double sd) {
    double[] effects = new double[number];
    for (int i = 0; i < number; i++) {
      effects[i] = normal(random) * sd;
    }
    return effects;
  }

  static double logistic(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  private static double intercept(double rate, double sd) {
    return INTERCEPTS.computeIfAbsent(List.of(rate, sd), key -> solve(rate, sd));
  }

  /** By bisection; the marginal rate by the trapezoidal rule. */
  private static double solve(double rate, double sd) {
    double low = -30;
    double high = 30;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      double marginal = 0;
      double weights = 0;
      for (double z = -REACH; z <= REACH; z += STEP) {
        double weight = Math.exp(-z * z / 2);
        marginal += weight * logistic(middle + sd * z);
        weights += weight;
      }
      if (marginal / weights < rate) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
