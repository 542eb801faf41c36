package dev.gapline.schemas;

import java.io.Serializable;

/**
 * What a model costs, in US dollars per million tokens.
 *
 * @param date on which it was looked up, {@code 2026-01-31}; null when unsaid
 * @param source where it was looked up; null when unsaid
 */
public record Price(double inputUsdPerMtok, double outputUsdPerMtok, String date, String source)
    implements Serializable {

  /** A price of which nobody says since when and by whom. */
  public Price(double inputUsdPerMtok, double outputUsdPerMtok) {
    this(inputUsdPerMtok, outputUsdPerMtok, null, null);
  }

  /** The cost in US dollars of that many prompt and completion tokens. */
  public double of(long promptTokens, long completionTokens) {
    return (promptTokens * inputUsdPerMtok + completionTokens * outputUsdPerMtok) / 1e6;
  }
}
