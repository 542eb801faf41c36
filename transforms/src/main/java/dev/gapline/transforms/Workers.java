package dev.gapline.transforms;

import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The processes that work on a leg at the same time. Each has a file of its own and replaces it
 * every few seconds. One that has said that it leaves, or whose file has not changed for {@link
 * #STALE_AFTER} by the clock of whoever looks, is gone: what it had begun is anybody's. No two
 * clocks are compared.
 */
public final class Workers {

  /** A process that has not been heard for so long is taken for dead. */
  public static final Duration STALE_AFTER = Duration.ofSeconds(20);

  private record Seen(String version, long sinceNanos) {}

  private final Store store;
  private final String folder;
  private final LongSupplier nanos;
  private final Map<String, Seen> seen = new HashMap<>();
  private final Map<String, Boolean> hasLeft = new HashMap<>();
  private long lookedNanos;

  private Workers(Store store, String folder, LongSupplier nanos) {
    this.store = store;
    this.folder = folder;
    this.nanos = nanos;
  }

  /** Those of that leg, seen by somebody whose time that is. */
  public static Workers of(RunFolder folder, String leg, LongSupplier nanos) {
    return new Workers(folder.store(), RunNames.workers(leg), nanos);
  }

  /** A name for this process's work on a leg, used once. */
  static String newName() {
    return UUID.randomUUID().toString();
  }

  /** This process and its machine, for a person. */
  public static String process() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "an unnamed machine";
    }
    return "process %d on %s".formatted(ProcessHandle.current().pid(), host);
  }

  /** Says how the worker of that name stands. */
  void say(String name, WorkerState state) throws IOException {
    store.replace(folder + "/" + name, state.bytes(nanos.getAsLong()));
  }

  /**
   * Looks which files have changed since the last look; returns the names of all workers. A file is
   * as old as the time between two looks: a pause of this process is nobody else's silence.
   */
  List<String> look() throws IOException {
    List<String> names = new ArrayList<>();
    long began = nanos.getAsLong();
    for (Store.Stored file : store.list(folder)) {
      String name = file.name().substring(folder.length() + 1);
      names.add(name);
      Seen before = seen.get(name);
      if (before == null || !before.version().equals(file.version())) {
        seen.put(name, new Seen(file.version(), nanos.getAsLong()));
        hasLeft.put(name, !read(name).map(WorkerState::isAtWork).orElse(false));
      }
    }
    lookedNanos = began;
    return names;
  }

  /** Whether, at the last look, that worker had left, or had not been heard for too long. */
  boolean isGone(String name) {
    Seen last = seen.get(name);
    return last != null
        && (hasLeft.get(name) || lookedNanos - last.sinceNanos() >= STALE_AFTER.toNanos());
  }

  /** Looks, and says whether any worker may still be at work. */
  public boolean isAnyAtWork() throws IOException {
    return look().stream().anyMatch(name -> !isGone(name));
  }

  /**
   * Whether any worker said within {@link #STALE_AFTER} that it is at work, by the clocks of this
   * machine and of the one that keeps the files; for whoever wants to know at once, and roughly.
   */
  public boolean isAnyHeard(long nowMillis) throws IOException {
    for (Store.Stored file : store.list(folder)) {
      if (nowMillis - file.modifiedMillis() < STALE_AFTER.toMillis()
          && read(file.name().substring(folder.length() + 1))
              .map(WorkerState::isAtWork)
              .orElse(false)) {
        return true;
      }
    }
    return false;
  }

  /**
   * How each worker stood when it was last heard, those that left or died included; these have
   * nothing open any more.
   */
  public List<WorkerState> states() throws IOException {
    List<WorkerState> states = new ArrayList<>();
    for (String name : look()) {
      Optional<WorkerState> state = read(name);
      if (state.isPresent()) {
        states.add(isGone(name) ? state.get().left() : state.get());
      }
    }
    return states;
  }

  private Optional<WorkerState> read(String name) throws IOException {
    return store.read(folder + "/" + name).map(WorkerState::of);
  }
}
