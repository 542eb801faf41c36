package dev.gapline.schemas;

import java.io.Serializable;

/** What a model costs, in US dollars per million tokens. */
public record Price(double inputUsdPerMtok, double outputUsdPerMtok) implements Serializable {

  /** The cost in US dollars of that many prompt and completion tokens. */
  public double of(long promptTokens, long completionTokens) {
    return (promptTokens * inputUsdPerMtok + completionTokens * outputUsdPerMtok) / 1e6;
  }
}
