package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Hashing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * What the estimators promise of repeated studies, one line each: how often something happens in
 * studies with a planted truth, and between which shares it must lie.
 */
final class CoverageLines {

  private static final double ALPHA = 0.05;

  private CoverageLines() {}

  /**
   * One promise.
   *
   * @param name unique, and the seed of its studies
   * @param least share that is allowed
   * @param most share that is allowed
   * @param happens in the study of that number, with that source of random numbers
   */
  record Line(
      String name, double least, double most, BiPredicate<String, SplittableRandom> happens) {

    /** How often it happens in the studies 1 to {@code studies}. */
    long run(int studies) {
      return IntStream.rangeClosed(1, studies)
          .parallel()
          .filter(
              study ->
                  happens.test(
                      Integer.toString(study),
                      new SplittableRandom(Hashing.fnv1a64(name) ^ Hashing.splitmix64(study))))
          .count();
    }

    /** The line of the report, with the Monte Carlo standard error. */
    String text(int studies, long count) {
      double share = count / (double) studies;
      return String.format(
          Locale.ROOT,
          "%-62s | %6d | %6d | %6.2f%% +- %.2f | %.0f to %.1f%%",
          name,
          studies,
          count,
          100 * share,
          100 * Math.sqrt(share * (1 - share) / studies),
          100 * least,
          100 * most);
    }
  }

  static List<Line> all() {
    List<Line> lines = new ArrayList<>();
    lines.addAll(headline());
    lines.addAll(falsePositives());
    lines.addAll(signFlips());
    lines.addAll(rates());
    lines.addAll(missing());
    lines.addAll(wordings());
    lines.addAll(differences());
    lines.addAll(masking());
    return lines;
  }

  private static List<Line> headline() {
    return List.of(
        covers("headline covers, 353 x 1", 0.94, 0.96, PlantedStudies.of(353, 1, 0.14, 0.03)),
        covers(
            "headline covers, 50 x 10, queries react (0.5 logit)",
            0.94,
            0.96,
            PlantedStudies.of(50, 10, 0.14, 0.03).reacting(0.5)),
        covers(
            "headline covers, 20 x 50, queries react (0.5 logit)",
            0.93,
            0.97,
            PlantedStudies.of(20, 50, 0.14, 0.03).reacting(0.5)),
        covers(
            "headline covers, 10 x 10, queries react (0.5 logit)",
            0.92,
            1,
            PlantedStudies.of(10, 10, 0.14, 0.03).reacting(0.5)));
  }

  private static List<Line> falsePositives() {
    List<Line> lines = new ArrayList<>();
    for (double sd : new double[] {0.5, 1}) {
      for (int[] size : new int[][] {{50, 10}, {20, 50}, {50, 50}}) {
        PlantedStudies studies = PlantedStudies.of(size[0], size[1], 0.14, 0.14).reacting(sd);
        lines.add(
            new Line(
                String.format(
                    Locale.ROOT,
                    "headline test errs, %d x %d, no average gap, react (%.1f)",
                    size[0],
                    size[1],
                    sd),
                0,
                0.055,
                (seed, random) -> rejects(studies.study(random), seed)));
      }
    }
    return lines;
  }

  private static List<Line> signFlips() {
    List<Line> lines = new ArrayList<>();
    lines.add(signFlip(8, 50, 0.05));
    lines.add(signFlip(8, 10, 0.05));
    for (int queries : new int[] {6, 7, 9, 12, 16}) {
      lines.add(signFlip(queries, 20, 0.055));
    }
    return lines;
  }

  private static Line signFlip(int queries, int samples, double most) {
    PlantedStudies studies = PlantedStudies.of(queries, samples, 0.14, 0.14).reacting(1);
    return new Line(
        "sign-flip errs, %d x %d, no average gap, react (1.0)".formatted(queries, samples),
        0,
        most,
        (seed, random) -> {
          PairedDifferences pairs = PairedDifferences.of(studies.study(random));
          List<String> names =
              pairs.paired().stream().map(PairedDifferences.Difference::query).toList();
          return SignFlip.test(names, pairs.differences(), seed).p() < ALPHA;
        });
  }

  /** Queries most of which never comply, the rest every other time; and logistic ones. */
  private static List<Line> rates() {
    List<Line> lines = new ArrayList<>();
    for (double rate : new double[] {0.01, 0.03, 0.06}) {
      lines.add(
          new Line(
              String.format(
                  Locale.ROOT, "wilson-cluster covers, 50 x 10, mixture, %.0f%%", 100 * rate),
              0.92,
              1,
              (seed, random) -> {
                List<QueryCounts> queries = new ArrayList<>();
                for (int q = 0; q < 50; q++) {
                  double probability = random.nextDouble() < 2 * rate ? 0.5 : 0;
                  queries.add(arm(random, q, 10, probability));
                }
                return covers(Rates.wilsonCluster(queries, ALPHA), rate);
              }));
    }
    PlantedStudies logistic = PlantedStudies.of(50, 10, 0.25, 0.25);
    lines.add(
        new Line(
            "wilson-cluster covers, 50 x 10, logistic, 25%",
            0.92,
            1,
            (seed, random) -> {
              double[][][] probabilities = logistic.probabilities(random);
              List<QueryCounts> queries = new ArrayList<>();
              for (int q = 0; q < 50; q++) {
                queries.add(arm(random, q, 10, probabilities[q][0][0]));
              }
              return covers(Rates.wilsonCluster(queries, ALPHA), 0.25);
            }));
    return lines;
  }

  private static QueryCounts arm(SplittableRandom random, int q, int samples, double probability) {
    return new QueryCounts(
        PlantedStudies.name(q),
        List.of(Counts.binary(PlantedStudies.events(random, samples, probability), samples)));
  }

  private static List<Line> missing() {
    List<Line> lines = new ArrayList<>();
    for (int[] size : new int[][] {{353, 1}, {50, 10}}) {
      PlantedStudies studies = PlantedStudies.of(size[0], size[1], 0.14, 0.03).reacting(0.5);
      String name = "%d x %d".formatted(size[0], size[1]);
      lines.add(
          new Line(
              "headline covers, " + name + ", 10% missing at random",
              0.94,
              0.96,
              (seed, random) ->
                  covers(
                      headline(complete(HoledStudy.of(studies, random, 0.1, 0.1, 0.1)), seed),
                      studies.gap())));
      lines.add(
          new Line(
              "horowitz-manski covers, " + name + ", 30% of the compliant missing",
              0.95,
              1,
              (seed, random) ->
                  covers(
                      MissingAnswers.horowitzManski(
                          MissingAnswers.ends(
                              HoledStudy.of(studies, random, 0.3, 0, 0),
                              pairs -> headline(pairs, seed)),
                          ALPHA),
                      studies.gap())));
      lines.add(
          new Line(
              "missingness is flagged, " + name + ", 12% against 2% missing",
              0.8,
              1,
              (seed, random) ->
                  MissingAnswers.differ(
                      HoledStudy.of(studies, random, 0.12, 0.12, 0.02), ALPHA, seed)));
      lines.add(
          new Line(
              "missingness is flagged, " + name + ", 5% missing in both",
              0,
              0.055,
              (seed, random) ->
                  MissingAnswers.differ(
                      HoledStudy.of(studies, random, 0.05, 0.05, 0.05), ALPHA, seed)));
    }
    return lines;
  }

  private static List<QueryPair> complete(List<PlannedPair> queries) {
    return queries.stream().map(PlannedPair::complete).toList();
  }

  /** New wordings: the gap is that of the population of queries and wordings. */
  private static List<Line> wordings() {
    List<Line> lines = new ArrayList<>();
    for (int number : new int[] {5, 8, 25}) {
      PlantedStudies studies =
          PlantedStudies.of(50, 5, 0.3, 0.15).reacting(0.5).worded(number, 0.2, 0.3);
      List<String> names =
          IntStream.rangeClosed(1, number).mapToObj(Integer::toString).map("p"::concat).toList();
      lines.add(
          new Line(
              "two-way covers, 50 x 5, %d new wordings".formatted(number),
              0.92,
              0.97,
              (seed, random) ->
                  covers(Gaps.twoWay(studies.study(random), names, ALPHA), studies.gap())));
    }
    for (double sd : new double[] {0, 0.4, 0.8}) {
      PlantedStudies studies = PlantedStudies.of(50, 5, 0.3, 0.3).worded(9, sd, 0);
      lines.add(
          new Line(
              String.format(
                  Locale.ROOT, "reference-paired errs, 50 x 5, 8 paraphrases, tau %.1f logit", sd),
              0.01,
              0.06,
              (seed, random) -> referenceDiffers(studies.study(random))));
    }
    return lines;
  }

  /** Two models, whose queries react each in their own way. */
  private static List<Line> differences() {
    PlantedStudies large = PlantedStudies.of(50, 10, 0.14, 0.03).reacting(0.5);
    PlantedStudies small = PlantedStudies.of(50, 10, 0.14, 0.09).reacting(0.5);
    PlantedStudies others = PlantedStudies.of(30, 10, 0.14, 0.09).reacting(0.5);
    PlantedStudies few = PlantedStudies.of(8, 50, 0.14, 0.05).reacting(1);
    return List.of(
        new Line(
            "diff-of-diffs covers, 50 x 10, gaps of 11 and 5 points",
            0.94,
            0.96,
            (seed, random) ->
                covers(difference(large, small, seed, random, ""), large.gap() - small.gap())),
        new Line(
            "diff-of-diffs covers, 50 and 30 x 10, none shared",
            0.93,
            0.97,
            (seed, random) ->
                covers(difference(large, others, seed, random, "b"), large.gap() - others.gap())),
        new Line(
            "diff-of-diffs errs, 50 x 10, equal gaps, react (0.5)",
            0,
            0.055,
            (seed, random) -> rejects(difference(large, large, seed, random, ""))),
        new Line(
            "diff-of-diffs errs, 8 x 50, equal gaps, react (1.0)",
            0,
            0.055,
            (seed, random) -> rejects(difference(few, few, seed, random, ""))));
  }

  /** The gap of the one less that of the other, whose queries bear that prefix. */
  private static ContrastEstimate difference(
      PlantedStudies a, PlantedStudies b, String seed, SplittableRandom random, String prefix) {
    List<QueryPair> ofA = a.study(random);
    List<QueryPair> ofB =
        b.study(random).stream()
            .map(pair -> new QueryPair(prefix + pair.query(), pair.treatment(), pair.control()))
            .toList();
    return DifferenceOfDifferences.between(QueryGaps.of(ofA), QueryGaps.of(ofB), ALPHA, seed);
  }

  /** A temperature against 0 in rounds that drift: the rounds take the place of wordings. */
  private static List<Line> masking() {
    PlantedStudies higher = PlantedStudies.of(50, 5, 0.3, 0.15).reacting(0.5).worded(5, 0.2, 0.2);
    PlantedStudies equal = PlantedStudies.of(50, 5, 0.2, 0.2).reacting(0.5).worded(5, 0.2, 0.2);
    PlantedStudies alone = PlantedStudies.of(50, 5, 0.2, 0.2).reacting(0.5).worded(1, 0.2, 0.2);
    return List.of(
        new Line(
            "masking covers the difference, 50 x 5, 5 rounds",
            0.92,
            0.97,
            (seed, random) -> covers(aboveZero(higher, random), higher.gap())),
        new Line(
            "masking is supported, 50 x 5, 5 rounds, no difference",
            0,
            0.055,
            (seed, random) -> isMasked(aboveZero(equal, random))),
        new Line(
            "masking is supported, 50 x 5, 1 round, no difference",
            0,
            0,
            (seed, random) -> isMasked(aboveZero(alone, random))));
  }

  private static StudentEstimate aboveZero(PlantedStudies studies, SplittableRandom random) {
    List<QueryPair> pairs = studies.study(random);
    double[][] byRound = new double[studies.wordings()][pairs.size()];
    for (int round = 0; round < byRound.length; round++) {
      for (int q = 0; q < pairs.size(); q++) {
        byRound[round][q] =
            pairs.get(q).treatment().get(round).mean() - pairs.get(q).control().get(round).mean();
      }
    }
    return Masking.difference(byRound, ALPHA);
  }

  private static boolean isMasked(StudentEstimate difference) {
    return Masking.of(List.of(difference), null, ALPHA).judgement().outcome()
        == Judgement.Outcome.SUPPORTED;
  }

  /** The first wording of the treatment against the others. */
  private static boolean referenceDiffers(List<QueryPair> pairs) {
    double[] reference = new double[pairs.size()];
    double[][] others = new double[8][pairs.size()];
    for (int q = 0; q < pairs.size(); q++) {
      List<Counts> wordings = pairs.get(q).treatment();
      reference[q] = wordings.get(0).mean();
      for (int p = 0; p < others.length; p++) {
        others[p][q] = wordings.get(p + 1).mean();
      }
    }
    Double p = ReferencePaired.of(reference, others, ALPHA).random().p();
    return p != null && p < ALPHA;
  }

  private static Line covers(String name, double least, double most, PlantedStudies studies) {
    return new Line(
        name,
        least,
        most,
        (seed, random) -> covers(headline(studies.study(random), seed), studies.gap()));
  }

  private static GapEstimate headline(List<QueryPair> pairs, String seed) {
    return Gaps.pairedClusterMacro(pairs, ALPHA, seed);
  }

  private static boolean rejects(List<QueryPair> pairs, String seed) {
    Double p = headline(pairs, seed).pSuperiority();
    return p != null && p < ALPHA;
  }

  private static boolean covers(GapEstimate estimate, double truth) {
    return estimate.low() <= truth && truth <= estimate.high();
  }

  private static boolean covers(ContrastEstimate estimate, double truth) {
    return estimate.low() <= truth && truth <= estimate.high();
  }

  private static boolean covers(StudentEstimate estimate, double truth) {
    return estimate.low() != null && estimate.low() <= truth && truth <= estimate.high();
  }

  private static boolean rejects(ContrastEstimate estimate) {
    return estimate.pSuperiority() < ALPHA;
  }

  private static boolean covers(RateEstimate estimate, double truth) {
    return estimate.low() <= truth && truth <= estimate.high();
  }
}
