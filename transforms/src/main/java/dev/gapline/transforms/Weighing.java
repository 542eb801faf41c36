package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.transforms.statistics.GapEstimate;
import dev.gapline.transforms.statistics.Gaps;
import dev.gapline.transforms.statistics.QueryPair;
import java.util.ArrayList;
import java.util.List;

/** How the queries' counts become one gap: whose weight counts, and of what the gap speaks. */
enum Weighing {
  /** Every query weighs the same; of queries like these. */
  MACRO("weights=macro; target=queries-random"),
  /** Every row weighs the same; of queries like these. */
  MICRO("weights=micro; target=queries-random"),
  /** Every query weighs the same; of these queries alone. */
  QUERIES_FIXED("weights=macro; target=queries-fixed"),
  /** Of wordings like these, anchors left out. */
  WORDINGS_RANDOM("weights=macro; target=paraphrases-random");

  /** Wordings that were chosen, and no draws. */
  private static final List<String> ANCHORS = List.of("base", "published");

  private static final int FEWEST_WORDINGS = 5;

  private final String id;

  Weighing(String id) {
    this.id = id;
  }

  /** The convention in tables. */
  String id() {
    return id;
  }

  /** Those that mean something for rows over those wordings, that of the analysis first. */
  static List<Weighing> of(Analysis analysis, List<String> wordings) {
    List<Weighing> all = new ArrayList<>(List.of(MACRO, MICRO, QUERIES_FIXED));
    long draws = wordings.stream().distinct().filter(name -> !ANCHORS.contains(name)).count();
    if (draws >= FEWEST_WORDINGS) {
      all.add(WORDINGS_RANDOM);
    }
    Weighing declared = declared(analysis, wordings.stream().distinct().count() > 1);
    all.remove(declared);
    all.add(0, declared);
    return all;
  }

  /** As the headline is weighed, which of too few wordings says that they are too few. */
  private static Weighing declared(Analysis analysis, boolean poolsWordings) {
    if (poolsWordings && analysis.paraphrases() == Analysis.Target.RANDOM) {
      return WORDINGS_RANDOM;
    }
    if (analysis.queries() == Analysis.Target.FIXED) {
      return QUERIES_FIXED;
    }
    return analysis.weights() == Analysis.Weights.MACRO ? MACRO : MICRO;
  }

  /** The gap of these pairs. */
  GapEstimate estimate(List<QueryPair> pairs, List<String> wordings, double alpha, String seed) {
    return switch (this) {
      case MACRO -> Gaps.pairedClusterMacro(pairs, alpha, seed);
      case MICRO -> Gaps.pairedClusterMicro(pairs, alpha, seed);
      case QUERIES_FIXED -> Gaps.withinQuery(pairs, alpha);
      case WORDINGS_RANDOM -> ofDraws(pairs, wordings, alpha);
    };
  }

  private static GapEstimate ofDraws(List<QueryPair> pairs, List<String> wordings, double alpha) {
    List<Integer> draws = new ArrayList<>();
    for (int i = 0; i < wordings.size(); i++) {
      if (!ANCHORS.contains(wordings.get(i))) {
        draws.add(i);
      }
    }
    return Gaps.twoWay(
        pairs.stream()
            .map(
                pair ->
                    new QueryPair(
                        pair.query(),
                        draws.stream().map(pair.treatment()::get).toList(),
                        draws.stream().map(pair.control()::get).toList()))
            .toList(),
        draws.stream().map(wordings::get).toList(),
        alpha);
  }
}
