package dev.gapline.pipeline.runs;

import dev.gapline.transforms.LegDesk;
import dev.gapline.transforms.Legs;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.Workers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who works on an output folder, for whoever only wants to know. The lock is tried only where the
 * process that wrote its name into the lease is alive, so that looking never stands in the way of a
 * run that begins.
 */
final class Holder {

  private static final Pattern PROCESS = Pattern.compile("process ([0-9]{1,18})\\s*");

  private Holder() {}

  /** The process that works on that leg of the folder; empty when there is none. */
  static Optional<String> of(RunFolder folder, String leg) throws IOException {
    long mine = ProcessHandle.current().pid();
    if (LegDesk.of(folder, leg).isPresent()) {
      // To look at a lock of one's own process would give it back.
      return Optional.of("process " + mine);
    }
    Optional<String> process = process(folder, mine);
    return process.isPresent() ? process : job(folder);
  }

  /** The job on a cluster, which outlives the process that submitted it. */
  private static Optional<String> job(RunFolder folder) throws IOException {
    Optional<String> last = Legs.last(folder);
    Optional<ClusterJob> job =
        last.isEmpty() ? Optional.empty() : ClusterJob.of(folder, last.get());
    if (job.isEmpty()) {
      return Optional.empty();
    }
    return switch (job.get().state()) {
      case ENDED -> Optional.empty();
      case ALIVE -> job.map(ClusterJob::toString);
      case UNKNOWN ->
          Workers.of(folder, last.get(), System::nanoTime).isAnyHeard(System.currentTimeMillis())
              ? Optional.of(
                  job.get() + (job.get().cluster() == null ? "" : ", which does not answer"))
              : Optional.empty();
    };
  }

  private static Optional<String> process(RunFolder folder, long mine) throws IOException {
    String name;
    try {
      name = Files.readString(folder.lease());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Matcher process = PROCESS.matcher(name);
    if (!process.matches()) {
      return Optional.empty();
    }
    long pid = Long.parseLong(process.group(1));
    boolean isAlive =
        pid != mine && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    return isAlive && isLocked(folder) ? Optional.of("process " + pid) : Optional.empty();
  }

  private static boolean isLocked(RunFolder folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder.lease(), StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    }
  }
}
