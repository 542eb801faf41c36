package dev.gapline.transforms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Says once, to all lanes of a leg and on every machine, that nothing more is to be sent. What is
 * in flight is still settled; units then end at their last whole block. It is a small file beside
 * the leg's ledger, so that it outlives the process that raised it.
 */
public final class StopSignal {

  private final Path file;
  private volatile String reason;

  /** The signal of one leg. */
  public StopSignal(RunFolder folder, String leg) {
    this.file = folder.ledger(leg).resolve("stop");
  }

  /** Raises the signal; the first reason stands. */
  public synchronized void raise(String why) {
    if (reason != null) {
      return;
    }
    try {
      boolean isFirst = RunFolder.createIfAbsent(file, why.getBytes(StandardCharsets.UTF_8));
      reason = isFirst ? why : Files.readString(file);
    } catch (IOException e) {
      reason = why;
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this process has heard the signal; costs nothing. */
  public boolean isRaised() {
    return reason != null;
  }

  /** Looks at the file as well, and so hears what another process raised. */
  public Optional<String> reason() {
    if (reason == null && Files.exists(file)) {
      try {
        reason = Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Optional.ofNullable(reason);
  }
}
