package dev.gapline.schemas;

import java.util.Map;
import java.util.SortedMap;

/**
 * One planned conversation. Equal coordinates give an equal id on every machine.
 *
 * @param index place in the order of the plan
 * @param sample repeat number within the cell, counted from 1 in every round
 * @param sendOrder place within its block, counted from 0
 */
public record Trial(
    TrialId id,
    long index,
    CellKey cell,
    String query,
    String condition,
    long sample,
    int sendOrder) {

  /** The id of the trial with these coordinates. */
  public static TrialId idOf(CellKey cell, String query, String condition, long sample) {
    return new TrialId(Hashing.hex(16, coordinates("trial-v1", cell, query, sample, condition)));
  }

  /** The id of the block: this trial's coordinates without the condition. */
  public String blockId() {
    return Hashing.hex(16, coordinates("block-v1", cell, query, sample, ""));
  }

  private static String[] coordinates(
      String kind, CellKey cell, String query, long sample, String condition) {
    SortedMap<String, String> factors = Rounds.identity(cell);
    String[] parts = new String[8 + 2 * factors.size()];
    parts[0] = kind;
    parts[1] = cell.scenario();
    parts[2] = cell.model();
    parts[3] = cell.paraphrase();
    parts[4] = cell.temperature().text();
    parts[5] = query;
    parts[6] = Long.toString(sample);
    parts[7] = condition;
    int i = 8;
    for (Map.Entry<String, String> factor : factors.entrySet()) {
      parts[i++] = factor.getKey();
      parts[i++] = factor.getValue();
    }
    return parts;
  }
}
