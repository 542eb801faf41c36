package dev.gapline.transforms;

import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The legs of a run: starts of the command, numbered from {@code 001} without a gap. Each begins by
 * claiming its number, so that a leg whose successor is claimed knows that it was overtaken.
 */
public final class Legs {

  /** Names that end in a number, in the order of the numbers: leg 999 before leg 1000. */
  static final Comparator<String> BY_NUMBER =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  private Legs() {}

  /** Claims the next leg. */
  public static String begin(RunFolder folder) throws IOException {
    Store store = folder.store();
    NavigableSet<String> all = in(store);
    String last = all.isEmpty() ? null : all.last();
    if (last != null && store.durability() == Store.Durability.CLOSED) {
      // Should it still be at work elsewhere, it sends nothing more.
      new StopSignal(folder, last).raise("Another process took this output.");
    }
    String next = last == null ? name(1) : after(last);
    while (!store.createIfAbsent(RunNames.claim(next), writer())) {
      next = after(next);
    }
    return next;
  }

  /** The leg that began last; empty if none did. */
  public static Optional<String> last(RunFolder folder) throws IOException {
    NavigableSet<String> all = in(folder.store());
    return all.isEmpty() ? Optional.empty() : Optional.of(all.last());
  }

  /** The file, within the run's store, that names the job on a cluster that works on a leg. */
  public static String jobFile(String leg) {
    return RunNames.job(leg);
  }

  /** The legs that left anything, and those that a compaction took in, oldest first. */
  static NavigableSet<String> in(Store store) throws IOException {
    TreeSet<String> legs = new TreeSet<>(BY_NUMBER);
    for (Store.Stored file : store.list(RunNames.LEDGER)) {
      String[] parts = file.name().split("/", -1);
      if (parts.length > 2 && isLeg(parts[1])) {
        legs.add(parts[1]);
      }
    }
    return legs;
  }

  static boolean isLeg(String name) {
    return name.matches("\\d{3,9}");
  }

  static String after(String leg) {
    return name(Integer.parseInt(leg) + 1);
  }

  private static String name(int number) {
    return String.format(Locale.ROOT, "%03d", number);
  }

  /** Names its writer, so that two of them never write the same bytes. */
  static byte[] writer() {
    return "process %d %s\n"
        .formatted(ProcessHandle.current().pid(), java.util.UUID.randomUUID())
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Whether a leg is still the last. */
  record Standing(Store store, String leg) {

    /**
     * Passes while no later leg began.
     *
     * @throws Overtaken if one did
     */
    void requireLast() throws IOException {
      if (store.exists(RunNames.claim(after(leg)))) {
        throw new Overtaken(leg, after(leg));
      }
    }
  }
}
