package dev.gapline.transforms.statistics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How often {@code reference-paired} says that a wording differs which is drawn as its paraphrases
 * are: studies of 50 queries, 5 samples a cell and 8 paraphrases, each with its own seed.
 *
 * <p>Its main writes the report that is committed: {@code ReferenceSimulation REPORT}.
 */
public final class ReferenceSimulation {

  static final int MOST = 20_000;
  static final int FIRST = 200;

  static final List<Design> DESIGNS =
      List.of(
          new Design("tau-0", 0, 0),
          new Design("tau-0.4", 0.4, 0),
          new Design("tau-0.8", 0.8, 0),
          new Design("tau-0-shift-1", 0, 1));

  private static final int QUERIES = 50;
  private static final int SAMPLES = 5;
  private static final int PARAPHRASES = 8;
  private static final double INTERCEPT = -1;
  private static final double QUERY_SD = 1;

  private ReferenceSimulation() {}

  /**
   * Studies of one kind.
   *
   * @param tau standard deviation of wordings, logits
   * @param shift of the reference beyond that, logits; 0 where it is one of them
   */
  record Design(String name, double tau, double shift) {}

  /** Studies in which each comparison says that the reference differs, at 5%. */
  record Found(int studies, int random, int fixed) {

    String line(Design design) {
      return String.format(
          Locale.ROOT,
          "%s studies %d random %d fixed %d: %.2f%% +- %.2f random, %.2f%% +- %.2f fixed%n",
          design.name(),
          studies,
          random,
          fixed,
          100.0 * random / studies,
          error(random),
          100.0 * fixed / studies,
          error(fixed));
    }

    private double error(int count) {
      double share = count / (double) studies;
      return 100 * StrictMath.sqrt(share * (1 - share) / studies);
    }
  }

  /** Runs the studies with the seeds 1 to {@code studies}. */
  static Found run(Design design, int studies) {
    return IntStream.rangeClosed(1, studies)
        .parallel()
        .mapToObj(seed -> study(design, new Random(seed)))
        .reduce(
            new Found(0, 0, 0),
            (a, b) -> new Found(a.studies + b.studies, a.random + b.random, a.fixed + b.fixed));
  }

  private static Found study(Design design, Random random) {
    double[] queries = new double[QUERIES];
    for (int q = 0; q < QUERIES; q++) {
      queries[q] = INTERCEPT + QUERY_SD * random.nextGaussian();
    }
    double[][] wordings = new double[PARAPHRASES][];
    for (int p = 0; p < PARAPHRASES; p++) {
      wordings[p] = rates(queries, design.tau() * random.nextGaussian(), random);
    }
    double[] reference =
        rates(queries, design.tau() * random.nextGaussian() + design.shift(), random);
    ReferencePaired compared = ReferencePaired.of(reference, wordings, 0.05);
    return new Found(1, differs(compared.random()), differs(compared.fixed()));
  }

  private static int differs(StudentEstimate estimate) {
    return estimate.p() != null && estimate.p() < 0.05 ? 1 : 0;
  }

  private static double[] rates(double[] queries, double effect, Random random) {
    double[] rates = new double[queries.length];
    for (int q = 0; q < queries.length; q++) {
      double probability = 1 / (1 + StrictMath.exp(-queries[q] - effect));
      int events = 0;
      for (int k = 0; k < SAMPLES; k++) {
        events += random.nextDouble() < probability ? 1 : 0;
      }
      rates[q] = events / (double) SAMPLES;
    }
    return rates;
  }

  /** Writes the report to the given path. */
  public static void main(String[] arguments) throws IOException {
    StringBuilder report = new StringBuilder();
    report.append(
        """
        # How often reference-paired says that a wording differs, at 5%: 50 queries x 5 samples, 8
        # paraphrases, intercept -1, query SD 1 logit; wordings vary by tau logits, and the reference
        # is one of them, moved by the shift. Seeds 1 to the number of studies; the error is the Monte
        # Carlo standard error, in points. Without a shift the random comparison errs in 1 to 6%; the
        # fixed one speaks of these paraphrases alone and answers another question.
        """);
    for (Design design : DESIGNS) {
      for (int studies : List.of(FIRST, MOST)) {
        report.append(run(design, studies).line(design));
      }
    }
    Files.writeString(Path.of(arguments[0]), report);
  }
}
