package dev.gapline.transforms;

import dev.gapline.schemas.Study;
import java.io.Serializable;

/**
 * One start of the command on an output.
 *
 * @param name three digits and more, in the order of the legs: {@code 001}
 * @param lanes slots that work on units at the same time
 * @param earlier what all earlier legs asked and took
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
    EarlierLegs.Summary earlier,
    boolean isSpread,
    TrialSet answers)
    implements Serializable {}
