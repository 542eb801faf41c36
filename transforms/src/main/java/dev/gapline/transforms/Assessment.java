package dev.gapline.transforms;

import dev.gapline.schemas.Verdict;
import dev.gapline.transforms.classifiers.Ballot;
import dev.gapline.transforms.classifiers.RuleClassifier;
import java.util.List;

/**
 * What a trial's answer was found to be, by whom, and the raw items behind it.
 *
 * @param byRules compliance by the rubric's expressions alone, whoever judged; null when they
 *     cannot tell
 * @param hits the rubric's expressions that were found and decided
 * @param judge who judged, as {@code trials} names it
 * @param ofVotes the ballot behind {@code af_votes}; null when there is none
 * @param votes every vote as JSON text
 * @param calls that judges took, over all legs
 * @param costUsd of judges' answers; null when it is unknown or there are none
 */
record Assessment(
    Verdict verdict,
    Double byRules,
    List<String> hits,
    String judge,
    Ballot ofVotes,
    List<String> votes,
    int calls,
    Double costUsd) {

  Assessment {
    hits = List.copyOf(hits);
    votes = List.copyOf(votes);
  }

  /** What rules found, without a judge. */
  static Assessment byRules(RuleClassifier.Judged judged) {
    return new Assessment(
        judged.verdict(),
        judged.verdict().complied(),
        judged.hits(),
        "rules",
        null,
        List.of(),
        0,
        null);
  }
}
