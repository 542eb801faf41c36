package dev.gapline.schemas;

import java.io.Serializable;

/**
 * Which queries of each scenario a study asks.
 *
 * @param count how many; ignored by {@link Kind#ALL}
 */
public record QuerySelection(Kind kind, long count) implements Serializable {

  /** How queries are chosen. */
  public enum Kind {
    /** Every query of the scenario. */
    ALL,
    /** A seeded draw without replacement; a larger draw contains a smaller one. */
    DRAW,
    /** The first ones of the file. */
    TAKE,
    /** Numbered ones that are made up, for load. */
    SYNTHETIC
  }

  /** Every query of the scenario. */
  public static QuerySelection all() {
    return new QuerySelection(Kind.ALL, 0);
  }

  /** How many queries this selects from a scenario that has {@code available}. */
  public long countOf(long available) {
    return kind == Kind.ALL ? available : count;
  }
}
