package dev.gapline.pipeline.runs;

import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.Workers;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease on an output in an object store: {@code lease/<n>}, n counted up, created only if absent.
 * Whoever created the highest number holds it, for as long as the claim is renewed; a claim that
 * was not renewed for a minute is stale, and the next process creates the number after it. So no
 * two take over at once, and who was overtaken sees it by the higher number.
 *
 * <p>Ages are told by the clocks of two machines; they must agree to within some seconds.
 */
final class ClaimLease implements Lease {

  static final Duration RENEWED_EVERY = Duration.ofSeconds(10);
  static final Duration STALE_AFTER = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(ClaimLease.class);
  private static final String FOLDER = "lease";
  private static final String GIVEN_BACK = "given back";

  private final Store store;
  private final Clock clock;
  private final String holder;
  private final long number;

  /** What a claim says: who made it, and when it was renewed. */
  private record Claim(String holder, long renewedMillis) {
    byte[] bytes() {
      return (renewedMillis + "\n" + holder + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static Claim of(byte[] bytes) {
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      try {
        return new Claim(lines.get(1), Long.parseLong(lines.get(0)));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        // Not one of ours: it was never renewed.
        return new Claim("unknown", 0);
      }
    }
  }

  private ClaimLease(Store store, Clock clock, String holder, long number) {
    this.store = store;
    this.clock = clock;
    this.holder = holder;
    this.number = number;
  }

  /** Takes the lease; refuses in a sentence when another process renewed it within a minute. */
  static ClaimLease take(RunFolder folder, Clock clock) throws IOException {
    Store store = folder.store();
    long last = last(store);
    if (last > 0) {
      Claim stands = Claim.of(store.read(name(last)).orElse(new byte[0]));
      boolean isFree =
          stands.holder().equals(GIVEN_BACK)
              || clock.millis() - stands.renewedMillis() >= STALE_AFTER.toMillis();
      if (!isFree) {
        throw refused(folder, stands.holder());
      }
    }
    String holder = Workers.process() + ", " + UUID.randomUUID();
    ClaimLease lease = new ClaimLease(store, clock, holder, last + 1);
    if (!store.createIfAbsent(name(last + 1), lease.claim().bytes())) {
      throw refused(folder, "it was faster");
    }
    if (last > 0) {
      store.delete(name(last));
    }
    return lease;
  }

  /** Says that the holder is alive. A fault is reported; the next renewal is soon enough. */
  void renew() {
    try {
      if (isOvertaken()) {
        LOG.warn("Another process took this output: lease {} is lost.", number);
      } else {
        store.replace(name(number), claim().bytes());
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("The lease could not be renewed: {}", e.getMessage());
    }
  }

  /** Whether another process has taken the lease since: there is a higher number. */
  boolean isOvertaken() throws IOException {
    return last(store) > number;
  }

  @Override
  public void close() throws IOException {
    if (!isOvertaken()) {
      store.replace(name(number), new Claim(GIVEN_BACK, clock.millis()).bytes());
    }
  }

  private Claim claim() {
    return new Claim(holder, clock.millis());
  }

  private static Refused refused(RunFolder folder, String who) {
    return new Refused(
        "%s: another process works on this output (%s). Wait for it, or choose another --out."
            .formatted(folder.root(), who));
  }

  private static long last(Store store) throws IOException {
    long last = 0;
    for (Store.Stored claim : store.list(FOLDER)) {
      String number = claim.name().substring(FOLDER.length() + 1);
      if (number.matches("\\d{1,18}")) {
        last = Math.max(last, Long.parseLong(number));
      }
    }
    return last;
  }

  private static String name(long number) {
    return FOLDER + "/" + number;
  }
}
