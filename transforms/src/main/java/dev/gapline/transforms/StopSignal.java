package dev.gapline.transforms;

import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Says once, to all lanes of a leg and on every machine, that nothing more is to be sent. What is
 * in flight is still settled; units then end at their last whole block. It is a small file beside
 * the leg's ledger, so that it outlives the process that raised it.
 */
public final class StopSignal {

  private final Store store;
  private final String file;
  private volatile String reason;
  private volatile boolean isHalted;
  private long lookedNanos = Long.MIN_VALUE;

  /** The signal of one leg. */
  public StopSignal(RunFolder folder, String leg) {
    this.store = folder.store();
    this.file = RunNames.stop(leg);
  }

  /** Raises the signal; the first reason stands. */
  public synchronized void raise(String why) {
    if (reason != null) {
      return;
    }
    try {
      boolean isFirst = store.createIfAbsent(file, why.getBytes(StandardCharsets.UTF_8));
      reason = isFirst ? why : stored().orElse(why);
    } catch (IOException e) {
      reason = why;
      throw new UncheckedIOException(e);
    }
  }

  /** Raises the signal in this process alone: the disk may be what has failed. */
  synchronized void halt(String why) {
    if (reason == null) {
      isHalted = true;
      reason = why;
    }
  }

  /** Whether this process alone has stopped, and others go on. */
  boolean isHalted() {
    return isHalted;
  }

  /** Whether this process has heard the signal; costs nothing. */
  public boolean isRaised() {
    return reason != null;
  }

  /**
   * Looks at the file as well, and so hears what another process raised. In an object store, where
   * a look is a request, those within the store's pace of the last one are spared.
   */
  public Optional<String> reason() {
    if (reason == null && mayLook()) {
      try {
        stored().ifPresent(stands -> reason = stands);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Optional.ofNullable(reason);
  }

  private synchronized boolean mayLook() {
    long now = System.nanoTime();
    if (store.durability() == Store.Durability.CLOSED
        && lookedNanos != Long.MIN_VALUE
        && now - lookedNanos < store.pace().toNanos()) {
      return false;
    }
    lookedNanos = now;
    return true;
  }

  private Optional<String> stored() throws IOException {
    return store.read(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
