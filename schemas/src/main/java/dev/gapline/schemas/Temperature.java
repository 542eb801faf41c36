package dev.gapline.schemas;

import java.io.Serializable;
import java.math.BigDecimal;

/**
 * A sampling temperature as canonical decimal text ({@code "0.7"}), so that keys, ids and file
 * contents never depend on how a double prints. Range: 0 to 2.
 */
public record Temperature(String text) implements Comparable<Temperature>, Serializable {

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
    BigDecimal value;
    try {
      value = new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Invalid temperature: %s. A number from 0 to 2 is valid.".formatted(text), e);
    }
    if (value.signum() < 0 || value.compareTo(BigDecimal.valueOf(2)) > 0) {
      throw new IllegalArgumentException(
          "Invalid temperature: %s. A number from 0 to 2 is valid.".formatted(text));
    }
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  @Override
  public int compareTo(Temperature other) {
    return new BigDecimal(text).compareTo(new BigDecimal(other.text));
  }
}
