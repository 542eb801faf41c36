package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stored parts are counted in groups: all of them, in order, none too large. */
final class PartGroupTest {

  @Test
  void everyPartIsInOneGroupInItsOrder() {
    List<StoredPart> parts = parts(201, 4_992);
    List<PartGroup> groups = PartGroup.of(parts, 2);
    assertEquals(parts, groups.stream().flatMap(group -> group.parts().stream()).toList());
    for (PartGroup group : groups) {
      assertTrue(group.parts().stream().mapToLong(StoredPart::rows).sum() <= 100_000);
    }
  }

  @Test
  void everyLaneHasSomethingToDo() {
    assertEquals(8, PartGroup.of(parts(64, 240), 4).size());
  }

  @Test
  void aPartLargerThanAGroupIsAGroup() {
    assertEquals(3, PartGroup.of(parts(3, 250_000), 1).size());
  }

  @Test
  void partsWithoutTrialsAreCountedToo() {
    assertEquals(1, PartGroup.of(parts(1, 0), 4).size());
  }

  private static List<StoredPart> parts(int count, long rows) {
    List<StoredPart> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(new StoredPart(i, "u%07d-1.parquet".formatted(i), "", rows, rows, i * rows));
    }
    return parts;
  }
}
