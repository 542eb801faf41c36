package dev.gapline.transforms.providers;

import java.time.Duration;
import java.time.Instant;

/** The clock and the alarms of the providers, so that tests can pass a time of their own. */
public interface Time extends AutoCloseable {

  /** Nanoseconds since some fixed moment; never goes back. */
  long nanos();

  /** The wall clock, for dates that a server sends. */
  Instant instant();

  /** Runs the task once, after the delay and on another thread; the task must be short. */
  Alarm after(Duration delay, Runnable task);

  /** Runs what still waits, at once, so that nobody waits for ever. */
  @Override
  void close();

  /** Something that will happen unless it is cancelled first. */
  interface Alarm {

    /** Makes sure that it does not happen, unless it already has. */
    void cancel();
  }
}
