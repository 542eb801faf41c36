package dev.gapline.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Scanner;

/**
 * How busy the machine is with what is not part of the benchmark: a run is worth little if its
 * cores belonged to somebody else. Known on Linux only.
 */
final class OtherWork {

  private static final Path STAT = Path.of("/proc/stat");
  private static final int IDLE = 4;
  private static final int WAITING = 5;
  private static final long MILLIS_PER_TICK = 10;

  private final Duration busy = busy();
  private final long began = System.nanoTime();

  /** Cores that others kept busy since this object was made; not a number if that is unknown. */
  double cores(Duration ours) {
    return Files.exists(STAT)
        ? busy().minus(busy).minus(ours).toNanos() / (double) (System.nanoTime() - began)
        : Double.NaN;
  }

  /** Time that all cores together have worked: user, nice, system, interrupts, stolen. */
  private static Duration busy() {
    if (!Files.exists(STAT)) {
      return Duration.ZERO;
    }
    try (Scanner line = new Scanner(STAT, StandardCharsets.US_ASCII)) {
      line.next();
      long ticks = 0;
      for (int field = 1; field <= 8; field++) {
        long value = line.nextLong();
        ticks += field == IDLE || field == WAITING ? 0 : value;
      }
      return Duration.ofMillis(ticks * MILLIS_PER_TICK);
    } catch (IOException e) {
      return Duration.ZERO;
    }
  }
}
