package dev.gapline.transforms;

import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Trial;
import dev.gapline.schemas.TrialId;
import dev.gapline.transforms.providers.Request;
import java.util.List;

/**
 * The calls of judges. Each is about one trial, and the ledger knows it by that trial's id, the
 * judge's name, the number of the vote and how often it was asked before: no two votes share an
 * answer, and none is paid for twice.
 */
public final class JudgeCalls {

  private static final char SEPARATOR = '/';

  private final Study study;

  JudgeCalls(Study study) {
    this.study = study;
  }

  /**
   * The request of one vote.
   *
   * @param number of the vote, counted from 1
   * @param call how often it is asked with this one, from 1
   */
  Request request(JudgeSpec judge, Trial trial, int number, int call, List<Message> messages) {
    TrialId id =
        new TrialId(
            trial.id().text() + SEPARATOR + judge.label() + SEPARATOR + number + SEPARATOR + call);
    return new Request(
        id,
        trial.cell().scenario(),
        trial.query(),
        trial.cell().paraphrase(),
        Requests.endpoint(judge.model()),
        judge.model().name(),
        messages,
        judge.temperature(),
        judge.model().maxTokens(),
        Hashing.fnv1a64(study.seed() + "|" + id.text()) & 0x7fffffffL,
        judge.model().parameters(),
        null);
  }

  /** Whether the trial of a ledger's entry names a judge's call about it. */
  public static boolean isOne(String trial) {
    return trial.indexOf(SEPARATOR) >= 0;
  }
}
