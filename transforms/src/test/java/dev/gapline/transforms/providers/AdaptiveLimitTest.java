package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Limits in front of servers that are played in a time that passes when it is told to. */
class AdaptiveLimitTest {

  private static final Duration LATENCY = Duration.ofMillis(200);
  private static final Duration REFUSAL = Duration.ofMillis(1);

  /** A server and a client that has so many questions. */
  private static final class Play {
    private final VirtualTime time = new VirtualTime();
    private final Gate gate;
    private final Random random = new Random(11);
    private int capacity = Integer.MAX_VALUE;
    private double refusedAtRandom;
    private int atServer;
    private int left;
    private int answered;
    private int refused;

    Play(int most) {
      gate = new Gate(most, null, null, time);
    }

    void ask(int questions) {
      left += questions;
      next();
    }

    private void next() {
      while (left > 0) {
        Gate.Permit permit = gate.tryAcquire(0, 0);
        if (permit == null) {
          gate.onFree(
              0,
              0,
              free -> {
                if (left == 0) {
                  gate.release(free, Gate.Ended.UNUSED, 0);
                } else {
                  send(free);
                  next();
                }
              });
          return;
        }
        send(permit);
      }
    }

    private void send(Gate.Permit permit) {
      left--;
      if (atServer >= capacity || random.nextDouble() < refusedAtRandom) {
        var unused =
            time.after(
                REFUSAL,
                () -> {
                  refused++;
                  gate.release(permit, Gate.Ended.REFUSED, 0);
                  Duration backOff = Duration.ofMillis(random.nextInt(500));
                  var unusedToo = time.after(backOff, () -> ask(1));
                });
        return;
      }
      atServer++;
      var unused =
          time.after(
              LATENCY,
              () -> {
                atServer--;
                answered++;
                gate.release(permit, Gate.Ended.TAKEN, 0);
              });
    }

    /** Lets time pass until all questions are answered; says how many seconds that took. */
    double finish(int questions) {
      long began = time.nanos();
      while (answered < questions) {
        time.pass(Duration.ofMillis(10));
        assertTrue(
            time.nanos() - began < 3_600e9, "answered " + answered + ", limit " + gate.limit());
      }
      return (time.nanos() - began) / 1e9;
    }
  }

  @Property(tries = 40)
  void aServerThatTakesFewerIsKeptFullAtThePriceOfFewRefusals(
      @ForAll @IntRange(min = 4, max = 64) int capacity) {
    Play play = new Play(64);
    play.capacity = capacity;
    play.ask(2000);
    double seconds = play.finish(2000);
    double ideal = 2000.0 / capacity * 0.2;
    assertTrue(seconds < 1.12 * ideal + 1, capacity + ": " + seconds + " s of " + ideal);
    assertTrue(play.refused <= 0.05 * (2000 + play.refused) + 100, capacity + ": " + play.refused);
  }

  @Test
  void halfTheCapacityCostsLessThanOneRefusalInTwenty() {
    Play play = new Play(64);
    play.capacity = 32;
    play.ask(2000);
    double seconds = play.finish(2000);
    assertTrue(seconds < 13.5, seconds + " s of 12.5");
    assertTrue(play.refused < 0.05 * (2000 + play.refused), "refused: " + play.refused);
    assertEquals(32, play.gate.limit(), 2);
  }

  @Test
  void refusalsAtRandomDelayTheirOwnRequestAlone() {
    Play play = new Play(64);
    play.refusedAtRandom = 0.1;
    play.ask(5000);
    double seconds = play.finish(5000);
    assertTrue(seconds < 1.15 * 5000 / 64 * 0.2 + 1, seconds + " s");
    assertTrue(play.gate.limit() > 48, "limit: " + play.gate.limit());
  }

  @Test
  void whenTheServerTakesMoreAgainTheLimitComesBack() {
    Play play = new Play(64);
    play.capacity = 8;
    play.ask(500);
    play.finish(500);
    assertTrue(play.gate.limit() <= 10, "limit: " + play.gate.limit());
    play.capacity = Integer.MAX_VALUE;
    play.ask(8000);
    play.finish(8500);
    assertEquals(64, play.gate.limit());
  }

  @Test
  void aServerThatTakesNothingForAWhileIsAskedSeldomAndSoonFoundAgain() {
    Play play = new Play(64);
    play.capacity = 0;
    play.ask(2000);
    play.time.pass(Duration.ofSeconds(60));
    assertTrue(play.refused < 300, "refused: " + play.refused);
    play.capacity = 64;
    double seconds = play.finish(2000);
    assertTrue(seconds < 60, seconds + " s");
  }
}
