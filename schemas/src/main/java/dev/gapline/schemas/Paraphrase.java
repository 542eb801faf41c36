package dev.gapline.schemas;

import java.io.Serializable;

/**
 * One wording of a scenario.
 *
 * @param provenance who wrote it
 * @param firstPublic the date on which it was first public; null when it never was
 * @param system template of the system message; null for none
 * @param user template of the user message
 */
public record Paraphrase(
    String id, String provenance, String firstPublic, String system, String user)
    implements Serializable {}
