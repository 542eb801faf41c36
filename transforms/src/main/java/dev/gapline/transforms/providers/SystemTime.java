package dev.gapline.transforms.providers;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The machine's time; alarms ring on one daemon thread that the first of them starts. */
public final class SystemTime implements Time {

  private final ScheduledThreadPoolExecutor alarms;
  private boolean closed;

  /** Names the thread, for whoever reads a thread dump. */
  public SystemTime(String name) {
    alarms =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "gapline-time " + name);
              thread.setDaemon(true);
              return thread;
            });
    // A timeout that was not needed must not keep its call's answer in memory until it is due.
    alarms.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public Alarm after(Duration delay, Runnable task) {
    synchronized (this) {
      if (!closed) {
        ScheduledFuture<?> alarm = alarms.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> alarm.cancel(false);
      }
    }
    task.run();
    return () -> {};
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    // Each runs at most once, here or on the alarms' thread.
    List.copyOf(alarms.getQueue()).forEach(Runnable::run);
    alarms.shutdownNow();
  }
}
