package dev.gapline.transforms;

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
 * @param openIntents calls of earlier legs that were about to be sent and of which nothing came
 *     back
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
    long openIntents)
    implements Serializable {}
