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
  }
}
