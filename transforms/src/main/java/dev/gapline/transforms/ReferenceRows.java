package dev.gapline.transforms;

import dev.gapline.schemas.Analysis.Expectation;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.Judgement;
import dev.gapline.transforms.statistics.Multiplicity;
import dev.gapline.transforms.statistics.Rank;
import dev.gapline.transforms.statistics.ReferencePaired;
import dev.gapline.transforms.statistics.StudentEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The analysis {@code reference}: the wording {@code base} against the paraphrases, and the
 * published wording against them where it is loaded. Of {@code base} it judges whether the wording
 * differs, never whether a model has seen it: only the published one can tell a blind spot.
 */
final class ReferenceRows {

  private static final String ANALYSIS = "reference";

  /** Edits and perturbations of one wording are near copies of it, and no draws of wordings. */
  private static final Pattern EDIT = Pattern.compile("edit_.*|e[0-9]{3}");

  private static final String RANDOM = "reference-paired";
  private static final String FIXED = "reference-paired-fixed";
  private static final String RANK = "rank";

  private ReferenceRows() {}

  /** The terms of a slice of one temperature; none without the reference or without paraphrases. */
  static List<SensitivityFinding> of(SensitivitySlice slice, SensitivityOutcome outcome) {
    Map<String, SortedMap<String, Double>> byWording = new TreeMap<>();
    slice
        .cells()
        .by(CellKey::paraphrase)
        .forEach((wording, cells) -> byWording.put(wording, outcome.means(cells)));
    boolean isPublishedLoaded = byWording.containsKey(Paraphrase.PUBLISHED);
    SortedMap<String, Map<String, Double>> references = new TreeMap<>();
    EstimateGap.ANCHORS.stream() // Chosen, not drawn.
        .filter(byWording::containsKey)
        .forEach(anchor -> references.put(anchor, byWording.remove(anchor)));
    byWording.keySet().removeIf(wording -> EDIT.matcher(wording).matches());
    if (byWording.isEmpty()) {
      return List.of();
    }
    List<SensitivityFinding> findings = new ArrayList<>();
    references.forEach(
        (name, reference) ->
            of(reference, byWording, slice).stream()
                .map(finding -> finding.comparedWith(name))
                .map(
                    finding ->
                        isPublishedLoaded ? finding : finding.flagged(Flag.NO_EXPOSURE_VERDICT))
                .forEach(findings::add));
    return findings;
  }

  private static List<SensitivityFinding> of(
      Map<String, Double> base,
      Map<String, SortedMap<String, Double>> byWording,
      SensitivitySlice slice) {
    CompleteWordings<Double> table = CompleteWordings.of(byWording.values());
    List<String> queries = table.queries().stream().filter(base::containsKey).toList();
    double[][] paraphrases =
        table.wordings().stream()
            .map(one -> SensitivityOutcome.inOrder(one, queries))
            .toArray(double[][]::new);
    ReferencePaired compared =
        ReferencePaired.of(SensitivityOutcome.inOrder(base, queries), paraphrases, slice.alpha());
    List<SensitivityFinding> findings = new ArrayList<>();
    long levels = paraphrases.length;
    findings.add(finding("reference", "by-query", levels, compared.reference().withP(null)));
    findings.add(finding("paraphrases", "anova", levels, compared.paraphrases().withP(null)));
    findings.add(finding("difference", FIXED, levels, compared.fixed()));
    findings.add(finding("difference", RANDOM, levels, compared.random()));
    findings.add(finding("tau", "anova", levels, compared.tau()));
    findings.add(finding("prediction", "anova", levels, compared.prediction()));
    if (compared.rank() != null) {
      findings.addAll(ranks(compared.rank(), queries.size(), compared.random().value()));
    }
    return findings.stream().map(finding -> finding.flagged(table.flags())).toList();
  }

  private static List<SensitivityFinding> ranks(Rank rank, long queries, double difference) {
    StudentEstimate place =
        queries == 1
            ? StudentEstimate.bare(difference, queries, Flag.THIS_PROMPT)
            : StudentEstimate.bare(difference, queries);
    long levels = rank.paraphrases();
    return List.of(
        finding("rank", RANK, levels, place.withP(rank.twoSided()))
            .withFloor(Math.min(1, 2 * rank.floor())),
        finding("rank_upper", RANK, levels, place.withP(rank.upper())).withFloor(rank.floor()),
        finding("rank_lower", RANK, levels, place.withP(rank.lower())).withFloor(rank.floor()));
  }

  private static SensitivityFinding finding(
      String term, String method, long levels, StudentEstimate estimate) {
    return SensitivityFinding.of(ANALYSIS, term, method, levels, estimate);
  }

  /** Whether the row bears the verdict of the comparison. */
  static boolean isJudged(SensitivityFinding finding) {
    return finding.analysis().equals(ANALYSIS) && finding.method().equals(RANDOM);
  }

  /**
   * The verdicts of one family, by Holm: <em>differs</em>, for wordings like these.
   *
   * @param margin of the family's measure; null for none declared
   */
  static List<SensitivityFinding> judge(
      List<SensitivityFinding> family, Double margin, double alpha) {
    List<StudentEstimate> estimates = family.stream().map(SensitivityFinding::estimate).toList();
    List<Double> differs = Multiplicity.holm(estimates.stream().map(StudentEstimate::p).toList());
    List<Double> equivalent =
        Multiplicity.holm(
            estimates.stream().map(one -> one.pEquivalence(Expectation.DIFFERS, margin)).toList());
    List<SensitivityFinding> judged = new ArrayList<>();
    for (int i = 0; i < family.size(); i++) {
      StudentEstimate estimate = estimates.get(i);
      Judgement judgement =
          estimate.judge(Expectation.DIFFERS, margin, alpha, differs.get(i), equivalent.get(i));
      boolean isFewWordings = family.get(i).levels() < ReferencePaired.FEWEST_PARAPHRASES;
      judged.add(
          family
              .get(i)
              .judged(
                  differs.get(i),
                  isFewWordings && estimate.clusters() > 1
                      ? Judgement.inconclusive(Judgement.Reason.TOO_FEW_PARAPHRASES)
                      : judgement));
    }
    return judged;
  }
}
