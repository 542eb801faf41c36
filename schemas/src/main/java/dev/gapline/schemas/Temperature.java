package dev.gapline.schemas;

import java.io.Serializable;
import java.math.BigDecimal;

/**
 * A sampling temperature as canonical decimal text ({@code "0.7"}), so that keys, ids and file
 * contents never depend on how a double prints. Range: 0 to 2, at most 6 decimals: two temperatures
 * never print alike, and an exponent never grows into text.
 */
public record Temperature(String text) implements Comparable<Temperature>, Serializable {

  private static final int MOST_DECIMALS = 6;
  private static final int MOST_CHARACTERS = 40;

  public Temperature {
    if (!text.equals(canonical(text))) {
      throw new IllegalArgumentException(
          "Invalid temperature text: %s. Canonical is %s.".formatted(text, canonical(text)));
    }
  }

  /** Parses any decimal notation ("1.0", "1", "1e0" are the same temperature). */
  public static Temperature of(String text) {
    return new Temperature(canonical(text));
  }

  /** The temperature as a number. */
  public double value() {
    return Double.parseDouble(text);
  }

  private static String canonical(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw invalid(text.substring(0, MOST_CHARACTERS) + "...", null);
    }
    BigDecimal value;
    try {
      value = new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      throw invalid(text, e);
    }
    if (value.signum() == 0) {
      return "0";
    }
    BigDecimal shortest = value.stripTrailingZeros();
    if (value.signum() < 0
        || value.compareTo(BigDecimal.valueOf(2)) > 0
        || shortest.scale() > MOST_DECIMALS) {
      throw invalid(text, null);
    }
    return shortest.toPlainString();
  }

  private static IllegalArgumentException invalid(String text, NumberFormatException cause) {
    return new IllegalArgumentException(
        "Invalid temperature: %s. A number from 0 to 2 with at most %d decimals is valid."
            .formatted(text, MOST_DECIMALS),
        cause);
  }

  @Override
  public int compareTo(Temperature other) {
    return new BigDecimal(text).compareTo(new BigDecimal(other.text));
  }
}
