package dev.gapline.pipeline.runs;

import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The right to work on an output, held by one process at a time, and beside it who holds it. On
 * local disk an operating system's lock, elsewhere a claim that is renewed.
 */
public interface Lease extends AutoCloseable {

  /**
   * Takes the lease.
   *
   * @throws Refused in a sentence, when a live process holds it
   */
  static Lease take(RunFolder folder) throws IOException {
    return folder.isRemote() ? renewed(folder) : LockLease.take(folder);
  }

  private static Lease renewed(RunFolder folder) throws IOException {
    ClaimLease lease = ClaimLease.take(folder, Clock.systemUTC());
    ScheduledExecutorService renewals =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "lease");
              thread.setDaemon(true);
              return thread;
            });
    long every = ClaimLease.RENEWED_EVERY.toMillis();
    var unused = renewals.scheduleAtFixedRate(lease::renew, every, every, TimeUnit.MILLISECONDS);
    return () -> {
      renewals.shutdown();
      lease.close();
    };
  }

  /** Gives the lease back. */
  @Override
  void close() throws IOException;
}
