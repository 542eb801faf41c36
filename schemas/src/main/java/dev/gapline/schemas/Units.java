package dev.gapline.schemas;

import java.io.Serializable;

/**
 * How a plan is cut into units: slices of whole blocks in the order of the plan, at most some 5,000
 * trials each, at least 16 for each lane on a large study.
 */
public record Units(long blocks, long blocksPerUnit) implements Serializable {

  private static final long MOST_TRIALS = 5_000;
  private static final long FEWEST_TRIALS = 240;
  private static final long UNITS_PER_LANE = 16;

  /** Cuts the plan for that many lanes, slots that work on units at the same time. */
  public static Units of(StudyPlan plan, int lanes) {
    if (lanes < 1) {
      throw new IllegalArgumentException(
          "Invalid lanes: %d. At least 1 is valid.".formatted(lanes));
    }
    long wanted = plan.trials() / (UNITS_PER_LANE * lanes);
    long trials = Math.max(FEWEST_TRIALS, Math.min(MOST_TRIALS, wanted));
    return new Units(plan.blocks(), Math.max(1, trials / plan.mostTrialsPerBlock()));
  }

  /** How many units there are. */
  public long count() {
    return (blocks + blocksPerUnit - 1) / blocksPerUnit;
  }

  /** The unit with that number, counted from 0. */
  public WorkUnit unit(long number) {
    long first = number * blocksPerUnit;
    return new WorkUnit(number, first, Math.min(blocksPerUnit, blocks - first));
  }
}
