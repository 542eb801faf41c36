package dev.gapline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class UnitsTest {

  @Property(tries = 300)
  void unitsAreNeitherTooLargeToHoldNorTooFewForTheLanes(
      @ForAll @LongRange(min = 1, max = 1_000_000_000L) long queries,
      @ForAll @IntRange(min = 1, max = 256) int lanes,
      @ForAll @IntRange(min = 1, max = 6) int conditions) {
    StudyPlan plan =
        new Studies().queries(QuerySelection.Kind.SYNTHETIC, queries).conditions(conditions).plan();
    Units units = plan.units(lanes);
    assertTrue(units.blocksPerUnit() * conditions <= 5_000);
    if (plan.trials() >= 240L * 16 * lanes) {
      assertTrue(units.count() >= 16L * lanes, () -> units + " for " + lanes);
    }
    WorkUnit last = units.unit(units.count() - 1);
    assertEquals(plan.blocks(), last.firstBlock() + last.blocks());
  }

  @Test
  void aUnitIsNamedByItsNumber() {
    assertEquals("u0000000", new WorkUnit(0, 0, 1).fileName());
    assertEquals("u123456789", new WorkUnit(123_456_789, 0, 1).fileName());
  }

  @Test
  void noLanesAreRefused() {
    assertEquals(
        "Invalid lanes: 0. At least 1 is valid.",
        assertThrows(IllegalArgumentException.class, () -> new Studies().plan().units(0))
            .getMessage());
  }
}
