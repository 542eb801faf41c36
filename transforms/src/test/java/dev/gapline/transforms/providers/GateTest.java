package dev.gapline.transforms.providers;

import static dev.gapline.transforms.providers.Gate.Ended.TAKEN;
import static dev.gapline.transforms.providers.Gate.Ended.UNUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GateTest {

  private final VirtualTime time = new VirtualTime();

  @Test
  void noMorePermitsAreGivenThanThereAre() {
    Gate gate = new Gate(2, null, null, time);
    Gate.Permit first = gate.tryAcquire(0, 0);
    assertNotNull(gate.tryAcquire(0, 0));
    assertNull(gate.tryAcquire(0, 0));
    gate.release(first, TAKEN, 0);
    assertNotNull(gate.tryAcquire(0, 0));
  }

  @Property
  void theSharesOfAllProcessesAreNeverMoreThanTheLimit(
      @ForAll @IntRange(min = 4, max = 300) int limit,
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 4) Integer> lanesOfProcesses) {
    int all = lanesOfProcesses.stream().mapToInt(Integer::intValue).sum();
    int most = Math.max(limit, all);
    int given = 0;
    for (int lanes : lanesOfProcesses) {
      Gate gate = new Gate(most, null, null, new VirtualTime());
      gate.share(lanes, all);
      int here = 0;
      while (gate.tryAcquire(0, 0) != null) {
        here++;
      }
      assertTrue(here >= 1, "every process may ask");
      given += here;
    }
    assertTrue(given <= most, given + " of " + most);
    assertTrue(given > most - lanesOfProcesses.size(), "only fractions are lost");
  }

  @Test
  void aShareGrowsWithTheLanesAndWakesWhoWaits() {
    Gate gate = new Gate(8, null, null, time);
    gate.share(1, 4);
    assertNotNull(gate.tryAcquire(0, 0));
    assertNotNull(gate.tryAcquire(0, 0));
    List<Gate.Permit> permits = new ArrayList<>();
    gate.onFree(0, 0, permits::add);
    assertEquals(0, permits.size());
    gate.share(2, 4);
    assertEquals(1, permits.size());
    gate.share(1, 4);
    assertNull(gate.tryAcquire(0, 0), "three are in flight where two are allowed");
  }

  @Test
  void aShareOfAPaceOwesWhatTheWholeOwed() {
    Gate gate = new Gate(1_000, 600, null, time);
    while (gate.tryAcquire(0, 0) != null) {
      // Empties the bucket.
    }
    gate.share(1, 2);
    assertNull(gate.tryAcquire(0, 0), "no second filling");
    time.pass(Duration.ofMillis(250));
    assertNotNull(gate.tryAcquire(0, 0), "five a second");
  }

  @Test
  void aCallOfMoreThanAMinutesTokensGivesBackNoMoreThanItHadTaken() {
    Gate gate = new Gate(8, null, 6_000L, time);
    gate.release(gate.tryAcquire(0, 60_000), TAKEN, 3_000);
    assertNull(gate.tryAcquire(0, 100), "3,000 of 6,000 were used");
    time.pass(Duration.ofSeconds(29));
    assertNull(gate.tryAcquire(0, 100), "half a minute's worth");
    time.pass(Duration.ofSeconds(2));
    assertNotNull(gate.tryAcquire(0, 100));
  }

  @Test
  void aCallThatIsLargerThanAShareOfTheTokensOwesAllOfIt() {
    Gate gate = new Gate(8, null, 6_000L, time);
    gate.share(1, 6);
    gate.release(gate.tryAcquire(0, 3_000), TAKEN, 3_000);
    time.pass(Duration.ofMinutes(2));
    assertNull(gate.tryAcquire(0, 3_000), "a thousand a minute");
    time.pass(Duration.ofMinutes(2));
    assertNotNull(gate.tryAcquire(0, 3_000));
  }

  @Test
  void aPermitIsGivenBackOnce() {
    Gate gate = new Gate(1, null, null, time);
    Gate.Permit permit = gate.tryAcquire(0, 0);
    gate.release(permit, TAKEN, 0);
    assertThrows(IllegalStateException.class, () -> gate.release(permit, TAKEN, 0));
    assertEquals(0, gate.inFlight());
  }

  @Test
  void anOpenGateServesItsWaiterAtOnce() {
    List<Gate.Permit> permits = new ArrayList<>();
    new Gate(1, null, null, time).onFree(0, 0, permits::add);
    assertEquals(1, permits.size());
  }

  @Test
  void waitersAreServedOnceByTheirPlacesAndThenInTheirOrder() {
    Gate gate = new Gate(1, null, null, time);
    List<String> served = new ArrayList<>();
    List<Gate.Permit> permits = new ArrayList<>(List.of(gate.tryAcquire(0, 0)));
    for (String name : List.of("2a", "1a", "2b", "1b")) {
      gate.onFree(
          name.charAt(0),
          0,
          permit -> {
            served.add(name);
            permits.add(permit);
          });
    }
    for (int i = 0; i < 4; i++) {
      assertEquals(i, served.size());
      gate.release(permits.get(i), TAKEN, 0);
    }
    assertEquals(List.of("1a", "1b", "2a", "2b"), served);
  }

  @Test
  void whoComesByWithAHigherPlaceDoesNotPassAWaiter() {
    Gate gate = new Gate(10, 60, null, time);
    assertNotNull(gate.tryAcquire(5, 0));
    gate.onFree(2, 0, permit -> {});
    time.pass(Duration.ofMillis(500));
    assertNull(gate.tryAcquire(3, 0));
  }

  @Test
  void aWaiterThatWantsNoPermitAnyMorePassesItOn() {
    Gate gate = new Gate(1, null, null, time);
    Gate.Permit held = gate.tryAcquire(0, 0);
    List<String> served = new ArrayList<>();
    gate.onFree(
        0,
        0,
        permit -> {
          served.add("gone");
          gate.release(permit, UNUSED, 0);
        });
    gate.onFree(0, 0, permit -> served.add("next"));
    gate.release(held, TAKEN, 0);
    assertEquals(List.of("gone", "next"), served);
  }

  @Test
  void aWaiterThatThrowsStopsNoOther() {
    Gate gate = new Gate(2, null, null, time);
    Gate.Permit held = gate.tryAcquire(0, 0);
    Gate.Permit other = gate.tryAcquire(0, 0);
    List<String> served = new ArrayList<>();
    gate.onFree(
        0,
        0,
        permit -> {
          throw new IllegalStateException("a fault");
        });
    gate.onFree(0, 0, permit -> served.add("next"));
    assertThrows(IllegalStateException.class, () -> gate.release(held, TAKEN, 0));
    gate.release(other, TAKEN, 0);
    assertEquals(List.of("next"), served);
  }

  @Test
  void aWaiterThatReleasesAtOnceDoesNotFillTheStack() {
    Gate gate = new Gate(1, null, null, time);
    Gate.Permit held = gate.tryAcquire(0, 0);
    AtomicInteger left = new AtomicInteger(1_000_000);
    gate.onFree(
        0,
        0,
        new Consumer<>() {
          @Override
          public void accept(Gate.Permit permit) {
            if (left.getAndDecrement() > 0) {
              gate.onFree(0, 0, this);
            }
            gate.release(permit, TAKEN, 0);
          }
        });
    gate.release(held, TAKEN, 0);
    assertEquals(-1, left.get());
  }

  @Test
  void aWaiterIsServedWhenThePaceAllows() {
    Gate gate = new Gate(10, 60, null, time);
    assertNotNull(gate.tryAcquire(0, 0));
    assertNull(gate.tryAcquire(0, 0));
    List<Long> served = new ArrayList<>();
    gate.onFree(0, 0, permit -> served.add(time.nanos()));
    time.pass(Duration.ofMillis(999));
    assertEquals(List.of(), served);
    time.pass(Duration.ofMillis(1));
    assertEquals(List.of(1_000_000_000L), served);
  }

  @Test
  void aPermitThatWasNotUsedGivesItsPlaceInThePaceBack() {
    Gate gate = new Gate(10, 60, null, time);
    gate.release(gate.tryAcquire(0, 0), UNUSED, 0);
    assertNotNull(gate.tryAcquire(0, 0));
  }

  @Test
  void tokensAreSetAsideAtTheirMostAndGivenBackWhenTheyAreKnown() {
    Gate gate = new Gate(10, null, 6000L, time);
    Gate.Permit permit = gate.tryAcquire(0, 1000);
    assertNull(gate.tryAcquire(0, 1000));
    gate.release(permit, TAKEN, 100);
    time.pass(Duration.ofMillis(900));
    assertNull(gate.tryAcquire(0, 1000), "100 tokens are a second's worth");
    time.pass(Duration.ofMillis(101));
    assertNotNull(gate.tryAcquire(0, 1000));
  }

  @Test
  void aCallOfMoreTokensThanAMinuteHasIsSentAllTheSame() {
    Gate gate = new Gate(10, null, 100L, time);
    assertNotNull(gate.tryAcquire(0, 5000));
    time.pass(Duration.ofMinutes(2));
    assertNotNull(gate.tryAcquire(0, 5000));
  }

  @Test
  void aServerThatSaysItIsExhaustedIsLeftAloneAndNotForLongerThanAMinute() {
    Gate gate = new Gate(10, null, null, time);
    gate.exhausted(Duration.ofHours(5));
    assertNull(gate.tryAcquire(0, 0));
    List<String> served = new ArrayList<>();
    gate.onFree(0, 0, permit -> served.add("now"));
    time.pass(Duration.ofSeconds(59));
    assertEquals(List.of(), served);
    time.pass(Duration.ofSeconds(1));
    assertEquals(List.of("now"), served);
  }

  @Test
  void aLaterWordOfTheServerOpensTheGateAgain() {
    Gate gate = new Gate(10, null, null, time);
    gate.exhausted(Duration.ofSeconds(30));
    gate.exhausted(Duration.ZERO);
    assertNotNull(gate.tryAcquire(0, 0));
  }

  @Property(tries = 200)
  void noMinuteSeesMoreCallsThanAllowedAndTheAllowanceIsUsed(
      @ForAll @IntRange(min = 1, max = 6000) int perMinute,
      @ForAll @Size(max = 20) List<@IntRange(max = 40_000) Integer> pauses) {
    VirtualTime passing = new VirtualTime();
    Gate gate = new Gate(Integer.MAX_VALUE, perMinute, null, passing);
    List<Long> begun = new ArrayList<>();
    Runnable[] caller = new Runnable[1];
    boolean[] paused = new boolean[1];
    caller[0] =
        () -> {
          while (!paused[0] && gate.tryAcquire(0, 0) != null) {
            begun.add(passing.nanos());
          }
          if (!paused[0]) {
            gate.onFree(
                0,
                0,
                permit -> {
                  if (paused[0]) {
                    gate.release(permit, UNUSED, 0);
                  } else {
                    begun.add(passing.nanos());
                    caller[0].run();
                  }
                });
          }
        };
    for (int pause : pauses) {
      paused[0] = true;
      passing.pass(Duration.ofMillis(pause));
      paused[0] = false;
      caller[0].run();
      passing.pass(Duration.ofSeconds(10));
    }
    paused[0] = false;
    caller[0].run();
    passing.pass(Duration.ofMinutes(2));

    long minute = Duration.ofMinutes(1).toNanos();
    int first = 0;
    for (int last = 0; last < begun.size(); last++) {
      while (begun.get(last) - begun.get(first) >= minute) {
        first++;
      }
      assertTrue(last - first + 1 <= perMinute, "calls in a minute: " + (last - first + 1));
    }
    long inLastMinute = begun.stream().filter(at -> at > passing.nanos() - minute).count();
    assertTrue(inLastMinute >= perMinute * 0.99 - 1, inLastMinute + " of " + perMinute);
  }

  @Test
  void underStressPermitsHoldAndNobodyIsForgotten() throws InterruptedException {
    int permits = 3;
    int lanes = 16;
    int callsPerLane = 5000;
    Gate gate = new Gate(permits, null, null, new SystemTime("stress"));
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(lanes);
    ExecutorService server = Executors.newFixedThreadPool(4);
    class Lane {
      final int place;
      final AtomicInteger left = new AtomicInteger(callsPerLane);
      final AtomicInteger answered = new AtomicInteger();

      Lane(int place) {
        this.place = place;
      }

      void next(Gate.Permit handed) {
        Gate.Permit permit = handed;
        while (left.getAndDecrement() > 0) {
          Gate.Permit mine = permit == null ? gate.tryAcquire(place, 0) : permit;
          permit = null;
          if (mine == null) {
            left.incrementAndGet();
            gate.onFree(place, 0, this::next);
            return;
          }
          most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          server.execute(
              () -> {
                inFlight.decrementAndGet();
                gate.release(mine, TAKEN, 0);
                if (answered.incrementAndGet() == callsPerLane) {
                  done.countDown();
                }
              });
        }
        if (permit != null) {
          gate.release(permit, UNUSED, 0);
        }
      }
    }
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      Lane lane = new Lane(i % 4);
      threads.add(new Thread(() -> lane.next(null)));
    }
    threads.forEach(Thread::start);
    done.await();
    server.shutdown();
    assertEquals(0, gate.inFlight());
    assertTrue(most.get() <= permits, "at once: " + most.get());
  }

  /** The last waiter of all has nobody left to wake it: the one who leaves must see it. */
  @Test
  @Timeout(60)
  void aPermitThatFreesWhileAWaiterIsBeingLeftServesIt() throws InterruptedException {
    Gate gate = new Gate(1, null, null, time);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    for (int round = 0; round < 50_000; round++) {
      CountDownLatch both = new CountDownLatch(2);
      Consumer<Gate.Permit> use =
          permit -> {
            spin();
            gate.release(permit, TAKEN, 0);
            both.countDown();
          };
      Runnable lane =
          () -> {
            Gate.Permit permit = gate.tryAcquire(0, 0);
            if (permit != null) {
              use.accept(permit);
            } else {
              spin();
              gate.onFree(0, 0, use);
            }
          };
      threads.execute(lane);
      threads.execute(lane);
      both.await();
    }
    threads.shutdown();
  }

  /** A moment of some length, so that every order of events comes up. */
  private static void spin() {
    for (int i = ThreadLocalRandom.current().nextInt(300); i > 0; i--) {
      Thread.onSpinWait();
    }
  }
}
