package dev.gapline.transforms;

import dev.gapline.schemas.JudgeRubric;
import dev.gapline.schemas.Verdict;
import dev.gapline.transforms.classifiers.Ballot;
import dev.gapline.transforms.classifiers.RuleClassifier;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a trial's answer was found to be, by whom, and the raw items behind it.
 *
 * @param byRules compliance by the rubric's expressions alone, whoever judged; null when they
 *     cannot tell
 * @param hits the rubric's expressions that were found and decided
 * @param judge who judged, as {@code trials} names it
 * @param ballots of every judge that was asked
 * @param votes every vote as JSON text
 * @param calls that judges took, over all legs
 * @param costUsd of judges' answers; null when it is unknown or there are none
 */
record Assessment(
    Verdict verdict,
    Double byRules,
    List<String> hits,
    String judge,
    List<Ballot> ballots,
    List<String> votes,
    int calls,
    Double costUsd) {

  Assessment {
    hits = List.copyOf(hits);
    ballots = List.copyOf(ballots);
    votes = List.copyOf(votes);
  }

  /** What the first ballot of that kind says; null when there is none. */
  <T> T of(Predicate<JudgeRubric> kind, Function<Ballot, T> say) {
    for (Ballot ballot : ballots) {
      if (kind.test(ballot.judge().rubric())) {
        return say.apply(ballot);
      }
    }
    return null;
  }

  /** What rules found, without a judge. */
  static Assessment byRules(RuleClassifier.Judged judged) {
    return new Assessment(
        judged.verdict(),
        judged.verdict().complied(),
        judged.hits(),
        "rules",
        List.of(),
        List.of(),
        0,
        null);
  }
}
