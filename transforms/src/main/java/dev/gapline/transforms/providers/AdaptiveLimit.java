package dev.gapline.transforms.providers;

import java.time.Duration;

/**
 * How many calls may be in flight at one model at this moment: what the study allows, or less while
 * the server refuses because of their number.
 *
 * <p>It falls only when refusals depend on that number: when a good share of the calls that were
 * sent under the present limit is refused, down to what the server has in hand, never by more than
 * half at once. Refusals that come at random delay their own request and nothing else. After a fall
 * it is tried, at times of its own clock, whether a few more are taken: a try that is refused is
 * taken back, and the next is twice as far off; one that is taken is followed by a larger one.
 * While everything is refused and nothing is in flight, it holds all calls for a moment that
 * doubles, whatever the server asks one request to wait.
 *
 * <p>Additive increase with multiplicative decrease, and the limits of concurrency-limits, which
 * fall with every refusal or by latency, were weighed: both fall under random refusals, and both
 * spend a refusal on every step up.
 *
 * <p>Not safe for use by several threads; the gate guards it.
 */
final class AdaptiveLimit {

  private static final int FEWEST_SENT = 16;
  private static final double GOOD_SHARE = 0.3;
  private static final int ALL_REFUSED = 12;
  private static final int FEWEST_REFUSED = 3;
  private static final double MORE_THAN_BEFORE = 0.1;
  private static final long FIRST_TRY = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_TRY = Duration.ofSeconds(60).toNanos();
  private static final int REFUSED_BEFORE_HOLD = 8;
  private static final long FIRST_HOLD = Duration.ofMillis(250).toNanos();
  private static final long LONGEST_HOLD = Duration.ofSeconds(8).toNanos();

  private int most;
  private int limit;

  /** What the server was found to take: the limit, or while more is tried, the limit before. */
  private int taken;

  /** Calls are judged with those that were sent under the same limit: periods are numbered. */
  private int period;

  /** The period that ended in a fall, and the lowest limit that this fall may end in. */
  private int fellIn = -1;

  private int floor = 1;

  private int sent;
  private int refused;
  private int refusedInARow;

  /** Of the calls before the present try, the share refused: what is random in it stays. */
  private double shareBefore;

  private int step = 1;
  private long tryInterval = FIRST_TRY;
  private long nextTry;
  private long hold;
  private long heldUntil;

  AdaptiveLimit(int most, long nanos) {
    this.most = most;
    this.limit = most;
    this.taken = most;
    this.nextTry = nanos;
    this.heldUntil = nanos;
  }

  /** Sets what the study allows here. What the server was found not to take stays untried. */
  void allow(int most, long nanos) {
    if (most == this.most) {
      return;
    }
    boolean isWhole = limit == this.most && taken == limit;
    this.most = most;
    limit = isWhole ? most : Math.min(limit, most);
    taken = Math.min(isWhole ? most : taken, limit);
    begin(nanos);
  }

  /** The limit now. */
  int now() {
    return limit;
  }

  /** The moment before which no call may begin at all. */
  long heldUntil() {
    return heldUntil;
  }

  /** Notes a call that is sent; returns its period. */
  int sent() {
    sent++;
    return period;
  }

  /** Notes a call that was taken, whatever its answer. */
  void tookOne(long nanos) {
    refusedInARow = 0;
    hold = 0;
    boolean isWindowFull = sent >= 2 * Math.max(limit, FEWEST_SENT);
    if (isWindowFull && limit > taken) {
      taken = limit;
      step = Math.min(most, 2 * step);
      tryInterval = FIRST_TRY;
      begin(nanos);
    } else if (isWindowFull) {
      shareBefore = (double) refused / sent;
      sent = 0;
      refused = 0;
    }
    if (limit < most && taken == limit && nanos - nextTry >= 0) {
      begin(nanos);
      limit = Math.min(most, limit + step);
    }
  }

  /** Notes a call of that period that was refused; {@code inFlight} are left. */
  void refusedOne(int ofPeriod, int inFlight, long nanos) {
    refusedInARow++;
    if (inFlight == 0 && refusedInARow >= REFUSED_BEFORE_HOLD) {
      hold = hold == 0 ? FIRST_HOLD : Math.min(LONGEST_HOLD, 2 * hold);
      heldUntil = nanos + hold;
    }
    if (ofPeriod == period) {
      refused++;
      judge(inFlight, nanos);
    } else if (ofPeriod == fellIn && inFlight < limit && inFlight >= floor) {
      // Sent before the fall, together with those that made it fall: the server has even less.
      limit = inFlight;
      taken = limit;
    }
  }

  /**
   * Shares are of the calls sent, not of those that ended: refusals come back at once and answers
   * take their time, so that of the calls that ended most are refusals at first.
   */
  private void judge(int inFlight, long nanos) {
    boolean isTry = limit > taken;
    if (isTry
        && refused >= FEWEST_REFUSED
        && (refusedInARow >= FEWEST_REFUSED || refused > (shareBefore + MORE_THAN_BEFORE) * sent)) {
      limit = taken;
      step = 1;
      tryInterval = Math.min(LONGEST_TRY, 2 * tryInterval);
      begin(nanos);
    } else if (!isTry
        && sent >= FEWEST_SENT
        && (refused >= GOOD_SHARE * sent || refusedInARow >= ALL_REFUSED)) {
      fellIn = period;
      floor = Math.max(1, limit / 2);
      limit = Math.max(floor, Math.min(limit - 1, inFlight));
      taken = limit;
      step = 1;
      tryInterval = FIRST_TRY;
      begin(nanos);
    }
  }

  private void begin(long nanos) {
    period++;
    sent = 0;
    refused = 0;
    nextTry = nanos + tryInterval;
  }
}
