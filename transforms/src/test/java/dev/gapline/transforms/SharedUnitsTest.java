package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedUnitsTest {

  private static final WorkerState AT_WORK = new WorkerState("a process", true, 3, 1, 1, 2, 9, 0.5);

  @TempDir Path folder;
  private final AtomicLong nanos = new AtomicLong(1);
  private Leg leg;
  private StudyPlan plan;
  private Units units;

  @BeforeEach
  void plan() {
    Study study = new Samples().queries(60).samples(20).study();
    leg =
        new Leg(
            RunFolder.at(folder), "001", study, "digest", 1, EarlierLegs.Summary.NONE, true, null);
    plan = StudyPlan.of(leg.study());
    units = plan.units(1);
    assertTrue(units.count() >= 4, "units: " + units.count());
  }

  private SharedUnits join() throws IOException {
    return new SharedUnits(leg, units, () -> AT_WORK, nanos::get);
  }

  private void end(SharedUnits by, long unit) throws IOException {
    var unused =
        Receipts.claim(
            leg.folder(), leg.name(), units.unit(unit), UnitPart.nothing(units.unit(unit), plan));
    by.ended(unit);
  }

  @Test
  void aUnitBelongsToOneProcess() throws IOException {
    SharedUnits one = join();
    SharedUnits other = join();
    Set<Long> ofOne = new HashSet<>();
    Set<Long> ofOther = new HashSet<>();
    for (long unit = 0; unit < units.count(); unit++) {
      SharedUnits first = unit % 3 == 0 ? other : one;
      SharedUnits second = first == one ? other : one;
      assertTrue(first.take(unit));
      assertFalse(second.take(unit));
      (first == one ? ofOne : ofOther).add(unit);
    }
    assertFalse(one.haveOthersEnded());
    assertEquals(List.of(), one.look());
    for (long unit : ofOther) {
      end(other, unit);
    }
    assertEquals(List.of(), one.look());
    assertTrue(one.haveOthersEnded());
    assertFalse(other.haveOthersEnded());
    assertEquals(units.count(), ofOne.size() + ofOther.size());
  }

  @Test
  void whatALeavingProcessHadIsTakenOverAtOnce() throws IOException {
    SharedUnits leaving = join();
    SharedUnits staying = join();
    assertTrue(leaving.take(0));
    assertTrue(leaving.take(1));
    assertFalse(staying.take(0));
    assertFalse(staying.take(1));
    end(leaving, 0);
    leaving.leave();
    assertEquals(List.of(1L), staying.look());
    assertTrue(staying.haveOthersEnded());
  }

  @Test
  void aSilentProcessIsOverruledOnceByOneOther() throws IOException {
    SharedUnits silent = join();
    SharedUnits one = join();
    SharedUnits other = join();
    assertTrue(silent.take(0));
    assertFalse(one.take(0));
    assertFalse(other.take(0));
    assertEquals(List.of(), one.look());
    assertEquals(List.of(), other.look());

    nanos.addAndGet(Workers.STALE_AFTER.minus(Duration.ofSeconds(1)).toNanos());
    assertEquals(List.of(), one.look(), "it may be slow");
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    // The other looks first once it has been heard again itself.
    assertEquals(List.of(0L), other.look());
    assertEquals(List.of(), one.look(), "it belongs to the other now");
    assertFalse(one.haveOthersEnded());

    assertEquals(List.of(), silent.look());
    assertEquals(List.of(0L), silent.lost(), "who comes back finds out");
    assertEquals(List.of(), silent.lost());
    assertFalse(silent.haveOthersEnded());
    end(other, 0);
    assertEquals(List.of(), silent.look());
    assertTrue(silent.haveOthersEnded());
  }

  @Test
  void aPauseOfWhoLooksIsNobodyElsesSilence() throws IOException {
    SharedUnits living = join();
    AtomicLong pausing = new AtomicLong();
    SharedUnits pauses =
        new SharedUnits(
            leg,
            units,
            () -> AT_WORK,
            () -> pausing.addAndGet(Workers.STALE_AFTER.plusSeconds(10).toNanos()));
    assertTrue(living.take(0));
    assertFalse(pauses.take(0));
    for (int look = 0; look < 5; look++) {
      assertEquals(List.of(), living.look());
      assertEquals(List.of(), pauses.look());
    }
    assertEquals(List.of(), living.lost());
  }

  @Test
  void whoeverLooksSeesHowAllStandAndNothingOpenAtWhoIsGone() throws IOException {
    SharedUnits one = join();
    SharedUnits other = join();
    Workers workers = Workers.of(leg.folder(), leg.name(), nanos::get);
    assertTrue(workers.isAnyAtWork());
    assertEquals(List.of(AT_WORK, AT_WORK), workers.states());
    one.leave();
    assertEquals(
        Set.of(AT_WORK, AT_WORK.left()), Set.copyOf(workers.states()), "what it counted counts");
    other.leave();
    assertFalse(workers.isAnyAtWork());
  }
}
