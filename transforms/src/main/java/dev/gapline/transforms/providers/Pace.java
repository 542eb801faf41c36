package dev.gapline.transforms.providers;

import java.time.Duration;

/**
 * So much of something in any minute: calls, or tokens.
 *
 * <p>A token bucket of a tenth of a second's worth (at least one call), in the form of the generic
 * cell rate algorithm: its whole state is the moment at which the bucket will be full. It is
 * refilled just slowly enough that in no minute more is used than allowed, the bucket's first
 * filling included; a call whose tokens are more than the bucket begins when the bucket is full,
 * and the next waits for what it owes. Not safe for use by several threads; the gate guards it.
 */
final class Pace {

  private static final double MINUTE = Duration.ofMinutes(1).toNanos();
  private static final double BUCKETS_PER_MINUTE = 600;

  /** Nanoseconds that one of it takes at the steady pace. */
  private final double interval;

  /** How far the pace may run ahead of the clock, in nanoseconds. */
  private final double tolerance;

  private final double largest;
  private double fullAt;

  /**
   * A pace with a full bucket.
   *
   * @param perMinute allowed in any minute
   * @param smallest bucket
   */
  Pace(double perMinute, double smallest, long nanos) {
    this(perMinute, smallest, perMinute, nanos);
  }

  private Pace(double perMinute, double smallest, double largest, long nanos) {
    double bucket = Math.min(perMinute, Math.max(smallest, perMinute / BUCKETS_PER_MINUTE));
    this.interval = Math.ceil(MINUTE / (perMinute - bucket + smallest));
    this.tolerance = (bucket - smallest) * interval;
    this.largest = largest;
    this.fullAt = nanos;
  }

  /**
   * A pace of so much in any minute, a part of the whole, that owes what this one owes and begins
   * with no more. A call that is larger than the part owes all that it would owe the whole, for as
   * many minutes as the part takes.
   */
  Pace at(double perMinute, double smallest, long nanos) {
    Pace other = new Pace(perMinute, smallest, largest, nanos);
    other.fullAt = nanos + (fullAt - nanos) / interval * other.interval;
    return other;
  }

  /** Nanoseconds until that much may begin. */
  long nanosUntil(long nanos) {
    return (long) Math.max(0, Math.ceil(fullAt - tolerance - nanos));
  }

  /**
   * Uses that much, at most what the whole allows in a minute: a call that is larger owes that.
   * Returns what it used.
   */
  double use(double amount, long nanos) {
    double used = Math.min(amount, largest);
    fullAt = Math.max(fullAt, (double) nanos) + used * interval;
    return used;
  }

  /** Gives back what was not used after all. */
  void giveBack(double amount) {
    fullAt -= Math.min(amount, largest) * interval;
  }
}
