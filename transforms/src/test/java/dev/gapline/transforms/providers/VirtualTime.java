package dev.gapline.transforms.providers;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A time that passes when it is told to; alarms ring on the thread that lets it pass. */
final class VirtualTime implements Time {

  private record Ring(long at, long order, Runnable task) {}

  private final PriorityQueue<Ring> rings =
      new PriorityQueue<>(Comparator.comparingLong(Ring::at).thenComparingLong(Ring::order));
  private long nanos;
  private long order;

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  @Override
  public synchronized Instant instant() {
    return Instant.EPOCH.plusNanos(nanos);
  }

  @Override
  public synchronized Alarm after(Duration delay, Runnable task) {
    Ring ring = new Ring(nanos + delay.toNanos(), order++, task);
    rings.add(ring);
    return () -> {
      synchronized (VirtualTime.this) {
        rings.removeIf(other -> other.order() == ring.order());
      }
    };
  }

  /** How many alarms are set. */
  synchronized int alarms() {
    return rings.size();
  }

  /** Lets time pass; alarms due by then ring in their order, each at its moment. */
  void pass(Duration duration) {
    long end = nanos() + duration.toNanos();
    for (Ring ring = nextUntil(end); ring != null; ring = nextUntil(end)) {
      ring.task().run();
    }
    synchronized (this) {
      nanos = end;
    }
  }

  private synchronized Ring nextUntil(long end) {
    if (rings.isEmpty() || rings.element().at() > end) {
      return null;
    }
    nanos = Math.max(nanos, rings.element().at());
    return rings.remove();
  }

  @Override
  public void close() {
    pass(Duration.ofDays(1000));
  }
}
