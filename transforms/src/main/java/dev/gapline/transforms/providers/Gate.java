package dev.gapline.transforms.providers;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Calls in flight at one model within this JVM, and the pace at which they begin.
 *
 * <p>Nobody blocks: who finds the gate shut leaves a waiter, which is called once when it opens.
 *
 * <pre>{@code
 * void next() {
 *   if (!gate.tryAcquire()) {
 *     gate.onFree(this::next);
 *     return;
 *   }
 *   ask();  // and gate.release() when its answer is dealt with
 * }
 * }</pre>
 *
 * <p>The pace is a token bucket of a tenth of a second's calls (at least one), in the form of the
 * generic cell rate algorithm: its whole state is the moment at which the bucket will be full. It
 * is refilled just slowly enough that in no minute more calls begin than are allowed, the bucket's
 * first filling included. Forty lines in place of a library, because waiters must be woken by a
 * permit and by the pace alike, without a lost wake-up between the two.
 */
public final class Gate {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final int maxInFlight;
  private final Time time;
  private final Deque<Runnable> waiters = new ArrayDeque<>();

  /** Nanoseconds between two calls at the steady pace; 0 without a pace. */
  private final long interval;

  /** How far the pace may run ahead of the clock, in nanoseconds. */
  private final long tolerance;

  private int inFlight;
  private long fullAt;
  private boolean waking;
  private boolean alarmed;

  /**
   * An open gate.
   *
   * @param requestsPerMinute calls that begin in any minute; null for no limit
   */
  public Gate(int maxInFlight, Integer requestsPerMinute, Time time) {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException(
          "Invalid max_in_flight: %d. At least 1 is valid.".formatted(maxInFlight));
    }
    if (requestsPerMinute != null && requestsPerMinute < 1) {
      throw new IllegalArgumentException(
          "Invalid requests_per_minute: %d. At least 1 is valid.".formatted(requestsPerMinute));
    }
    this.maxInFlight = maxInFlight;
    this.time = time;
    if (requestsPerMinute == null) {
      interval = 0;
      tolerance = 0;
    } else {
      int bucket = Math.max(1, requestsPerMinute / 600);
      interval = -Math.floorDiv(-MINUTE, (long) (requestsPerMinute - bucket + 1));
      tolerance = (bucket - 1) * interval;
    }
    fullAt = time.nanos();
  }

  /** Takes a permit if one is free and the pace allows a call now. */
  public synchronized boolean tryAcquire() {
    if (inFlight == maxInFlight || nanosUntilPace() > 0) {
      return false;
    }
    inFlight++;
    takeToken();
    return true;
  }

  /** Gives a permit back. */
  public void release() {
    synchronized (this) {
      if (inFlight == 0) {
        throw new IllegalStateException("A permit was released that nobody had acquired.");
      }
      inFlight--;
    }
    wake();
  }

  /**
   * Calls the waiter once, when a call may begin: at once if one may now. Waiters are called in the
   * order in which they came, one at a time, by whichever thread opened the gate. A waiter is given
   * no permit: it tries to acquire one, and waits anew if another was faster; or it wants none any
   * more, and the next waiter is called. It must be short; what it throws reaches whoever opened
   * the gate, after the other waiters.
   */
  public void onFree(Runnable waiter) {
    synchronized (this) {
      waiters.add(waiter);
    }
    wake();
  }

  /**
   * Takes a place in the pace for a call of a permit that is already held, such as a retry, and
   * says how long that call has to wait for it.
   */
  public synchronized Duration reserve() {
    long wait = nanosUntilPace();
    takeToken();
    return Duration.ofNanos(wait);
  }

  /** Nanoseconds until the pace allows a call; permits may be lacking even then. */
  public synchronized long nanosUntilFree() {
    return nanosUntilPace();
  }

  /** Permits in use. */
  public synchronized int inFlight() {
    return inFlight;
  }

  private long nanosUntilPace() {
    return interval == 0 ? 0 : Math.max(0, fullAt - tolerance - time.nanos());
  }

  private void takeToken() {
    if (interval > 0) {
      long now = time.nanos();
      fullAt = (fullAt - now > 0 ? fullAt : now) + interval;
    }
  }

  private void wake() {
    synchronized (this) {
      if (waking) {
        // Whoever is waking looks again after its waiter; a waiter that opens the gate would
        // otherwise call the next from within itself, and so on until the stack is full.
        return;
      }
      waking = true;
    }
    Throwable thrown = null;
    for (Runnable waiter = next(); waiter != null; waiter = next()) {
      try {
        waiter.run();
      } catch (RuntimeException | Error e) {
        thrown = thrown == null ? e : thrown;
      }
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  /**
   * The next waiter to be called; null, and nobody waking, if there is none or the gate is shut.
   */
  private synchronized Runnable next() {
    if (!waiters.isEmpty() && inFlight < maxInFlight) {
      long nanos = nanosUntilPace();
      if (nanos == 0) {
        return waiters.remove();
      }
      if (!alarmed) {
        alarmed = true;
        Time.Alarm unused = time.after(Duration.ofNanos(nanos), this::paceAllows);
      }
    }
    waking = false;
    return null;
  }

  private void paceAllows() {
    synchronized (this) {
      alarmed = false;
    }
    wake();
  }
}
