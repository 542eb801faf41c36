package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.providers.Charge;
import java.io.Serializable;

/**
 * One start of the command on an output.
 *
 * @param name three digits and more, in the order of the legs: {@code 001}
 * @param earlierCostUsd of all earlier legs' answers, as far as it is known
 * @param lanes slots that work on units at the same time
 * @param charged by all earlier legs against the ceilings
 * @param earlierCalls made by all earlier legs
 * @param earlierPromptTokens of all earlier legs, as far as providers said
 * @param earlierCompletionTokens likewise
 * @param earlierJudging what judges' calls of all earlier legs took of these
 * @param openIntents calls of earlier legs that were about to be sent and of which nothing came
 *     back
 * @param isSpread whether the lanes may lie in several processes, which then share the units and
 *     the limits among them
 * @param answers stored trials of another run whose answers are judged again, so that no subject is
 *     asked; null where subjects are asked
 */
public record Leg(
    RunFolder folder,
    String name,
    Study study,
    String studyDigest,
    int lanes,
    double earlierCostUsd,
    Charge charged,
    long earlierCalls,
    long earlierPromptTokens,
    long earlierCompletionTokens,
    Receipt.Judging earlierJudging,
    long openIntents,
    boolean isSpread,
    TrialSet answers)
    implements Serializable {

  /** A leg of this process that asks its subjects, after legs without judges. */
  public Leg(
      RunFolder folder,
      String name,
      Study study,
      String studyDigest,
      int lanes,
      double earlierCostUsd,
      Charge charged,
      long earlierCalls,
      long earlierPromptTokens,
      long earlierCompletionTokens,
      long openIntents) {
    this(
        folder,
        name,
        study,
        studyDigest,
        lanes,
        earlierCostUsd,
        charged,
        earlierCalls,
        earlierPromptTokens,
        earlierCompletionTokens,
        Receipt.Judging.NONE,
        openIntents,
        false,
        null);
  }

  /** The same, with lanes that may lie in several processes. */
  public Leg spread() {
    return new Leg(
        folder,
        name,
        study,
        studyDigest,
        lanes,
        earlierCostUsd,
        charged,
        earlierCalls,
        earlierPromptTokens,
        earlierCompletionTokens,
        earlierJudging,
        openIntents,
        true,
        answers);
  }
}
