package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
    Gate gate = new Gate(2, null, time);
    assertTrue(gate.tryAcquire());
    assertTrue(gate.tryAcquire());
    assertFalse(gate.tryAcquire());
    gate.release();
    assertTrue(gate.tryAcquire());
  }

  @Test
  void aPermitThatNobodyHasCannotBeReleased() {
    assertThrows(IllegalStateException.class, () -> new Gate(1, null, time).release());
  }

  @Test
  void anOpenGateCallsItsWaiterAtOnce() {
    List<String> called = new ArrayList<>();
    new Gate(1, null, time).onFree(() -> called.add("now"));
    assertEquals(List.of("now"), called);
  }

  @Test
  void waitersAreCalledOnceAndInTheirOrder() {
    Gate gate = new Gate(1, null, time);
    assertTrue(gate.tryAcquire());
    List<String> called = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      gate.onFree(
          () -> {
            called.add(name);
            assertTrue(gate.tryAcquire());
          });
    }
    assertEquals(List.of(), called);
    gate.release();
    assertEquals(List.of("a"), called);
    gate.release();
    gate.release();
    gate.release();
    assertEquals(List.of("a", "b", "c"), called);
  }

  @Test
  void aWaiterThatWantsNoPermitAnyMoreWakesTheNext() {
    Gate gate = new Gate(1, null, time);
    assertTrue(gate.tryAcquire());
    List<String> called = new ArrayList<>();
    gate.onFree(() -> called.add("gone"));
    gate.onFree(() -> called.add("next"));
    gate.release();
    assertEquals(List.of("gone", "next"), called);
  }

  @Test
  void aWaiterThatThrowsStopsNoOther() {
    Gate gate = new Gate(1, null, time);
    assertTrue(gate.tryAcquire());
    List<String> called = new ArrayList<>();
    gate.onFree(
        () -> {
          throw new IllegalStateException("a fault");
        });
    gate.onFree(() -> called.add("next"));
    assertThrows(IllegalStateException.class, gate::release);
    assertEquals(List.of("next"), called);
    assertTrue(gate.tryAcquire());
  }

  @Test
  void aWaiterThatReleasesAtOnceDoesNotFillTheStack() {
    Gate gate = new Gate(1, null, time);
    assertTrue(gate.tryAcquire());
    AtomicInteger left = new AtomicInteger(1_000_000);
    gate.onFree(
        new Runnable() {
          @Override
          public void run() {
            if (left.getAndDecrement() > 0) {
              assertTrue(gate.tryAcquire());
              gate.onFree(this);
              gate.release();
            }
          }
        });
    gate.release();
    assertEquals(-1, left.get());
  }

  @Test
  void aWaiterIsCalledWhenThePaceAllows() {
    Gate gate = new Gate(10, 60, time);
    assertTrue(gate.tryAcquire());
    assertFalse(gate.tryAcquire());
    assertEquals(1_000_000_000L, gate.nanosUntilFree());
    List<Long> called = new ArrayList<>();
    gate.onFree(() -> called.add(time.nanos()));
    time.pass(Duration.ofMillis(999));
    assertEquals(List.of(), called);
    time.pass(Duration.ofMillis(1));
    assertEquals(List.of(1_000_000_000L), called);
    assertTrue(gate.tryAcquire());
  }

  @Test
  void aReservedCallWaitsForItsPlace() {
    Gate gate = new Gate(10, 60, time);
    assertEquals(Duration.ZERO, gate.reserve());
    assertEquals(Duration.ofSeconds(1), gate.reserve());
    assertEquals(Duration.ofSeconds(2), gate.reserve());
  }

  @Property(tries = 200)
  void noMinuteSeesMoreCallsThanAllowedAndTheAllowanceIsUsed(
      @ForAll @IntRange(min = 1, max = 6000) int perMinute,
      @ForAll @Size(max = 20) List<@IntRange(max = 40_000) Integer> pauses) {
    VirtualTime passing = new VirtualTime();
    Gate gate = new Gate(Integer.MAX_VALUE, perMinute, passing);
    List<Long> begun = new ArrayList<>();
    Runnable[] caller = new Runnable[1];
    boolean[] paused = new boolean[1];
    caller[0] =
        () -> {
          while (!paused[0] && gate.tryAcquire()) {
            begun.add(passing.nanos());
          }
          if (!paused[0]) {
            gate.onFree(caller[0]);
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
    Gate gate = new Gate(permits, null, new SystemTime("stress"));
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(lanes);
    ExecutorService server = Executors.newFixedThreadPool(4);
    class Lane {
      final AtomicInteger left = new AtomicInteger(callsPerLane);
      final AtomicInteger answered = new AtomicInteger();

      void next() {
        while (left.get() > 0) {
          if (!gate.tryAcquire()) {
            gate.onFree(this::next);
            return;
          }
          if (left.getAndDecrement() <= 0) {
            gate.release();
            return;
          }
          most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          server.execute(
              () -> {
                inFlight.decrementAndGet();
                gate.release();
                if (answered.incrementAndGet() == callsPerLane) {
                  done.countDown();
                }
              });
        }
      }
    }
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      Lane lane = new Lane();
      threads.add(new Thread(lane::next));
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
  void aPermitThatFreesWhileAWaiterIsBeingLeftWakesIt() throws InterruptedException {
    Gate gate = new Gate(1, null, time);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    for (int round = 0; round < 50_000; round++) {
      CountDownLatch both = new CountDownLatch(2);
      Runnable lane =
          new Runnable() {
            @Override
            public void run() {
              if (gate.tryAcquire()) {
                spin();
                gate.release();
                both.countDown();
              } else {
                spin();
                gate.onFree(this);
              }
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
