package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.runs.Refused;
import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Study;

/** What a study may declare and this version cannot estimate yet: refused, never ignored. */
final class Supported {

  private Supported() {}

  static void check(Study study) {
    if (study.analysis().queries() != Analysis.Target.RANDOM) {
      throw new Refused(
          "analysis.target.queries: fixed needs the method within-query, which this version does"
              + " not have. random is valid.");
    }
    if (study.analysis().paraphrases() != Analysis.Target.FIXED) {
      throw new Refused(
          "analysis.target.paraphrases: random needs the method two-way, which this version does"
              + " not have. fixed is valid.");
    }
    study.models().stream()
        .filter(model -> model.tokensPerMinute() != null)
        .findFirst()
        .ifPresent(
            model -> {
              throw new Refused(
                  "models: %s: tokens_per_minute is not enforced by this version. Leave it out and"
                          .formatted(model.id())
                      + " set requests_per_minute and max_in_flight.");
            });
  }
}
