package dev.gapline.schemas;

import java.io.Serializable;

/**
 * The answers that a {@code replay/} model gives: they were given before.
 *
 * @param from the folder of a run, or a file of transcripts whose name ends in {@code .jsonl}
 * @param model whose answers they are, by its id there; null where there is one alone
 * @param digest SHA-256 of what the answers are read from; a trial's key in the ledger holds it, so
 *     that other answers are never taken for these
 */
public record Replay(String from, String model, String digest) implements Serializable {}
