package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;

/**
 * Which checks of the instrument have calls of their own, and how many.
 *
 * @param share of the queries that are asked them, 0 to 1; to the millionth
 * @param kinds each at most once; empty for none
 */
public record Checks(double share, List<Kind> kinds) implements Serializable {

  /** Parts of a share that are told apart. */
  static final long PARTS = 1_000_000;

  /** What is asked beside the conditions of a block. */
  public enum Kind {
    /** The treatment's prompt once more: an A/A arm. */
    REPEAT,
    /** The treatment's prompt with an attribute that means nothing, at both its values. */
    SHAM;

    /** The arms that it takes. */
    public List<CheckArm> arms() {
      return switch (this) {
        case REPEAT -> List.of(CheckArm.REPEAT);
        case SHAM -> List.of(CheckArm.SHAM_A, CheckArm.SHAM_B);
      };
    }
  }

  public Checks {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "Invalid share of check queries: %s. 0 to 1 is valid.".formatted(share));
    }
    kinds = List.copyOf(kinds);
  }

  /** No calls beside those of the conditions. */
  public static Checks none() {
    return new Checks(0, List.of());
  }

  /** What a study has that says nothing: both kinds, on a fifth of the queries. */
  public static Checks standard() {
    return new Checks(0.2, List.of(Kind.REPEAT, Kind.SHAM));
  }

  /** The share in millionths. */
  long parts() {
    return Math.round(share * PARTS);
  }
}
