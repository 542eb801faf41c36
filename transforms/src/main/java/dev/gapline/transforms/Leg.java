package dev.gapline.transforms;

import dev.gapline.schemas.Study;
import java.io.Serializable;

/**
 * One start of the command on an output.
 *
 * @param name three digits and more, in the order of the legs: {@code 001}
 * @param spentUsd by all earlier legs
 * @param earlierCalls made by all earlier legs
 * @param earlierPromptTokens of all earlier legs, as far as providers said
 * @param earlierCompletionTokens likewise
 * @param openIntents trials of earlier legs that were about to be sent and never settled
 */
public record Leg(
    RunFolder folder,
    String name,
    Study study,
    String studyDigest,
    double spentUsd,
    long earlierCalls,
    long earlierPromptTokens,
    long earlierCompletionTokens,
    long openIntents)
    implements Serializable {

  /** Tokens used by all earlier legs. */
  public long spentTokens() {
    return earlierPromptTokens + earlierCompletionTokens;
  }
}
