package dev.gapline.schemas;

import java.io.Serializable;

/**
 * What a model costs, in US dollars per million tokens.
 *
 * @param batch share of it, above 0 and at most 1, that a call in a batch costs; null for half, as
 *     the providers have it
 * @param date on which it was looked up, {@code 2026-01-31}; null when unsaid
 * @param source where it was looked up; null when unsaid
 */
public record Price(
    double inputUsdPerMtok, double outputUsdPerMtok, Double batch, String date, String source)
    implements Serializable {

  private static final double USUAL_BATCH_SHARE = 0.5;

  /** A price of which nobody says since when and by whom. */
  public Price(double inputUsdPerMtok, double outputUsdPerMtok) {
    this(inputUsdPerMtok, outputUsdPerMtok, null, null, null);
  }

  /** The cost in US dollars of that many prompt and completion tokens in direct calls. */
  public double of(double promptTokens, double completionTokens) {
    return (promptTokens * inputUsdPerMtok + completionTokens * outputUsdPerMtok) / 1e6;
  }

  /** The share of it that a call in a batch costs. */
  public double batchShare() {
    return batch == null ? USUAL_BATCH_SHARE : batch;
  }
}
