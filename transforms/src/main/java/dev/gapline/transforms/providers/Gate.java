package dev.gapline.transforms.providers;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Calls in flight at one model within this JVM, and the pace at which they begin.
 *
 * <p>Nobody blocks: who finds the gate shut leaves a waiter, which is handed a permit once. Permits
 * go to the lowest place first, so that what comes first in the plan is done first, however many
 * lanes ask.
 *
 * <p>How many are in flight at most is the study's limit, or less while the server refuses ({@link
 * AdaptiveLimit}); how many begin in a minute, in calls and in tokens, is the study's as well
 * ({@link Pace}). A call's tokens are set aside at their most and corrected when they are known.
 * Hand-written: waiters must be woken by a permit, a pace and a hold alike, in the order of the
 * plan, without a lost wake-up between them; Bucket4j has the pace alone.
 */
public final class Gate {

  /** How a call ended, as far as the gate cares. */
  public enum Ended {
    /** The server took it; what it answered does not matter. */
    TAKEN,
    /** The server would not take it because it had too many. */
    REFUSED,
    /** It was never sent. */
    UNUSED
  }

  /** The right to have one call in flight; given back once. */
  public static final class Permit {
    private final int period;

    /** Set aside at the pace of tokens. */
    private final double tokens;

    private boolean isGivenBack;

    private Permit(int period, double tokens) {
      this.period = period;
      this.tokens = tokens;
    }
  }

  private record Waiter(long place, long order, long tokens, Consumer<Permit> take) {}

  private static final Duration LONGEST_EXHAUSTION = Duration.ofSeconds(60);

  private final Time time;
  private final int maxInFlight;
  private final Integer requestsPerMinute;
  private final Long tokensPerMinute;
  private final AdaptiveLimit limit;
  private Pace calls;
  private Pace tokens;
  private final PriorityQueue<Waiter> waiters =
      new PriorityQueue<>(Comparator.comparingLong(Waiter::place).thenComparing(Waiter::order));

  private int inFlight;
  private long exhaustedUntil;
  private long order;
  private boolean waking;
  private boolean alarmed;

  /**
   * An open gate.
   *
   * @param requestsPerMinute calls that begin in any minute; null for no limit
   * @param tokensPerMinute tokens of prompt and answer of the calls that begin in any minute; null
   *     for no limit
   */
  public Gate(int maxInFlight, Integer requestsPerMinute, Long tokensPerMinute, Time time) {
    requireOneOrMore("max_in_flight", maxInFlight);
    this.time = time;
    this.maxInFlight = maxInFlight;
    this.requestsPerMinute = requestsPerMinute;
    this.tokensPerMinute = tokensPerMinute;
    long now = time.nanos();
    this.limit = new AdaptiveLimit(maxInFlight, now);
    this.calls = requestsPerMinute == null ? null : callsPace(requestsPerMinute, now);
    this.tokens = tokensPerMinute == null ? null : tokensPace(tokensPerMinute, now);
    this.exhaustedUntil = now;
  }

  private static Pace callsPace(int perMinute, long now) {
    requireOneOrMore("requests_per_minute", perMinute);
    return new Pace(perMinute, 1, now);
  }

  private static Pace tokensPace(long perMinute, long now) {
    requireOneOrMore("tokens_per_minute", perMinute);
    return new Pace((double) perMinute, 1, now);
  }

  private static void requireOneOrMore(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "Invalid %s: %d. At least 1 is valid.".formatted(key, value));
    }
  }

  /**
   * Keeps this process to its part of the limits: the lanes that it has of all lanes. Rounded down,
   * so that all parts together are never more than the study allows, and at least one call.
   */
  public void share(int lanes, int all) {
    synchronized (this) {
      long now = time.nanos();
      limit.allow((int) Math.max(1, (long) maxInFlight * lanes / all), now);
      double part = (double) lanes / all;
      if (calls != null) {
        calls = calls.at(Math.max(1, requestsPerMinute * part), 1, now);
      }
      if (tokens != null) {
        tokens = tokens.at(Math.max(1, tokensPerMinute * part), 1, now);
      }
    }
    wake();
  }

  /**
   * A permit, if one is free, the pace allows a call now and nobody with a lower place waits; else
   * null.
   *
   * @param place in the plan; low places go first
   * @param mostTokens that the call may use
   */
  public synchronized Permit tryAcquire(long place, long mostTokens) {
    Waiter first = waiters.peek();
    if ((first != null && first.place < place) || inFlight >= limit.now() || nanosUntilOpen() > 0) {
      return null;
    }
    return take(mostTokens);
  }

  /**
   * Gives a permit back.
   *
   * @param usedTokens by the call, as far as it is known; else the most that it may have used
   */
  public void release(Permit permit, Ended how, long usedTokens) {
    synchronized (this) {
      if (permit.isGivenBack) {
        throw new IllegalStateException("A permit was released that nobody had acquired.");
      }
      permit.isGivenBack = true;
      inFlight--;
      switch (how) {
        case TAKEN -> limit.tookOne(time.nanos());
        case REFUSED -> limit.refusedOne(permit.period, inFlight, time.nanos());
        case UNUSED -> {
          if (calls != null) {
            calls.giveBack(1);
          }
        }
      }
      if (tokens != null && usedTokens < permit.tokens) {
        tokens.giveBack(permit.tokens - usedTokens);
      }
    }
    wake();
  }

  /**
   * Hands the waiter a permit, once, when a call may begin: at once if one may now. Waiters are
   * served by their places, those of one place in the order in which they came, one at a time, by
   * whichever thread opened the gate. A waiter that wants its permit no more gives it back. It must
   * be short; what it throws reaches whoever opened the gate, after the other waiters.
   */
  public void onFree(long place, long mostTokens, Consumer<Permit> waiter) {
    synchronized (this) {
      waiters.add(new Waiter(place, order++, mostTokens, waiter));
    }
    wake();
  }

  /**
   * The server says that for so long it will take no call at all. A later word of it counts, not
   * the longest: zero opens the gate again. Longer than a minute is not believed.
   */
  public void exhausted(Duration forNow) {
    Duration believed = forNow.compareTo(LONGEST_EXHAUSTION) > 0 ? LONGEST_EXHAUSTION : forNow;
    synchronized (this) {
      exhaustedUntil = time.nanos() + believed.toNanos();
    }
    wake();
  }

  /** Permits in use. */
  public synchronized int inFlight() {
    return inFlight;
  }

  /** Calls that may be in flight at this moment: the study's limit, or less under refusals. */
  public synchronized int limit() {
    return limit.now();
  }

  private Permit take(long mostTokens) {
    long now = time.nanos();
    inFlight++;
    if (calls != null) {
      double unused = calls.use(1, now);
    }
    double setAside = tokens == null ? 0 : tokens.use((double) mostTokens, now);
    return new Permit(limit.sent(), setAside);
  }

  private long nanosUntilOpen() {
    long now = time.nanos();
    long wait = Math.max(limit.heldUntil() - now, exhaustedUntil - now);
    if (calls != null) {
      wait = Math.max(wait, calls.nanosUntil(now));
    }
    if (tokens != null) {
      wait = Math.max(wait, tokens.nanosUntil(now));
    }
    return Math.max(0, wait);
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
    for (Runnable served = next(); served != null; served = next()) {
      try {
        served.run();
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

  /** The next waiter with its permit; null, and nobody waking, if there is none or none is free. */
  private synchronized Runnable next() {
    if (!waiters.isEmpty() && inFlight < limit.now()) {
      long nanos = nanosUntilOpen();
      if (nanos == 0) {
        Waiter first = waiters.remove();
        Permit permit = take(first.tokens);
        return () -> first.take.accept(permit);
      }
      if (!alarmed) {
        alarmed = true;
        Time.Alarm unused = time.after(Duration.ofNanos(nanos), this::opens);
      }
    }
    waking = false;
    return null;
  }

  private void opens() {
    synchronized (this) {
      alarmed = false;
    }
    wake();
  }
}
