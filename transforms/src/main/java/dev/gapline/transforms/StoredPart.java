package dev.gapline.transforms;

import java.io.Serializable;

/**
 * One part of a committed set of {@code trials}. The parts of a set follow each other in the order
 * of the plan without a gap, so that each knows which trials it must hold.
 *
 * @param number place among the parts, counted from 0
 * @param name of the file
 * @param digest SHA-256 of the file, as its run committed it
 * @param rows trials it holds
 * @param planned trials it would hold had its run not been stopped
 * @param first place of its first trial in the order of the plan
 */
public record StoredPart(
    long number, String name, String digest, long rows, long planned, long first)
    implements Serializable {}
