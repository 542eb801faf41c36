package dev.gapline.transforms;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Parts that are counted together, one after the other. Their counts travel as one: a part of its
 * own visits nearly as many queries and cells as it has trials, and its counts would be as many.
 *
 * @param parts in the order of the plan; never empty
 */
public record PartGroup(List<StoredPart> parts) implements Serializable {

  /** What is counted at a time is held in memory, some hundred bytes a trial at worst. */
  private static final long MOST_TRIALS = 100_000;

  private static final long GROUPS_PER_LANE = 2;

  public PartGroup {
    parts = List.copyOf(parts);
  }

  /** All parts, some groups for each lane. */
  static List<PartGroup> of(List<StoredPart> parts, int lanes) {
    long trials = parts.stream().mapToLong(StoredPart::rows).sum();
    long most = Math.min(MOST_TRIALS, trials / (GROUPS_PER_LANE * lanes) + 1);
    List<PartGroup> groups = new ArrayList<>();
    List<StoredPart> group = new ArrayList<>();
    long rows = 0;
    for (StoredPart part : parts) {
      if (!group.isEmpty() && rows + part.rows() > most) {
        groups.add(new PartGroup(group));
        group = new ArrayList<>();
        rows = 0;
      }
      group.add(part);
      rows += part.rows();
    }
    if (!group.isEmpty()) {
      groups.add(new PartGroup(group));
    }
    return groups;
  }
}
