package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.SimulatedBehaviour;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.Trial;
import dev.gapline.transforms.providers.PlantedSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How often the headline's 95% interval covers the planted gap: studies of simulated subjects, each
 * with its own seed, their answers drawn by trial id as in a run, and counted.
 *
 * <p>Its main writes the report that is committed: {@code CoverageSimulation REPORT}.
 */
public final class CoverageSimulation {

  static final int STUDIES = 4_000;
  static final int MOST = 20_000;
  static final int FIRST = 200;

  static final Design MANY_QUERIES = new Design("353x1", 353, 1, 0.5, 0.0);
  static final Design MANY_SAMPLES = new Design("50x10", 50, 10, 0.5, 0.5);

  private static final Contrast CONTRAST = new Contrast("free", "paid");
  private static final String MODEL = "sim/coverage";
  private static final Temperature REFERENCE = Temperature.of("1");
  private static final CellKey CELL =
      new CellKey("coverage", MODEL, "base", REFERENCE, new TreeMap<>());

  private CoverageSimulation() {}

  /** A study's size and its subject's random effects, logits. */
  record Design(String name, int queries, int samples, double querySd, double queryConditionSd) {}

  /**
   * Studies whose interval covers.
   *
   * @param population the gap over all queries
   * @param own the gap over the study's own queries
   * @param few studies of few clusters
   */
  record Covered(int studies, int population, int own, int few) {

    double share() {
      return population / (double) studies;
    }

    /** The Monte Carlo standard error of the share. */
    double error() {
      return StrictMath.sqrt(share() * (1 - share()) / studies);
    }

    String line(Design design) {
      return String.format(
          Locale.ROOT,
          "%s studies %d covered %d own %d few_clusters %d: %.2f%% +- %.2f of the population gap,"
              + " %.2f%% of the study's own gap%n",
          design.name(),
          studies,
          population,
          own,
          few,
          100 * share(),
          100 * error(),
          100.0 * own / studies);
    }
  }

  /** Runs the studies with the seeds 1 to {@code studies}. */
  static Covered run(Design design, int studies) {
    return IntStream.rangeClosed(1, studies)
        .parallel()
        .mapToObj(seed -> study(design, seed))
        .reduce(
            new Covered(0, 0, 0, 0),
            (a, b) ->
                new Covered(
                    a.studies + b.studies,
                    a.population + b.population,
                    a.own + b.own,
                    a.few + b.few));
  }

  private static Covered study(Design design, long seed) {
    PlantedSubject subject = new PlantedSubject(seed, MODEL, planted(design));
    List<String> queries =
        IntStream.range(0, design.queries()).mapToObj("q%05d"::formatted).toList();
    List<QueryPair> pairs = new ArrayList<>();
    for (String query : queries) {
      pairs.add(
          new QueryPair(
              query,
              List.of(arm(subject, design, query, CONTRAST.treatment())),
              List.of(arm(subject, design, query, CONTRAST.control()))));
    }
    GapEstimate estimate = Gaps.pairedClusterMacro(pairs, 0.05, Long.toString(seed));
    return new Covered(
        1,
        covers(estimate, subject.populationGap(CONTRAST, 1)),
        covers(estimate, subject.truth(queries, List.of("base"), CONTRAST, 1)),
        estimate.has(Flag.FEW_CLUSTERS) ? 1 : 0);
  }

  private static Counts arm(PlantedSubject subject, Design design, String query, String condition) {
    int complied = 0;
    for (int sample = 1; sample <= design.samples(); sample++) {
      String trial = Trial.idOf(CELL, query, condition, sample).text();
      PlantedSubject.Draw draw = subject.draw(trial, query, "base", condition, 1);
      complied += draw.behaviour() == Behaviour.COMPLIES ? 1 : 0;
    }
    return Counts.binary(complied, design.samples());
  }

  private static int covers(GapEstimate estimate, double truth) {
    return estimate.low() <= truth && truth <= estimate.high() ? 1 : 0;
  }

  private static SimulatedBehaviour planted(Design design) {
    SortedMap<String, Double> comply = new TreeMap<>();
    comply.put("free", 0.14);
    comply.put("paid", 0.03);
    SortedMap<String, Double> none = new TreeMap<>();
    return new SimulatedBehaviour(
        comply,
        none,
        none,
        none,
        design.querySd(),
        design.queryConditionSd(),
        0,
        0,
        0,
        none,
        none,
        0,
        0);
  }

  /** Writes the report to the given path. */
  public static void main(String[] arguments) throws IOException {
    StringBuilder report = new StringBuilder();
    report.append(
        """
        # Coverage of the headline's 95% interval (paired-cluster-macro), planted rates free 0.14,
        # paid 0.03, query_sd 0.5; in the design 50x10 query_condition_sd is 0.5 as well. Seeds 1 to
        # the number of studies. The error is the Monte Carlo standard error, in points.
        """);
    for (Design design : List.of(MANY_QUERIES, MANY_SAMPLES)) {
      for (int studies : List.of(FIRST, STUDIES, MOST)) {
        report.append(run(design, studies).line(design));
      }
    }
    Files.writeString(Path.of(arguments[0]), report);
  }
}
