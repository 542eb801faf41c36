package dev.gapline.pipeline.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.testing.MemoryObjects;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ClaimLeaseTest {

  private final RunFolder folder = RunFolder.of(MemoryObjects.newPlace());
  private final HandClock clock = new HandClock();

  /** A clock that goes when it is told to. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void aLeaseThatIsRenewedIsRefusedToOthersForEver() throws IOException {
    ClaimLease lease = ClaimLease.take(folder, clock);
    for (int i = 0; i < 100; i++) {
      clock.pass(ClaimLease.RENEWED_EVERY);
      lease.renew();
      Refused refused = assertThrows(Refused.class, () -> ClaimLease.take(folder, clock));
      assertTrue(
          refused.getMessage().startsWith(folder.root() + ": another process works"),
          refused.getMessage());
    }
    assertFalse(lease.isOvertaken());
  }

  @Test
  void aLeaseThatIsGivenBackIsFreeAtOnce() throws IOException {
    for (int i = 0; i < 3; i++) {
      ClaimLease.take(folder, clock).close();
    }
    assertEquals(1, folder.store().list("lease").size(), "old claims go");
  }

  @Test
  void aLeaseThatWasNotRenewedForAMinuteIsTakenOverAndItsHolderSeesIt() throws IOException {
    ClaimLease dead = ClaimLease.take(folder, clock);
    clock.pass(ClaimLease.STALE_AFTER.minusMillis(1));
    assertThrows(Refused.class, () -> ClaimLease.take(folder, clock));
    clock.pass(Duration.ofMillis(1));
    ClaimLease next = ClaimLease.take(folder, clock);
    assertTrue(dead.isOvertaken());
    dead.renew();
    dead.close();
    assertFalse(next.isOvertaken());
    assertThrows(Refused.class, () -> ClaimLease.take(folder, clock), "the dead one gave nothing");
    next.close();
    ClaimLease.take(folder, clock).close();
    assertTrue(dead.isOvertaken());
  }

  @Test
  void aClockThatJumpsBackTakesNoLeaseFromWhoHoldsItAndKeepsNoneWhoGaveItBack() throws IOException {
    ClaimLease lease = ClaimLease.take(folder, clock);
    clock.pass(Duration.ofHours(-1));
    assertThrows(Refused.class, () -> ClaimLease.take(folder, clock), "a claim from the future");
    lease.renew();
    assertThrows(Refused.class, () -> ClaimLease.take(folder, clock), "renewed");
    assertFalse(lease.isOvertaken());
    lease.close();
    ClaimLease.take(folder, clock).close();
  }

  @Test
  void aClaimThatCannotBeReadIsTakenOver() throws IOException {
    folder.store().replace("lease/7", "nonsense".getBytes(StandardCharsets.UTF_8));
    ClaimLease lease = ClaimLease.take(folder, clock);
    assertTrue(folder.store().exists("lease/8"));
    lease.close();
  }

  @Test
  void ofManyWhoTakeOverOneDoes() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 20; round++) {
        clock.pass(ClaimLease.STALE_AFTER);
        CyclicBarrier together = new CyclicBarrier(8);
        List<Future<Boolean>> takers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          takers.add(
              pool.submit(
                  () -> {
                    together.await();
                    try {
                      ClaimLease unused = ClaimLease.take(folder, clock);
                      return true;
                    } catch (Refused e) {
                      return false;
                    }
                  }));
        }
        int taken = 0;
        for (Future<Boolean> taker : takers) {
          taken += taker.get() ? 1 : 0;
        }
        assertEquals(1, taken);
      }
    } finally {
      pool.shutdown();
    }
  }
}
